package io.github.hnswspring.vectorstore;

import java.util.Collection;

/**
 * Where the documents are that the {@link SharedReplica} of every instance has: a change
 * made through any of them is durable there before the instance shows it, and one change
 * comes after the other. So whatever a store can do to its documents, it can do as a
 * replica. Implementations are thread-safe. For {@code hnsw-spring-boot-replica}.
 */
public interface SharedTruth extends PositionGate {

	/**
	 * Makes a change of documents while no other instance makes one: takes what keeps the
	 * others out, has the replica follow what they have done, runs the change, and lets
	 * the others in again. The replica is in use meanwhile, so it must not be stopped or
	 * made anew here. Not called within itself.
	 * @param change changes documents of the replica; calls {@link #commit} in the middle
	 * of its transaction, unless it finds nothing to do. What it throws before that is
	 * thrown on. What it throws after that is no failure of the call: the truth has the
	 * change, and the replica has to be mended
	 * @throws RuntimeException if the truth cannot be reached in time; then nothing was
	 * changed
	 */
	void exclusively(Runnable change);

	/**
	 * Makes a change durable for everybody; called within {@link #exclusively}, by its
	 * thread, at most once.
	 * @param change what the transaction that is open does
	 * @return the position the replica has with that change, kept in the same transaction
	 * @throws RuntimeException if the truth has not taken it; the transaction is rolled
	 * back
	 */
	String commit(StoredChange change);

	/**
	 * Claims contents that are about to be embedded, so that instances which add the same
	 * content at the same time pay for it once. What others have stored is in the replica
	 * when it returns. A claim ends by itself some time after its instance has ended.
	 * @param contents hashes of 32 bytes, none twice
	 * @return which of them are claimed now; to be closed
	 * @throws RuntimeException if the truth cannot be reached in time
	 */
	Claim claim(Collection<byte[]> contents);

	/**
	 * Contents that an instance claims. Confined to one thread.
	 */
	interface Claim extends AutoCloseable {

		/**
		 * Whether this instance is to embed it.
		 * @param content one of the hashes that were to be claimed
		 * @return {@code false} if another instance is embedding it
		 */
		boolean isOurs(byte[] content);

		/** Lets go of the claims, whether the contents are stored now or not. */
		@Override
		void close();

		/**
		 * Waits until the others are done or have gone, and the replica has what they
		 * have stored; to be called after {@link #close}.
		 */
		void awaitOthers();

	}

}

package io.github.hnswspring.replica;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.ExclusiveWork;
import io.github.hnswspring.vectorstore.StoredChange;
import org.jspecify.annotations.Nullable;

/**
 * A truth made for replicas: it keeps all that a store keeps of a document, under the key
 * the document has in every replica. Thread-safe.
 */
public interface KeyedTruth extends Truth {

	/**
	 * Says what the documents have to be for; to be called before all else.
	 * @param identity of the replica, as it is then
	 */
	void identity(Supplier<Identity> identity);

	/**
	 * What is known to those who have the documents, and to nobody who is only told
	 * positions; as of when the truth was last looked at.
	 * @return a text, the same as long as the store is
	 */
	String secret();

	/**
	 * Hands out what has changed, or all that differs if that cannot be told.
	 * @param from how far the replica is, or {@code null} for all there is
	 * @param sink takes it; what it throws ends the call
	 * @return what that was
	 */
	Followed follow(@Nullable Position from, StoredSink sink);

	/**
	 * Hands out the keys and vectors of all documents there are, without the documents,
	 * if these are many.
	 * @param moreThan with so many documents or fewer nothing is handed out
	 * @param sink takes them, in the order of the keys; what it throws ends the call
	 * @return whether there were so many, with vectors
	 */
	boolean vectors(long moreThan, VectorSink sink);

	/**
	 * Asks for what there is at one moment, which is not before this call: hands out
	 * which vectors have changed, and then has documents of the same moment read.
	 * @param <T> what is answered
	 * @param from what is known of the vectors
	 * @param sink takes those that have changed since, if any has
	 * @param question reads documents
	 * @return the answer, or empty if it cannot be told any more what has changed
	 * @throws TruthUnavailableException if the database cannot be reached in time
	 */
	<T> Optional<T> atOneMoment(Position from, VectorSink sink, Function<TruthRows, T> question);

	/**
	 * Begins a change; no other instance changes anything until it is closed.
	 * @return the transaction
	 * @throws TruthUnavailableException if others have taken too long
	 */
	Transaction begin();

	/**
	 * Claims contents for a while, those that nobody else has claimed.
	 * @param holder who claims
	 * @param contents hashes of 32 bytes, none twice
	 * @return which of them are its own now
	 */
	Collection<byte[]> claim(UUID holder, Collection<byte[]> contents);

	/**
	 * Whether any of some contents is claimed by somebody who has not gone.
	 * @param contents hashes of 32 bytes
	 * @return {@code false} if all of them are free
	 */
	boolean isClaimed(Collection<byte[]> contents);

	/**
	 * Takes a lease that is free, has ended, or is the holder's own.
	 * @param name of the lease
	 * @param holder who takes it
	 * @return whether it is the holder's now
	 */
	boolean lease(String name, UUID holder);

	/**
	 * Renews all that holders have, so that others do not take them for gone.
	 * @param holders of claims and leases
	 */
	void renew(List<UUID> holders);

	/**
	 * Lets go of all that a holder has.
	 * @param holder of claims or leases
	 */
	void release(UUID holder);

	/**
	 * Where copies of replicas lie in the truth itself.
	 * @param work knows which instance publishes
	 * @param staging where a copy may be written before it is stored there; what is there
	 * is removed
	 * @return the place
	 */
	PublicationPlace publications(ExclusiveWork work, Path staging);

	/**
	 * What a replica is made for.
	 *
	 * @param metric how it compares vectors
	 * @param model its embedding model, or {@code null} if that does not tell its name
	 * @param followed whether it has followed the truth already: then that is not made
	 * anew if it is missing, for the replica would lose what it has
	 */
	record Identity(Metric metric, @Nullable String model, boolean followed) {

	}

	/**
	 * What was committed.
	 *
	 * @param position how far a replica is that has it
	 * @param change its number, for {@link Position#includes}
	 */
	record Committed(Position position, long change) {

	}

	/**
	 * A change under way. Confined to one thread at a time, but for its end: who gives it
	 * up closes it, whatever another thread is doing with it.
	 */
	interface Transaction extends AutoCloseable {

		/**
		 * Hands out what others have changed before.
		 * @param from how far the replica is, or {@code null} for all there is
		 * @param sink takes it; what it throws ends the call
		 * @return what that was
		 */
		Followed follow(@Nullable Position from, StoredSink sink);

		/**
		 * Makes the change durable.
		 * @param parts what to store and to remove, no key twice
		 * @param enough how long the database may work on one statement
		 * @return where that has led
		 * @throws TruthUnavailableException if it is not known whether it is durable
		 */
		Committed commit(Iterator<StoredChange> parts, Duration enough);

		/** Takes back what was not committed, and lets others in. */
		@Override
		void close();

	}

}

package io.github.hnswspring.replica;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.SharedReplica;
import io.github.hnswspring.vectorstore.SharedTruth;
import io.github.hnswspring.vectorstore.StoredChange;

/**
 * Makes the changes of a replica in a {@link KeyedTruth} first. Thread-safe: changes of
 * one instance come one after the other, and those of all instances, too. While a change
 * is made nothing else is followed; texts are embedded before.
 */
final class SharedWriter implements SharedTruth {

	private static final String UNCHANGED = "; nothing was changed, try again";

	private static final String UNKNOWN = ". It is not known whether it was stored; if it was, the replica follows as "
			+ "soon as it can, and doing it again does no harm";

	/** Rows that may be stored within the time a change may take. */
	private static final int ROWS = 1_000;

	private static final long SHORTEST_PAUSE = 20;

	private static final long LONGEST_PAUSE = 500;

	private final KeyedTruth truth;

	private final Duration timeout;

	private final TruthHoldings holdings;

	private final BoundedCalls calls = new BoundedCalls();

	private @Nullable Follower follower;

	private @Nullable KeyedReplication replication;

	private @Nullable SharedReplica local;

	// What follows is guarded by the lock of the follower.

	private KeyedTruth.@Nullable Transaction transaction;

	private KeyedTruth.@Nullable Committed committed;

	SharedWriter(KeyedTruth truth, ReplicaSettings settings, TruthHoldings holdings) {
		this.truth = truth;
		this.timeout = settings.writeTimeout();
		this.holdings = holdings;
	}

	/**
	 * Called before the first write, as the replica needs this to be made.
	 * @param local the replica
	 * @param follower keeps it in step
	 * @param replication how it does
	 */
	void serve(SharedReplica local, Follower follower, KeyedReplication replication) {
		this.local = local;
		this.follower = follower;
		this.replication = replication;
	}

	private Follower follower() {
		return Objects.requireNonNull(this.follower);
	}

	/**
	 * The lock that all instances share comes last, so that it is held for the shortest.
	 */
	@Override
	public void exclusively(Runnable change) {
		follower().exclusively(this.timeout,
				() -> Objects.requireNonNull(this.local).alone(this.timeout, () -> within(change)));
	}

	private void within(Runnable change) {
		if (this.transaction != null) {
			throw new IllegalStateException("A change within a change would wait for itself");
		}
		try {
			KeyedTruth.Transaction begun = begin();
			this.transaction = begun;
			this.committed = null;
			followWithin(begun);
			run(change);
		}
		catch (TruthUnavailableException ex) {
			// What is not known is found out by the next look.
			follower().wake();
			throw ex;
		}
		finally {
			if (this.transaction != null) {
				this.calls.end(this.transaction::close);
			}
			this.transaction = null;
		}
	}

	/** One that begins when nobody waits for it any more ends at once. */
	private KeyedTruth.Transaction begin() {
		AtomicBoolean taken = new AtomicBoolean();
		AtomicReference<KeyedTruth.@Nullable Transaction> late = new AtomicReference<>();
		try {
			return call("A change of " + this.truth.name(), UNCHANGED, this.timeout, () -> {
				KeyedTruth.Transaction begun = this.truth.begin();
				late.set(begun);
				if (!taken.compareAndSet(false, true)) {
					begun.close();
				}
				return begun;
			});
		}
		catch (TruthUnavailableException ex) {
			KeyedTruth.Transaction begun = taken.compareAndSet(false, true) ? null : late.get();
			if (begun != null) {
				this.calls.end(begun::close);
			}
			throw ex;
		}
	}

	private void followWithin(KeyedTruth.Transaction begun) {
		KeyedReplication following = Objects.requireNonNull(this.replication);
		following.within(begun);
		try {
			follower().lookInPlace();
		}
		finally {
			following.within(null);
		}
	}

	/** Once the truth has the change, it is made, whatever fails afterwards. */
	private void run(Runnable change) {
		try {
			change.run();
		}
		catch (RuntimeException | Error ex) {
			if (this.committed == null) {
				throw ex;
			}
			follower().brokeAfter(this.committed, ex);
			return;
		}
		if (this.committed != null) {
			follower().reached(this.committed);
		}
	}

	@Override
	public String commit(StoredChange change) {
		KeyedTruth.Transaction open = this.transaction;
		if (open == null || this.committed != null) {
			throw new IllegalStateException("A change is committed once, while it has the truth for itself");
		}
		Duration enough = this.timeout.multipliedBy(1 + (change.rows().size() + change.removed().size()) / ROWS);
		KeyedTruth.Committed done = call("A change of " + this.truth.name(), UNKNOWN, enough,
				() -> open.commit(List.of(change).iterator(), enough));
		this.committed = done;
		return follower().stored(done.position());
	}

	@Override
	public void await(String position, Duration timeout) {
		follower().await(position, timeout);
	}

	@Override
	public Claim claim(Collection<byte[]> contents) {
		UUID holder = UUID.randomUUID();
		this.holdings.add(holder);
		boolean done = false;
		try {
			Collection<byte[]> ours = call("Claiming contents in " + this.truth.name(), UNCHANGED, this.timeout,
					() -> this.truth.claim(holder, contents));
			// What others have embedded until now need not be embedded again.
			follower().catchUpInPlace(this.timeout);
			done = true;
			return new ContentClaim(holder, contents, ours);
		}
		finally {
			if (!done) {
				release(holder);
			}
		}
	}

	/**
	 * Calls the truth in a bounded time.
	 * @param what is done, for the beginning of a message
	 * @param outcome what it means if nobody waits any more, for its end
	 */
	private <T> T call(String what, String outcome, Duration timeout, Callable<T> work) {
		return this.calls.call(
				what + " has not ended within " + timeout
						+ " (hnsw.replica.write-timeout), because the database does not answer" + outcome,
				what + " was interrupted" + outcome, timeout, work);
	}

	/** Nobody waits for it where the truth does not answer: it would end by itself. */
	private void release(UUID holder) {
		this.calls.end(() -> this.holdings.release(holder));
	}

	/** What one caller claims. Confined to that. */
	private final class ContentClaim implements Claim {

		private final UUID holder;

		private final Set<ByteBuffer> ours = new HashSet<>();

		private final List<byte[]> others = new ArrayList<>();

		ContentClaim(UUID holder, Collection<byte[]> contents, Collection<byte[]> ours) {
			this.holder = holder;
			ours.forEach((content) -> this.ours.add(ByteBuffer.wrap(content)));
			contents.stream().filter((content) -> !isOurs(content)).forEach(this.others::add);
		}

		@Override
		public boolean isOurs(byte[] content) {
			return this.ours.contains(ByteBuffer.wrap(content));
		}

		@Override
		public void close() {
			if (this.ours.isEmpty()) {
				SharedWriter.this.holdings.forget(this.holder);
			}
			else {
				release(this.holder);
			}
		}

		@Override
		public void awaitOthers() {
			long pause = SHORTEST_PAUSE;
			while (!this.others.isEmpty() && isClaimed()) {
				sleep(pause);
				pause = Math.min(LONGEST_PAUSE, pause * 2);
			}
			if (!this.others.isEmpty()) {
				follower().catchUpInPlace(SharedWriter.this.timeout);
			}
		}

		private boolean isClaimed() {
			return call("Waiting for others in " + SharedWriter.this.truth.name(), UNCHANGED, SharedWriter.this.timeout,
					() -> SharedWriter.this.truth.isClaimed(this.others));
		}

		private void sleep(long millis) {
			try {
				Thread.sleep(millis);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new TruthUnavailableException(
						"Interrupted while another instance embeds the same content" + UNCHANGED, ex);
			}
		}

	}

}

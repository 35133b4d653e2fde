package io.github.hnswspring.vectorstore.derived;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Tells a writer when the searches that began before its commit have ended: a <em>grace
 * period</em>, as in read-copy-update (RCU). Thread-safe: searches never wait; the writer
 * does, under the database's writer lock.
 *
 * <p>
 * A filtered search asks the database first and the index after it. If a document is
 * replaced in between, the search looks for the old row while the index has only the new
 * one, and the document would be missing from the result. So an old row stays in the
 * index until no search can still be looking for it. Two counters are enough: one for the
 * searches that began before the epoch changed, one for those that began after it.
 */
final class SearchEpochs {

	private static final long FIRST_PAUSE_NANOS = 20_000;

	private static final long LONGEST_PAUSE_NANOS = 1_000_000;

	private final AtomicInteger[] searches = { new AtomicInteger(), new AtomicInteger() };

	private volatile int epoch;

	/**
	 * Begins a search; before it opens its view of the database.
	 * @return what to give to {@link #exit}
	 */
	int enter() {
		while (true) {
			int current = this.epoch;
			this.searches[current & 1].incrementAndGet();
			if (current == this.epoch) {
				return current;
			}
			// The epoch changed in between, so the writer may not wait for this search.
			this.searches[current & 1].decrementAndGet();
		}
	}

	/** Ends a search. */
	void exit(int entered) {
		this.searches[entered & 1].decrementAndGet();
	}

	/**
	 * Waits until every search has ended that may have opened its view before now. To be
	 * called by one thread at a time.
	 * @param timeout gives up after this long, so that a search that hangs does not stop
	 * all writing
	 * @return whether all have ended
	 */
	boolean awaitEarlier(Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		int before = this.epoch;
		// Left over if the last wait was given up; the next turn needs it empty.
		boolean ended = await(this.searches[(before + 1) & 1], deadline);
		if (!ended) {
			return false;
		}
		this.epoch = before + 1;
		return await(this.searches[before & 1], deadline);
	}

	private static boolean await(AtomicInteger count, long deadline) {
		long pause = FIRST_PAUSE_NANOS;
		while (count.get() > 0) {
			if (System.nanoTime() - deadline >= 0) {
				return false;
			}
			LockSupport.parkNanos(pause);
			pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
		}
		return true;
	}

}

package io.github.hnswspring.benchmarks.replica;

import java.time.Duration;
import java.util.function.BooleanSupplier;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;

/**
 * Waits for what a store does by itself. Stateless.
 */
final class Waiting {

	private static final Duration LONGEST = Duration.ofHours(1);

	private Waiting() {
	}

	/**
	 * Waits; asks every half a millisecond.
	 * @param what for messages
	 * @param condition what is waited for
	 */
	static void until(String what, BooleanSupplier condition) {
		long start = System.nanoTime();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - start > LONGEST.toNanos()) {
				throw new IllegalStateException("Still waiting for " + what + " after " + LONGEST);
			}
			java.util.concurrent.locks.LockSupport.parkNanos(500_000);
		}
	}

	/** Waits until all documents of a store are in its index. */
	static void untilIndexed(HnswVectorStore store) {
		until("the index", () -> store.status().indexState() == IndexState.READY);
	}

	static void pause(int millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("A measurement was interrupted", ex);
		}
	}

}

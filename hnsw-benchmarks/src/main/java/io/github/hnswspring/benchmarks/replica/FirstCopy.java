package io.github.hnswspring.benchmarks.replica;

import java.time.Duration;
import java.util.function.BooleanSupplier;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;

/**
 * How a new instance gets its documents: when it first answers out of all of them, which
 * is exactly as long as the index is not ready, and when the index is. Confined to one
 * thread.
 */
final class FirstCopy {

	private static final Duration LONGEST = Duration.ofMinutes(10);

	private final ReplicaContext context;

	private final String name;

	FirstCopy(ReplicaContext context, String name) {
		this.context = context;
		this.name = name;
	}

	/**
	 * Starts a store and waits until it has everything.
	 * @param store not started yet
	 */
	void measure(HnswVectorStore store) {
		this.context.progress().accept(this.name);
		int rows = this.context.rows();
		AskedStore asked = new AskedStore(store, this.context.embeddings(), this.context.queries(),
				AskedStore.request(""));
		long start = System.nanoTime();
		store.start();
		double started = secondsSince(start);
		await("all documents", () -> store.count() == rows);
		double complete = secondsSince(start);
		await("an answer", () -> !asked.ask(0).isEmpty());
		double answered = secondsSince(start);
		await("the index", () -> store.status().indexState() == IndexState.READY);
		double indexed = secondsSince(start);
		this.context.figure(this.name + ": documents", rows / complete, "documents/s");
		this.context.figure(this.name + ": start returns after", started, "s");
		this.context.figure(this.name + ": first answer out of all documents after", answered, "s");
		this.context.figure(this.name + ": all in the index after", indexed, "s");
	}

	private static double secondsSince(long start) {
		return (System.nanoTime() - start) / 1e9;
	}

	private static void await(String what, BooleanSupplier condition) {
		long start = System.nanoTime();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - start > LONGEST.toNanos()) {
				throw new IllegalStateException("Still waiting for " + what + " after " + LONGEST);
			}
			try {
				Thread.sleep(2);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException("Interrupted while waiting for " + what, ex);
			}
		}
	}

}

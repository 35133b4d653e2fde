package io.github.hnswspring.benchmarks.replica;

import io.github.hnswspring.vectorstore.HnswVectorStore;

/**
 * How a new instance gets its documents: when it first answers out of all of them, which
 * is exactly as long as the index is not ready, and when the index is. Confined to one
 * thread.
 */
final class FirstCopy {

	private final ReplicaContext context;

	private final String name;

	private final long documents;

	/**
	 * Names a copy.
	 * @param context what it works with
	 * @param name what the copy is called in tables
	 * @param documents how many there are to be
	 */
	FirstCopy(ReplicaContext context, String name, long documents) {
		this.context = context;
		this.name = name;
		this.documents = documents;
	}

	/**
	 * Starts a store and waits until it has everything.
	 * @param store not started yet
	 */
	void measure(HnswVectorStore store) {
		this.context.progress().accept(this.name);
		AskedStore asked = new AskedStore(store, this.context.embeddings(), this.context.queries(),
				AskedStore.request(""));
		long start = System.nanoTime();
		store.start();
		double started = secondsSince(start);
		Waiting.until("all documents", () -> store.count() == this.documents);
		double complete = secondsSince(start);
		Waiting.until("an answer", () -> !asked.ask(0).isEmpty());
		double answered = secondsSince(start);
		Waiting.untilIndexed(store);
		double indexed = secondsSince(start);
		this.context.figure(this.name + ": documents", this.documents / complete, "documents/s");
		this.context.figure(this.name + ": start returns after", started, "s");
		this.context.figure(this.name + ": first answer out of all documents after", answered, "s");
		this.context.figure(this.name + ": all in the index after", indexed, "s");
	}

	private static double secondsSince(long start) {
		return (System.nanoTime() - start) / 1e9;
	}

}

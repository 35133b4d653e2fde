package io.github.hnswspring.benchmarks.replica;

import io.github.hnswspring.vectorstore.HnswVectorStore;

/**
 * What it costs to write to tables that are shared: documents with given embeddings,
 * added to a store of one node and to a replica by turns, many in a call and one in a
 * call. Confined to one thread.
 */
final class WriteCosts {

	/** Documents in a call. */
	static final int BATCH = 256;

	/** Single adds in a turn. */
	private static final int SINGLES = 50;

	private static final int WARM_UP = 16 * BATCH;

	private final ReplicaContext context;

	WriteCosts(ReplicaContext context) {
		this.context = context;
	}

	void measure() {
		try (HnswVectorStore single = HnswVectorStore.builder(this.context.embeddings())
			.directory(this.context.directory().resolve("single"))
			.build(); Instances instances = new Instances(this.context, "writes")) {
			single.start();
			compare(new Side(instances.started(), this.context), new Side(single, this.context));
		}
	}

	private void compare(Side ours, Side theirs) {
		this.context.progress().accept("adding to a replica and to a single node by turns");
		int warmUp = Math.min(WARM_UP, this.context.rows() / 2);
		ours.feed().addUntil(ours.store(), warmUp);
		theirs.feed().addUntil(theirs.store(), warmUp);
		report("add, " + BATCH + " documents in a call",
				Turns.compare(this.context.pairs(), () -> ours.rate(1, BATCH), () -> theirs.rate(1, BATCH)));
		ours.rate(SINGLES, 1);
		theirs.rate(SINGLES, 1);
		report("add, one document in a call",
				Turns.compare(this.context.pairs(), () -> ours.rate(SINGLES, 1), () -> theirs.rate(SINGLES, 1)));
	}

	private void report(String what, Turns.Rates rates) {
		this.context.comparison(what, 1, "documents/s", -1, "a single node", -1, rates);
	}

	/**
	 * A store and what is added to it.
	 *
	 * @param store the store
	 * @param feed gives both sides the same
	 */
	private record Side(HnswVectorStore store, DocumentFeed feed) {

		Side(HnswVectorStore store, ReplicaContext context) {
			this(store, new DocumentFeed(context.dataset().base()));
		}

		double rate(int calls, int count) {
			long start = System.nanoTime();
			for (int i = 0; i < calls; i++) {
				this.feed.add(this.store, count);
			}
			return calls * count * 1e9 / (System.nanoTime() - start);
		}

	}

}

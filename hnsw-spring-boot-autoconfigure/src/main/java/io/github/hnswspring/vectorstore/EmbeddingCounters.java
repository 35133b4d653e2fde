package io.github.hnswspring.vectorstore;

import java.util.concurrent.atomic.LongAdder;

/** How many embeddings were asked for and how many were not needed. Thread-safe. */
final class EmbeddingCounters {

	private final LongAdder computed = new LongAdder();

	private final LongAdder reused = new LongAdder();

	void computed(int embeddings) {
		this.computed.add(embeddings);
	}

	void reused(int embeddings) {
		this.reused.add(embeddings);
	}

	long computed() {
		return this.computed.sum();
	}

	long reused() {
		return this.reused.sum();
	}

}

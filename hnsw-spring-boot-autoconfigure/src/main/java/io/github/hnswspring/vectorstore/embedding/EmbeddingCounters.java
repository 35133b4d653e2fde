package io.github.hnswspring.vectorstore.embedding;

import java.util.concurrent.atomic.LongAdder;

/** How many embeddings were asked for and how many were not needed. Thread-safe. */
public final class EmbeddingCounters {

	private final LongAdder computed = new LongAdder();

	private final LongAdder reused = new LongAdder();

	public void computed(int embeddings) {
		this.computed.add(embeddings);
	}

	public void reused(int embeddings) {
		this.reused.add(embeddings);
	}

	public long computed() {
		return this.computed.sum();
	}

	public long reused() {
		return this.reused.sum();
	}

}

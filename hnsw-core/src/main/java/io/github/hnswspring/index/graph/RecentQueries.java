package io.github.hnswspring.index.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A few of the queries asked lately, in memory only, so that an audit can tell how the
 * index answers what it is really asked. Thread-safe; a query is copied now and then, and
 * no search waits for another.
 */
final class RecentQueries {

	/** Bytes that queries may take: 256 KB. A judgment. */
	private static final int MOST_BYTES = 1 << 18;

	/**
	 * Of so many queries one is kept, so that a search rarely copies its query. A
	 * judgment.
	 */
	private static final int EVERY = 16;

	private final AtomicReferenceArray<float[]> ring;

	private final AtomicInteger asked = new AtomicInteger();

	/**
	 * Creates an empty ring.
	 * @param most queries to keep, fewer if they are long; 0 for none
	 */
	RecentQueries(int most, int dimensions) {
		this.ring = new AtomicReferenceArray<>(Math.min(most, Math.max(8, MOST_BYTES / (4 * dimensions))));
	}

	void asked(float[] query) {
		int size = this.ring.length();
		if (size == 0) {
			return;
		}
		int number = this.asked.getAndIncrement();
		if (number % EVERY == 0) {
			this.ring.set(Math.floorMod(number / EVERY, size), query.clone());
		}
	}

	/** Whether anything may be learned from what is asked. */
	boolean areKept() {
		return this.ring.length() > 0;
	}

	List<float[]> all() {
		List<float[]> queries = new ArrayList<>();
		for (int i = 0; i < this.ring.length(); i++) {
			float[] query = this.ring.get(i);
			if (query != null) {
				queries.add(query);
			}
		}
		return queries;
	}

}

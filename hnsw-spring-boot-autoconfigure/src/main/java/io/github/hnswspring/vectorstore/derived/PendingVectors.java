package io.github.hnswspring.vectorstore.derived;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Vectors of a transaction between its commit and their place in the index. Searches look
 * at them too, so nothing committed is ever invisible. Immutable.
 *
 * @param keys of the rows
 * @param vectors one per key
 */
record PendingVectors(long[] keys, float[][] vectors) {

	static final PendingVectors NONE = new PendingVectors(new long[0], new float[0][]);

	boolean isEmpty() {
		return this.keys.length == 0;
	}

	/** Both, each key once, with its later vector: rows are announced again and again. */
	PendingVectors plus(PendingVectors more) {
		if (isEmpty() || more.isEmpty()) {
			return isEmpty() ? more : this;
		}
		Map<Long, float[]> all = new LinkedHashMap<>();
		for (PendingVectors part : new PendingVectors[] { this, more }) {
			for (int i = 0; i < part.keys.length; i++) {
				all.put(part.keys[i], part.vectors[i]);
			}
		}
		return of(all);
	}

	static PendingVectors of(Map<Long, float[]> rows) {
		long[] keys = rows.keySet().stream().mapToLong(Long::longValue).toArray();
		return new PendingVectors(keys, rows.values().toArray(new float[0][]));
	}

}

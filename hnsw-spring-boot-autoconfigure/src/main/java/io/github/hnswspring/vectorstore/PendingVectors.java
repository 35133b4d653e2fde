package io.github.hnswspring.vectorstore;

import java.util.Arrays;

/**
 * Vectors of a transaction between its commit and their place in the index. Searches look
 * at them too, so nothing committed is ever invisible. Immutable.
 *
 * @param keys of the rows
 * @param vectors one a key
 */
record PendingVectors(long[] keys, float[][] vectors) {

	static final PendingVectors NONE = new PendingVectors(new long[0], new float[0][]);

	boolean isEmpty() {
		return this.keys.length == 0;
	}

	PendingVectors plus(PendingVectors more) {
		long[] allKeys = Arrays.copyOf(this.keys, this.keys.length + more.keys.length);
		System.arraycopy(more.keys, 0, allKeys, this.keys.length, more.keys.length);
		float[][] allVectors = Arrays.copyOf(this.vectors, allKeys.length);
		System.arraycopy(more.vectors, 0, allVectors, this.vectors.length, more.vectors.length);
		return new PendingVectors(allKeys, allVectors);
	}

}

package io.github.hnswspring.index.vector;

/**
 * How rows are cut into chunks: a power of two of rows each, so that a slot is found by
 * shift and mask, and at most 256 KiB and a little padding, which no garbage collector
 * treats as humongous (G1 rounds humongous arrays up to whole regions).
 */
final class Chunking {

	private static final int MAX_CHUNK_BYTES = 1 << 18;

	private Chunking() {
	}

	/**
	 * The shift of a table.
	 * @param rowBytes bytes of one row
	 * @return log2 of the rows in a chunk, at most 14
	 */
	static int shift(long rowBytes) {
		int shift = 0;
		while (shift < 14 && (rowBytes << (shift + 1)) <= MAX_CHUNK_BYTES) {
			shift++;
		}
		return shift;
	}

}

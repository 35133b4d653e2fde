package io.github.hnswspring.index.vector;

/**
 * A random rotation in O(d log d): random signs, then the Hadamard transform of the first
 * and of the last 2^floor(log2 d) components, twice. It spreads what a vector says evenly
 * over its components, so that one bit of each says as much as it can (RaBitQ, Gao &amp;
 * Long 2024, arXiv:2405.12497, uses a dense matrix; at 384 dimensions that costs ten
 * times as much). Lengths and inner products stay as they are. Thread-safe: immutable.
 */
final class Rotation {

	private static final int ROUNDS = 2;

	private final int dimensions;

	/** Largest power of two that is no larger than the dimensions. */
	private final int block;

	private final float[][] signs = new float[ROUNDS][];

	private final float scale;

	Rotation(int dimensions, long seed) {
		this.dimensions = dimensions;
		this.block = Integer.highestOneBit(dimensions);
		this.scale = (float) (1 / Math.sqrt(this.block));
		long state = seed;
		for (int round = 0; round < ROUNDS; round++) {
			this.signs[round] = new float[dimensions];
			for (int i = 0; i < dimensions; i++) {
				state += 0x9e3779b97f4a7c15L;
				long h = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
				h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
				this.signs[round][i] = (h < 0) ? -1 : 1;
			}
		}
	}

	/**
	 * Rotates in place.
	 * @param vector {@code float[dimensions]}
	 * @param buffer at least as long, for the intermediate steps
	 */
	void apply(float[] vector, float[] buffer) {
		for (int round = 0; round < ROUNDS; round++) {
			float[] sign = this.signs[round];
			for (int i = 0; i < this.dimensions; i++) {
				vector[i] *= sign[i];
			}
			hadamard(vector, 0, buffer);
			if (this.block < this.dimensions) {
				hadamard(vector, this.dimensions - this.block, buffer);
			}
		}
	}

	private void hadamard(float[] vector, int offset, float[] buffer) {
		int n = this.block;
		int half = 1;
		for (; half < 8 && half < n; half *= 2) {
			smallStep(vector, offset, n, half);
		}
		float[] from = vector;
		float[] to = buffer;
		int fromOffset = offset;
		int toOffset = 0;
		for (; half < n; half *= 2) {
			for (int j = 0; j < n; j += 2 * half) {
				step(from, fromOffset + j, to, toOffset + j, half);
			}
			float[] array = from;
			from = to;
			to = array;
			int swap = fromOffset;
			fromOffset = toOffset;
			toOffset = swap;
		}
		if (from != vector) {
			System.arraycopy(from, 0, vector, offset, n);
		}
		float factor = this.scale;
		for (int i = offset; i < offset + n; i++) {
			vector[i] *= factor;
		}
	}

	private static void smallStep(float[] a, int offset, int n, int half) {
		for (int j = offset; j < offset + n; j += 2 * half) {
			for (int i = j; i < j + half; i++) {
				float x = a[i];
				float y = a[i + half];
				a[i] = x + y;
				a[i + half] = x - y;
			}
		}
	}

	// From one array to another, in two loops: that is what C2 turns into SIMD code.
	private static void step(float[] from, int fromOffset, float[] to, int toOffset, int half) {
		for (int i = 0; i < half; i++) {
			to[toOffset + i] = from[fromOffset + i] + from[fromOffset + half + i];
		}
		for (int i = 0; i < half; i++) {
			to[toOffset + half + i] = from[fromOffset + i] - from[fromOffset + half + i];
		}
	}

}

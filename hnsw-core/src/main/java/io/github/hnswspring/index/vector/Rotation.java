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
				state += SplitMix64.INCREMENT;
				this.signs[round][i] = (SplitMix64.mix(state) < 0) ? -1 : 1;
			}
		}
	}

	/**
	 * Rotates in place.
	 * @param vector {@code float[dimensions]}
	 */
	void apply(float[] vector) {
		for (int round = 0; round < ROUNDS; round++) {
			float[] sign = this.signs[round];
			for (int i = 0; i < this.dimensions; i++) {
				vector[i] *= sign[i];
			}
			hadamard(vector, 0);
			if (this.block < this.dimensions) {
				hadamard(vector, this.dimensions - this.block);
			}
		}
	}

	/** Three levels of butterflies a pass, kept in registers. */
	private void hadamard(float[] vector, int offset) {
		int n = this.block;
		int half = 1;
		for (; 8 * half <= n; half *= 8) {
			for (int j = offset; j < offset + n; j += 8 * half) {
				eight(vector, j, half);
			}
		}
		for (; half < n; half *= 2) {
			for (int j = offset; j < offset + n; j += 2 * half) {
				two(vector, j, half);
			}
		}
		float factor = this.scale;
		for (int i = offset; i < offset + n; i++) {
			vector[i] *= factor;
		}
	}

	private static void eight(float[] a, int from, int step) {
		for (int i = from; i < from + step; i++) {
			float x0 = a[i];
			float x1 = a[i + step];
			float x2 = a[i + 2 * step];
			float x3 = a[i + 3 * step];
			float x4 = a[i + 4 * step];
			float x5 = a[i + 5 * step];
			float x6 = a[i + 6 * step];
			float x7 = a[i + 7 * step];
			float y0 = x0 + x1;
			float y1 = x0 - x1;
			float y2 = x2 + x3;
			float y3 = x2 - x3;
			float y4 = x4 + x5;
			float y5 = x4 - x5;
			float y6 = x6 + x7;
			float y7 = x6 - x7;
			x0 = y0 + y2;
			x1 = y1 + y3;
			x2 = y0 - y2;
			x3 = y1 - y3;
			x4 = y4 + y6;
			x5 = y5 + y7;
			x6 = y4 - y6;
			x7 = y5 - y7;
			a[i] = x0 + x4;
			a[i + step] = x1 + x5;
			a[i + 2 * step] = x2 + x6;
			a[i + 3 * step] = x3 + x7;
			a[i + 4 * step] = x0 - x4;
			a[i + 5 * step] = x1 - x5;
			a[i + 6 * step] = x2 - x6;
			a[i + 7 * step] = x3 - x7;
		}
	}

	private static void two(float[] a, int from, int step) {
		for (int i = from; i < from + step; i++) {
			float x = a[i];
			float y = a[i + step];
			a[i] = x + y;
			a[i + step] = x - y;
		}
	}

}

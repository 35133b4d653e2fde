package io.github.hnswspring.index.vector;

import org.jspecify.annotations.Nullable;

/**
 * A random rotation in O(d log d): random signs and the Hadamard transform of the first
 * 2^floor(log2 d) components, then the same of the last ones, and all of it twice. It
 * spreads the information of a vector evenly over its components, so that one bit of each
 * carries as much as it can (RaBitQ, Gao &amp; Long 2024, arXiv:2405.12497, uses a dense
 * matrix; at 384 dimensions that costs ten times as much). Lengths and inner products
 * stay as they are. Thread-safe: immutable.
 */
final class Rotation {

	private static final int ROUNDS = 2;

	private final int dimensions;

	/** Largest power of two that is no larger than the dimensions. */
	private final int block;

	private final float[][] signs = new float[ROUNDS][];

	/**
	 * Signs before the transform of the last components. Without them the second
	 * transform undoes the first where they overlap, and a single component stays larger
	 * than chance makes it: .31 instead of .18 of 384.
	 */
	private final float @Nullable [][] between;

	private final float scale;

	/**
	 * Creates a rotation.
	 * @param mixed whether there are signs between the transforms, which files of version
	 * 2 and before do not know; where one transform covers all there is no difference
	 */
	Rotation(int dimensions, long seed, boolean mixed) {
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
		this.between = (mixed && this.block < dimensions) ? new float[ROUNDS][this.block] : null;
		for (int round = 0; this.between != null && round < ROUNDS; round++) {
			for (int i = 0; i < this.block; i++) {
				state += SplitMix64.INCREMENT;
				this.between[round][i] = (SplitMix64.mix(state) < 0) ? -1 : 1;
			}
		}
	}

	/** Whether any number of dimensions is mixed. */
	boolean isMixed() {
		return this.block == this.dimensions || this.between != null;
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
				flipLast(vector, round);
				hadamard(vector, this.dimensions - this.block);
			}
		}
	}

	private void flipLast(float[] vector, int round) {
		if (this.between != null) {
			float[] sign = this.between[round];
			int from = this.dimensions - this.block;
			for (int i = 0; i < this.block; i++) {
				vector[from + i] *= sign[i];
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

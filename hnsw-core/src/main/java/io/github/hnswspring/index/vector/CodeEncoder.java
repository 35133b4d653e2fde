package io.github.hnswspring.index.vector;

import java.util.Arrays;

import io.github.hnswspring.index.Metric;

/**
 * Computes the codes of vectors and writes them, see {@link BitPlaneCodes}. Confined to
 * one thread at a time; several may write different slots.
 */
public final class CodeEncoder {

	/** Step of the best uniform quantiser of a standard normal, for 1 to 8 bits. */
	private static final double[] STEPS = { 0, 1.596, 0.9957, 0.586, 0.3352, 0.1881, 0.1041, 0.0569, 0.0308 };

	/**
	 * What rounding to floats may do to an estimate, times the lengths it was computed
	 * from: far from the origin it is more than what codes leave out.
	 */
	private static final double FLOAT_NOISE = 2e-5;

	private final BitPlaneCodes codes;

	private final Metric metric;

	private final int dimensions;

	private final int words;

	private final int bits;

	private final LongRows first;

	private final LongRows second;

	private final SignTable signs;

	/** The vector that is being encoded, centred and rotated. */
	private final float[] rotated;

	/** Its signs. */
	private final long[] signWords;

	CodeEncoder(BitPlaneCodes codes) {
		this.codes = codes;
		this.metric = codes.metric();
		this.dimensions = codes.dimensions();
		this.words = codes.words();
		this.bits = codes.bits();
		this.first = codes.first();
		this.second = codes.second();
		this.signs = codes.signs();
		this.rotated = new float[this.dimensions];
		this.signWords = new long[this.words];
	}

	/** Whether it is these codes it writes. */
	public boolean writesTo(BitPlaneCodes target) {
		return this.codes == target;
	}

	/**
	 * Writes the code of a vector into a slot that is not published yet.
	 * @param vector {@code float[dimensions]}, checked
	 * @param inverseLength one over its length; used under cosine only
	 */
	public void encode(int slot, float[] vector, float inverseLength) {
		float[] r = this.rotated;
		this.codes.center(vector, inverseLength, r);
		double squared = DistanceKernels.best().exactDot(r, 0, r, 0, r.length);
		double additive = switch (this.metric) {
			case EUCLIDEAN -> squared;
			case COSINE -> squared / 2;
			case DOT_PRODUCT -> -DistanceKernels.best().exactDot(r, 0, this.codes.centroid(), 0, r.length);
		};
		this.codes.rotate(r);
		double noise = FLOAT_NOISE * (Math.sqrt(squared) + Math.sqrt(this.codes.centroidSquaredNorm()));
		// What overflows counts as near, so that it is always looked at.
		float term = Float.isFinite((float) additive) ? (float) additive : Float.NEGATIVE_INFINITY;
		writeSigns(r, squared, term, noise, slot);
		if (this.bits > 0) {
			writePlanes(r, squared, term, noise, slot);
		}
	}

	private void writeSigns(float[] r, double squared, float additive, double noise, int slot) {
		Arrays.fill(this.signWords, 0);
		int ones = 0;
		double product = 0;
		for (int i = 0; i < r.length; i++) {
			int sign = (r[i] >= 0) ? 1 : 0;
			ones += sign;
			product += r[i] * (sign - 0.5f);
			this.signWords[i >>> 6] |= (long) sign << i;
		}
		double factor = (product > 0) ? squared / product : 0;
		float error = error(factor * factor * this.dimensions / 4, squared, noise);
		this.signs.set(slot, this.signWords, 0, additive, (float) factor, ones, error);
		if (this.bits > 0) {
			long[] chunk = this.first.chunk(slot);
			int offset = this.first.offset(slot);
			System.arraycopy(this.signWords, 0, chunk, offset, this.words);
			chunk[offset + this.words] = BitPlaneCodes.pack((float) factor, ones);
			chunk[offset + this.words + 1] = BitPlaneCodes.pack(additive, Float.floatToRawIntBits(error));
		}
	}

	private void writePlanes(float[] r, double squared, float additive, double noise, int slot) {
		int bits = this.bits;
		if (bits == 1) {
			return;
		}
		long[] others = this.second.chunk(slot);
		int next = this.second.offset(slot);
		Arrays.fill(others, next, next + this.second.width(), 0);
		int max = (1 << bits) - 1;
		double step = STEPS[bits] * Math.sqrt(squared / this.dimensions);
		float inverse = (float) ((step > 0) ? 1 / step : 0);
		float middle = max / 2f;
		int sum = 0;
		double product = 0;
		double gridSquared = 0;
		for (int i = 0; i < r.length; i++) {
			int k = Math.min(max, Math.max(0, (int) (r[i] * inverse + middle + 0.5f)));
			k = (r[i] >= 0) ? Math.max(k, (max + 1) >> 1) : Math.min(k, max >> 1);
			sum += k;
			product += r[i] * (k - middle);
			gridSquared += (k - middle) * (k - middle);
			long bit = 1L << i;
			for (int plane = bits - 2, at = next + (i >>> 6); plane >= 0; plane--, at += this.words) {
				if (((k >>> plane) & 1) != 0) {
					others[at] |= bit;
				}
			}
		}
		double factor = (product > 0) ? squared / product : 0;
		float error = error(factor * factor * gridSquared, squared, noise);
		long[] chunk = this.first.chunk(slot);
		int at = this.first.offset(slot) + this.words + 1;
		chunk[at] = BitPlaneCodes.pack(additive, Float.floatToRawIntBits(error));
		others[next + (bits - 1) * this.words] = BitPlaneCodes.pack((float) factor, sum);
	}

	/**
	 * The standard error of an inner product with a vector of length 1, from how far the
	 * scaled grid point lies from the vector: across it, in one of d - 1 directions.
	 */
	private float error(double scaledSquared, double squared, double noise) {
		double across = Math.max(0, scaledSquared - squared) / Math.max(1, this.dimensions - 1);
		return (float) Math.sqrt(across + noise * noise / this.dimensions);
	}

}

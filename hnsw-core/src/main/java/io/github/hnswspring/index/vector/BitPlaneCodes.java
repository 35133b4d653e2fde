package io.github.hnswspring.index.vector;

import java.util.Arrays;
import java.util.List;

import io.github.hnswspring.index.Metric;

import org.jspecify.annotations.Nullable;

/**
 * Codes of 1 to 8 bits a component, kept as bit planes, after RaBitQ (Gao &amp; Long
 * 2024, arXiv:2405.12497) and its extension to more bits (Gao et al. 2024,
 * arXiv:2409.09913).
 * <p>
 * A vector (under cosine, its direction) is centred, rotated and rounded to a uniform
 * grid whose step is optimal for a normal distribution (Max 1960). With r the centred
 * vector, k its grid coordinates and s the centred query,
 * {@code <r, s> ~ |r|^2 / <r, k> * <k, s>}, which is unbiased over rotations; the graph
 * is walked on the first plane (the signs) alone, candidates are refined with all planes.
 * <p>
 * Two records a vector. Walking reads the first alone, which takes few cache lines and
 * leaves more of them for others: <pre>
 *  words of plane 1 (signs)
 *  float32 factor of plane 1 | int32 ones in plane 1
 *  float32 additive term     | float32 error of the refined inner product for |s| = 1
 * </pre> Refining reads the second too, which is there if b &gt; 1: <pre>
 *  words of plane 2, ... plane b
 *  float32 factor of all planes | int32 sum of coordinates
 * </pre> Thread-safe as {@link VectorSpace} is.
 */
public final class BitPlaneCodes {

	/** Step of the best uniform quantiser of a standard normal, for 1 to 8 bits. */
	private static final double[] STEPS = { 0, 1.596, 0.9957, 0.586, 0.3352, 0.1881, 0.1041, 0.0569, 0.0308 };

	/**
	 * By how much the error of the first plane exceeds that of all planes: the ratio of
	 * their relative errors for normally distributed components.
	 */
	private static final float[] FIRST_PLANE_ERROR = { 0, 1, 2.06f, 3.9f, 7.0f, 12.7f, 23, 43, 80 };

	/** The lowest bit of each byte. */
	private static final long LOWEST_BITS = 0x0101010101010101L;

	/** Times this, the lowest bits of eight bytes end up side by side in the highest. */
	private static final long GATHER = 0x0102040810204080L;

	private final int dimensions;

	private final Metric metric;

	private final int bits;

	private final int words;

	private final float[] centroid;

	private final float centroidSquaredNorm;

	/** All ones: the sum of components is a dot product with it. */
	private final float[] ones;

	private final Rotation rotation;

	private final BitKernels kernels;

	private final LongRows first;

	/** The same as the first for codes of one bit. */
	private final LongRows second;

	private final List<LongRows> records;

	/**
	 * Creates an empty table.
	 * @param centroid {@code float[dimensions]}, near the middle of the vectors
	 * @param seed of the rotation
	 */
	public BitPlaneCodes(Metric metric, int bits, float[] centroid, long seed, BitKernels kernels) {
		this.dimensions = centroid.length;
		this.metric = metric;
		this.bits = bits;
		this.words = (this.dimensions + 63) >>> 6;
		this.centroid = centroid;
		double norm = 0;
		for (float component : centroid) {
			norm += component * component;
		}
		this.centroidSquaredNorm = (float) norm;
		this.ones = new float[this.dimensions];
		Arrays.fill(this.ones, 1);
		this.rotation = new Rotation(this.dimensions, seed);
		this.kernels = kernels;
		this.first = new LongRows(this.words + 2);
		this.second = (bits == 1) ? this.first : new LongRows((bits - 1) * this.words + 1);
		this.records = (bits == 1) ? List.of(this.first) : List.of(this.first, this.second);
	}

	public int bits() {
		return this.bits;
	}

	public float[] centroid() {
		return this.centroid;
	}

	/**
	 * Makes room for a slot.
	 * @param slot the slot
	 */
	public void ensureSlot(int slot) {
		for (LongRows rows : this.records) {
			rows.ensureSlot(slot);
		}
	}

	/**
	 * What a code consists of.
	 * @return the records, in the order files have them
	 */
	public List<LongRows> records() {
		return this.records;
	}

	public long heapBytes() {
		return this.records.stream().mapToLong(LongRows::bytes).sum() + 16L * this.dimensions;
	}

	LongRows first() {
		return this.first;
	}

	LongRows second() {
		return this.second;
	}

	int dimensions() {
		return this.dimensions;
	}

	/** Words of 64 components in a plane. */
	int words() {
		return this.words;
	}

	public CodeScorer scorer() {
		return new CodeScorer();
	}

	/**
	 * Compares stored vectors by code.
	 * @return a scorer, or null if codes of so many bits are too rough or too long for it
	 */
	public @Nullable PairScorer pairScorer() {
		return CodePairScorer.suits(this.bits)
				? new CodePairScorer(this, this.metric, this.kernels, this.centroidSquaredNorm) : null;
	}

	/**
	 * Scores by code. The walking score and the refined score are both estimates of the
	 * score {@link VectorSpace} computes. Confined to one thread at a time.
	 */
	public final class CodeScorer extends Scorer {

		private final int dimensions = BitPlaneCodes.this.dimensions;

		private final int words = BitPlaneCodes.this.words;

		private final float[] centered = new float[this.dimensions];

		private final long[] slices = new long[BitKernels.REFINE_BITS * this.words];

		private final long[] walkPlanes = planes(BitKernels.QUERY_BITS);

		private final long[] refinePlanes = planes(BitKernels.REFINE_BITS);

		private boolean refineReady;

		private float walkStep;

		private float walkLow;

		private float refineStep;

		private float refineLow;

		private float halfSum;

		/** What all scores of this query have in common. */
		private float constant;

		private float queryLength;

		/** Minus one or minus two: what the inner product counts in a score. */
		private final float weight = (BitPlaneCodes.this.metric == Metric.EUCLIDEAN) ? -2 : -1;

		private boolean refining;

		/** Keeps the compiler from leaving out what {@link LongRows#touch} reads. */
		private long touched;

		/** Walks on all planes if true, on the first one otherwise. */
		public void refining(boolean refining) {
			this.refining = refining;
		}

		/**
		 * Takes a query.
		 * @param vector {@code float[dimensions]}, checked
		 * @param norm its inverse length under cosine
		 */
		public void query(float[] vector, float norm) {
			float[] s = this.centered;
			center(vector, norm, s);
			float squared = product(s, s);
			float dotWithCentroid = product(s, BitPlaneCodes.this.centroid) + BitPlaneCodes.this.centroidSquaredNorm;
			this.constant = switch (BitPlaneCodes.this.metric) {
				case EUCLIDEAN -> squared;
				case COSINE -> 1 - dotWithCentroid;
				case DOT_PRODUCT -> -dotWithCentroid;
			};
			this.queryLength = (float) Math.sqrt(squared);
			BitPlaneCodes.this.rotation.apply(s);
			this.halfSum = product(s, BitPlaneCodes.this.ones) / 2;
			double deviation = Math.sqrt(squared / this.dimensions);
			this.walkStep = (float) Math.max(Float.MIN_NORMAL, STEPS[BitKernels.QUERY_BITS] * deviation);
			this.walkLow = -this.walkStep * ((1 << BitKernels.QUERY_BITS) - 1) / 2;
			slice(s, this.walkLow, this.walkStep, BitKernels.QUERY_BITS, this.walkPlanes);
			this.refineReady = false;
		}

		private void prepareRefining() {
			float max = 0;
			for (float component : this.centered) {
				max = Math.max(max, Math.abs(component));
			}
			int steps = (1 << BitKernels.REFINE_BITS) - 1;
			this.refineStep = Math.max(Float.MIN_NORMAL, 2 * max / steps);
			this.refineLow = -this.refineStep * steps / 2;
			slice(this.centered, this.refineLow, this.refineStep, BitKernels.REFINE_BITS, this.refinePlanes);
			this.refineReady = true;
		}

		private long[] planes(int bits) {
			return new long[BitPlaneCodes.this.kernels.arrangedWords(this.words, bits)];
		}

		/** Rounds to the grid {@code low + step * u} and cuts u into planes. */
		private void slice(float[] s, float low, float step, int bits, long[] planes) {
			float inverse = 1 / step;
			float shift = 0.5f - low * inverse;
			int max = (1 << bits) - 1;
			Arrays.fill(this.slices, 0);
			for (int i = 0; i < s.length; i += 8) {
				long eight = 0;
				for (int j = Math.min(s.length, i + 8) - 1; j >= i; j--) {
					eight = (eight << 8) | Math.min(max, Math.max(0, (int) (s[j] * inverse + shift)));
				}
				int at = (i >>> 6) * bits;
				for (int plane = 0; plane < bits; plane++) {
					long ones = (eight >>> plane) & LOWEST_BITS;
					this.slices[at + plane] |= ((ones * GATHER) >>> 56) << i;
				}
			}
			BitPlaneCodes.this.kernels.arrange(this.slices, this.words, bits, planes);
		}

		@Override
		public float score(int slot) {
			if (this.refining) {
				return refined(slot);
			}
			LongRows rows = BitPlaneCodes.this.first;
			return walking(rows.chunk(slot), rows.offset(slot), BitPlaneCodes.this.kernels);
		}

		@Override
		public void score(int[] slots, int count, float[] out) {
			LongRows rows = BitPlaneCodes.this.first;
			this.touched = rows.touch(slots, count);
			if (this.refining) {
				refined(slots, count, out);
				return;
			}
			BitKernels kernels = BitPlaneCodes.this.kernels;
			for (int i = 0; i < count; i++) {
				int slot = slots[i];
				out[i] = walking(rows.chunk(slot), rows.offset(slot), kernels);
			}
		}

		/**
		 * Scores many slots by all planes.
		 * @param slots the slots
		 * @param count how many of them
		 * @param out receives {@code count} estimates, see {@link #refined(int)}
		 */
		public void refined(int[] slots, int count, float[] out) {
			this.touched ^= BitPlaneCodes.this.second.touch(slots, count);
			for (int i = 0; i < count; i++) {
				out[i] = refined(slots[i]);
			}
		}

		private float walking(long[] chunk, int offset, BitKernels kernels) {
			int product = kernels.dot(chunk, offset, this.words, this.walkPlanes);
			long meta = chunk[offset + this.words];
			float factor = Float.intBitsToFloat((int) (meta >>> 32));
			float additive = Float.intBitsToFloat((int) (chunk[offset + this.words + 1] >>> 32));
			float dot = this.walkLow * (int) meta + this.walkStep * product - this.halfSum;
			return this.constant + additive + this.weight * factor * dot;
		}

		/**
		 * The score by all planes.
		 * @param slot an occupied slot
		 * @return the estimate
		 */
		public float refined(int slot) {
			if (!this.refineReady) {
				prepareRefining();
			}
			long[] chunk = BitPlaneCodes.this.first.chunk(slot);
			int offset = BitPlaneCodes.this.first.offset(slot);
			long[] others = BitPlaneCodes.this.second.chunk(slot);
			int at = BitPlaneCodes.this.second.offset(slot);
			int bits = BitPlaneCodes.this.bits;
			long sum = BitPlaneCodes.this.kernels.dotAllPlanes(chunk, offset, others, at, bits, this.words,
					this.refinePlanes);
			long meta = (bits == 1) ? chunk[offset + this.words] : others[at + (bits - 1) * this.words];
			float factor = Float.intBitsToFloat((int) (meta >>> 32));
			float additive = Float.intBitsToFloat((int) (chunk[offset + this.words + 1] >>> 32));
			float middle = ((1 << bits) - 1) * this.halfSum;
			float dot = this.refineLow * (int) meta + this.refineStep * sum - middle;
			return this.constant + additive + this.weight * factor * dot;
		}

		/**
		 * The standard deviation of the error of {@link #refined(int)}.
		 * @param slot an occupied slot
		 */
		public float error(int slot) {
			long[] chunk = BitPlaneCodes.this.first.chunk(slot);
			int offset = BitPlaneCodes.this.first.offset(slot);
			return -this.weight * this.queryLength * Float.intBitsToFloat((int) chunk[offset + this.words + 1]);
		}

		/** As {@link #error} for scores while walking. */
		public float walkingError(int slot) {
			return (this.refining ? 1 : FIRST_PLANE_ERROR[BitPlaneCodes.this.bits]) * error(slot);
		}

		/**
		 * Writes the code of a vector into a slot nobody can see yet.
		 * @param vector {@code float[dimensions]}, checked
		 * @param norm its inverse length under cosine
		 */
		public void encode(int slot, float[] vector, float norm) {
			float[] r = this.centered;
			center(vector, norm, r);
			double squared = product(r, r);
			double withCentroid = product(r, BitPlaneCodes.this.centroid);
			BitPlaneCodes.this.rotation.apply(r);
			for (LongRows rows : BitPlaneCodes.this.records) {
				int offset = rows.offset(slot);
				Arrays.fill(rows.chunk(slot), offset, offset + rows.width(), 0);
			}
			write(r, squared, withCentroid, slot);
		}

		private void write(float[] r, double squared, double withCentroid, int slot) {
			long[] chunk = BitPlaneCodes.this.first.chunk(slot);
			int offset = BitPlaneCodes.this.first.offset(slot);
			long[] others = BitPlaneCodes.this.second.chunk(slot);
			int next = BitPlaneCodes.this.second.offset(slot);
			int bits = BitPlaneCodes.this.bits;
			int max = (1 << bits) - 1;
			double step = STEPS[bits] * Math.sqrt(squared / this.dimensions);
			float inverse = (float) ((step > 0) ? 1 / step : 0);
			float middle = max / 2f;
			int ones = 0;
			int sum = 0;
			double signProduct = 0;
			double product = 0;
			double gridSquared = 0;
			for (int i = 0; i < r.length; i++) {
				int k = Math.min(max, Math.max(0, (int) (r[i] * inverse + middle + 0.5f)));
				if (r[i] >= 0) {
					k = Math.max(k, (max + 1) >> 1);
				}
				else {
					k = Math.min(k, max >> 1);
				}
				int sign = k >>> (bits - 1);
				ones += sign;
				sum += k;
				signProduct += r[i] * (sign - 0.5f);
				product += r[i] * (k - middle);
				gridSquared += (k - middle) * (k - middle);
				long bit = 1L << i;
				int word = i >>> 6;
				if (sign != 0) {
					chunk[offset + word] |= bit;
				}
				for (int plane = bits - 2, at = next; plane >= 0; plane--, at += this.words) {
					if (((k >>> plane) & 1) != 0) {
						others[at + word] |= bit;
					}
				}
			}
			double factor = (product > 0) ? squared / product : 0;
			double error = Math
				.sqrt(Math.max(0, factor * factor * gridSquared - squared) / Math.max(1, this.dimensions - 1));
			double signFactor = (signProduct > 0) ? squared / signProduct : 0;
			double additive = (BitPlaneCodes.this.metric == Metric.EUCLIDEAN) ? squared : -withCentroid;
			chunk[offset + this.words] = pack((float) signFactor, ones);
			chunk[offset + this.words + 1] = pack((float) additive, Float.floatToRawIntBits((float) error));
			if (bits > 1) {
				others[next + (bits - 1) * this.words] = pack((float) factor, sum);
			}
		}

		private static float product(float[] a, float[] b) {
			return DistanceKernels.best().dot(a, 0, b, 0, a.length);
		}

		private void center(float[] vector, float norm, float[] target) {
			float[] centroid = BitPlaneCodes.this.centroid;
			if (BitPlaneCodes.this.metric == Metric.COSINE) {
				for (int i = 0; i < target.length; i++) {
					target[i] = vector[i] * norm - centroid[i];
				}
			}
			else {
				for (int i = 0; i < target.length; i++) {
					target[i] = vector[i] - centroid[i];
				}
			}
		}

		private static long pack(float high, int low) {
			return ((long) Float.floatToRawIntBits(high) << 32) | (low & 0xffffffffL);
		}

	}

}

package io.github.hnswspring.index.vector;

import java.util.Arrays;

import io.github.hnswspring.index.Metric;

import org.jspecify.annotations.Nullable;

/**
 * Compares a query with the codes of vectors. The walking distance (signs alone), the
 * refined distance (all planes) and those of a scan are estimates of what
 * {@link FloatDistanceComputer} computes. Confined to one thread at a time.
 */
public final class CodeDistanceComputer extends DistanceComputer {

	/**
	 * The error of the first plane of a normally distributed vector of length 1, times
	 * the square root of the dimensions: sqrt(pi / 2 - 1).
	 */
	private static final float SIGN_ERROR = 0.7555f;

	/** The lowest bit of each byte. */
	private static final long LOWEST_BITS = 0x0101010101010101L;

	/** Times this, the lowest bits of eight bytes end up side by side in the highest. */
	private static final long GATHER = 0x0102040810204080L;

	private final BitPlaneCodes codes;

	private final Metric metric;

	private final int dimensions;

	private final int words;

	private final int bits;

	private final BitKernels kernels;

	private final LongRows first;

	private final LongRows second;

	private final SignTable signs;

	/** The query, centred and rotated. */
	private final float[] centered;

	/** The planes of the query as a scan wants them. */
	private final long[] scanPlanes;

	private final int[] blockSums = new int[SignTable.BLOCK];

	private final float[] blockAdditives = new float[SignTable.BLOCK];

	private final float[] blockFactors = new float[SignTable.BLOCK];

	private final float[] blockOnes = new float[SignTable.BLOCK];

	private final float[] blockErrors = new float[SignTable.BLOCK];

	private final float[] blockEstimates = new float[SignTable.BLOCK];

	private final float[] blockLowest = new float[SignTable.BLOCK];

	private final long[] slices;

	private final long[] walkPlanes;

	private final long[] refinePlanes;

	private boolean walkReady;

	private boolean refineReady;

	private float walkStep;

	private float walkLow;

	private float refineStep;

	private float refineLow;

	private float scanStep;

	private float scanLow;

	/** Half the sum of the query's components as they were rounded for the walk. */
	private float walkHalf;

	/** The same as they were rounded for refining. */
	private float refineHalf;

	/** The same as they were rounded for a scan. */
	private float scanHalf;

	/** What an error of a record is multiplied with. */
	private float refinedErrorScale;

	/** What rounding the query for a scan adds to the error per factor. */
	private float scanRounding;

	private boolean scanReady;

	/** What all distances of this query have in common. */
	private float constant;

	private float queryLength;

	/** Minus one or minus two: what the inner product counts in a distance. */
	private final float weight;

	/** Keeps the compiler from leaving out what {@link LongRows#touch} reads. */
	private long touched;

	CodeDistanceComputer(BitPlaneCodes codes) {
		this.codes = codes;
		this.metric = codes.metric();
		this.dimensions = codes.dimensions();
		this.words = codes.words();
		this.bits = codes.bits();
		this.kernels = codes.kernels();
		this.first = codes.first();
		this.second = codes.second();
		this.signs = codes.signs();
		this.weight = (this.metric == Metric.EUCLIDEAN) ? -2 : -1;
		this.centered = new float[this.dimensions];
		this.scanPlanes = new long[BitKernels.SCAN_BITS * this.words];
		this.slices = new long[BitKernels.REFINE_BITS * this.words];
		this.walkPlanes = planes(BitKernels.QUERY_BITS);
		this.refinePlanes = planes(BitKernels.refineBits(this.bits));
	}

	/**
	 * Takes a query.
	 * @param vector {@code float[dimensions]}, checked
	 * @param inverseLength one over its length; used under cosine only
	 */
	public void query(float[] vector, float inverseLength) {
		float[] s = this.centered;
		this.codes.center(vector, inverseLength, s);
		double squared = product(s, s);
		if (squared < VectorSpace.TINY) {
			squared = DistanceKernels.best().exactDot(s, 0, s, 0, s.length);
		}
		this.constant = switch (this.metric) {
			case EUCLIDEAN -> (float) squared;
			// Of directions, half the squared distance: it has all its digits,
			// whatever way all of them point.
			case COSINE -> (float) squared / 2;
			case DOT_PRODUCT -> -(float) (DistanceKernels.best().exactDot(s, 0, this.codes.centroid(), 0, s.length)
					+ this.codes.centroidSquaredNorm());
		};
		this.queryLength = (float) Math.sqrt(squared);
		this.codes.rotate(s);
		this.walkReady = false;
		this.refineReady = false;
		this.scanReady = false;
	}

	/** Whether estimates of this query's distances are numbers. */
	public boolean isFinite() {
		return Float.isFinite(this.constant);
	}

	/**
	 * The step of a grid of so many bits that reaches the query's largest component. A
	 * finer one that cut it off would err less on the whole, but always to the same side
	 * for vectors that lie where the query does, and no bound would hold.
	 */
	private float step(int bits) {
		float max = 0;
		for (float component : this.centered) {
			max = Math.max(max, Math.abs(component));
		}
		return Math.max(Float.MIN_NORMAL, 2 * max / ((1 << bits) - 1));
	}

	private static float lowest(float step, int bits) {
		return -step * ((1 << bits) - 1) / 2;
	}

	private void prepareWalk() {
		this.walkStep = step(BitKernels.QUERY_BITS);
		this.walkLow = lowest(this.walkStep, BitKernels.QUERY_BITS);
		this.walkHalf = slice(this.centered, this.walkLow, this.walkStep, BitKernels.QUERY_BITS, this.walkPlanes);
		this.walkReady = true;
	}

	private void prepareRefining() {
		int queryBits = BitKernels.refineBits(this.bits);
		this.refineStep = step(queryBits);
		this.refineLow = lowest(this.refineStep, queryBits);
		this.refineHalf = slice(this.centered, this.refineLow, this.refineStep, queryBits, this.refinePlanes);
		// The rounding of the query meets a vector whose length is known by its
		// error.
		double rounding = (double) this.refineStep * this.refineStep / 12 * this.dimensions;
		double lengthPerError = BitPlaneCodes.FIRST_PLANE_ERROR[this.bits] / SIGN_ERROR;
		this.refinedErrorScale = (float) (-this.weight
				* Math.sqrt((double) this.queryLength * this.queryLength + rounding * lengthPerError * lengthPerError));
		this.refineReady = true;
	}

	private void prepareScan() {
		this.scanStep = step(BitKernels.SCAN_BITS);
		this.scanLow = lowest(this.scanStep, BitKernels.SCAN_BITS);
		this.scanHalf = slice(this.centered, this.scanLow, this.scanStep, BitKernels.SCAN_BITS, null);
		System.arraycopy(this.slices, 0, this.scanPlanes, 0, this.scanPlanes.length);
		double rounding = 0;
		float inverse = 1 / this.scanStep;
		int max = (1 << BitKernels.SCAN_BITS) - 1;
		for (float component : this.centered) {
			int u = Math.min(max, Math.max(0, (int) (component * inverse + 0.5f - this.scanLow * inverse)));
			double error = this.scanLow + this.scanStep * u - component;
			rounding += error * error;
		}
		// A sign counts half a component.
		this.scanRounding = (float) (Math.sqrt(rounding) / 2);
		this.scanReady = true;
	}

	/**
	 * Estimates the distances of whole blocks of slots by their signs.
	 * @param block the first one, slots from {@code block * SignTable.BLOCK} on
	 * @param blocks how many, all of which {@link BitPlaneCodes#ensureScan} made room for
	 * @param deviations how many standard errors an estimate may be off
	 * @param estimates receives {@code blocks * SignTable.BLOCK} distances
	 * @param lowest receives as many: the estimates less what they may be off, or a
	 * little more
	 */
	public void scan(int block, int blocks, float deviations, float[] estimates, float[] lowest) {
		if (!this.scanReady) {
			prepareScan();
		}
		SignTable table = this.signs;
		for (int b = 0; b < blocks; b++) {
			this.kernels.dotBlock(table.planes(block + b), table.planesOffset(block + b), this.words, this.scanPlanes,
					this.blockSums);
			estimate(table.numbers(block + b), table.numbersOffset(block + b), deviations);
			System.arraycopy(this.blockEstimates, 0, estimates, b * SignTable.BLOCK, SignTable.BLOCK);
			System.arraycopy(this.blockLowest, 0, lowest, b * SignTable.BLOCK, SignTable.BLOCK);
		}
	}

	/**
	 * The numbers of a block are copied first: only loops over arrays that all begin at
	 * the same place become vector instructions, since the compiler cannot know that two
	 * of them are not one.
	 */
	private void estimate(float[] numbers, int from, float deviations) {
		float[] additives = this.blockAdditives;
		float[] factors = this.blockFactors;
		float[] ones = this.blockOnes;
		float[] errors = this.blockErrors;
		System.arraycopy(numbers, from, additives, 0, SignTable.BLOCK);
		System.arraycopy(numbers, from + SignTable.BLOCK, factors, 0, SignTable.BLOCK);
		System.arraycopy(numbers, from + 2 * SignTable.BLOCK, ones, 0, SignTable.BLOCK);
		System.arraycopy(numbers, from + 3 * SignTable.BLOCK, errors, 0, SignTable.BLOCK);
		int[] sums = this.blockSums;
		float[] estimates = this.blockEstimates;
		float[] lowest = this.blockLowest;
		float low = this.scanLow;
		float step = this.scanStep;
		float half = this.scanHalf;
		float offset = this.constant;
		float weight = this.weight;
		for (int j = 0; j < SignTable.BLOCK; j++) {
			float dot = low * ones[j] + step * sums[j] - half;
			estimates[j] = offset + additives[j] + weight * factors[j] * dot;
		}
		float squaredDeviations = deviations * deviations * weight * weight;
		float code = squaredDeviations * this.queryLength * this.queryLength;
		float rounding = squaredDeviations * this.scanRounding * this.scanRounding;
		// A root takes longer than all the rest, so half of x / r + r takes its
		// place: never less than the root of x, and hardly more where r is near it.
		float root = typicalError(factors, errors, code, rounding);
		float inverse = 1 / root;
		for (int j = 0; j < SignTable.BLOCK; j++) {
			float squared = code * errors[j] * errors[j] + rounding * factors[j] * factors[j];
			lowest[j] = estimates[j] - 0.5f * (squared * inverse + root);
		}
	}

	/** The root of the mean square of some errors of a block; not zero. */
	private static float typicalError(float[] factors, float[] errors, float code, float rounding) {
		float sum = Float.MIN_NORMAL;
		for (int j = 0; j < SignTable.BLOCK; j += SignTable.BLOCK / 8) {
			sum += code * errors[j] * errors[j] + rounding * factors[j] * factors[j];
		}
		return (float) Math.sqrt(sum / 8);
	}

	private long[] planes(int bits) {
		return new long[this.kernels.arrangedWords(this.words, bits)];
	}

	/**
	 * Rounds to the grid {@code low + step * u} and cuts u into planes.
	 * @param planes receives them as the kernels want them, or null
	 * @return half the sum of the rounded components: the sum of what is compared, not of
	 * what was given, or rounding would count twice as much
	 */
	private float slice(float[] s, float low, float step, int bits, long @Nullable [] planes) {
		float inverse = 1 / step;
		long sum = 0;
		float shift = 0.5f - low * inverse;
		int max = (1 << bits) - 1;
		Arrays.fill(this.slices, 0);
		for (int i = 0; i < s.length; i += 8) {
			long eight = 0;
			for (int j = Math.min(s.length, i + 8) - 1; j >= i; j--) {
				eight = (eight << 8) | Math.min(max, Math.max(0, (int) (s[j] * inverse + shift)));
			}
			sum += sumOfBytes(eight);
			int at = (i >>> 6) * bits;
			for (int plane = 0; plane < bits; plane++) {
				long ones = (eight >>> plane) & LOWEST_BITS;
				this.slices[at + plane] |= ((ones * GATHER) >>> 56) << i;
			}
		}
		if (planes != null) {
			this.kernels.arrange(this.slices, this.words, bits, planes);
		}
		return (float) ((low * (double) s.length + step * (double) sum) / 2);
	}

	private static long sumOfBytes(long eight) {
		long pairs = (eight & 0x00ff00ff00ff00ffL) + ((eight >>> 8) & 0x00ff00ff00ff00ffL);
		return (pairs * 0x0001000100010001L) >>> 48;
	}

	@Override
	public float distance(int slot) {
		if (!this.walkReady) {
			prepareWalk();
		}
		LongRows rows = this.first;
		return walking(rows.chunk(slot), rows.offset(slot), this.kernels);
	}

	@Override
	public void distances(int[] slots, int count, float[] out) {
		if (!this.walkReady) {
			prepareWalk();
		}
		LongRows rows = this.first;
		this.touched = rows.touch(slots, count);
		BitKernels kernels = this.kernels;
		for (int i = 0; i < count; i++) {
			int slot = slots[i];
			out[i] = walking(rows.chunk(slot), rows.offset(slot), kernels);
		}
	}

	/** Whether there are more planes than the first. */
	public boolean refines() {
		return this.bits > 1;
	}

	/**
	 * Estimates the distances of many slots by all planes.
	 * @param slots the slots
	 * @param count how many of them
	 * @param out receives {@code count} estimates, see {@link #refined(int)}
	 */
	public void refined(int[] slots, int count, float[] out) {
		this.touched ^= this.second.touch(slots, count);
		for (int i = 0; i < count; i++) {
			out[i] = refined(slots[i]);
		}
	}

	private float walking(long[] chunk, int offset, BitKernels kernels) {
		int product = kernels.dot(chunk, offset, this.words, this.walkPlanes);
		long meta = chunk[offset + this.words];
		float factor = Float.intBitsToFloat((int) (meta >>> 32));
		float additive = Float.intBitsToFloat((int) (chunk[offset + this.words + 1] >>> 32));
		float dot = this.walkLow * (int) meta + this.walkStep * product - this.walkHalf;
		return this.constant + additive + this.weight * factor * dot;
	}

	/**
	 * Estimates the distance by all planes.
	 * @param slot an occupied slot
	 * @return the estimate
	 */
	public float refined(int slot) {
		if (!this.refineReady) {
			prepareRefining();
		}
		long[] chunk = this.first.chunk(slot);
		int offset = this.first.offset(slot);
		long[] others = this.second.chunk(slot);
		int at = this.second.offset(slot);
		int bits = this.bits;
		long sum = this.kernels.dotAllPlanes(chunk, offset, others, at, bits, this.words, this.refinePlanes);
		long meta = (bits == 1) ? chunk[offset + this.words] : others[at + (bits - 1) * this.words];
		float factor = Float.intBitsToFloat((int) (meta >>> 32));
		float additive = Float.intBitsToFloat((int) (chunk[offset + this.words + 1] >>> 32));
		float middle = ((1 << bits) - 1) * this.refineHalf;
		float dot = this.refineLow * (int) meta + this.refineStep * sum - middle;
		return this.constant + additive + this.weight * factor * dot;
	}

	/**
	 * The standard deviation of the error of {@link #refined(int)}.
	 * @param slot an occupied slot
	 */
	public float error(int slot) {
		if (!this.refineReady) {
			prepareRefining();
		}
		return this.refinedErrorScale * recordError(slot);
	}

	/** As {@link #error} for distances while walking. */
	public float walkingError(int slot) {
		return -this.weight * this.queryLength * BitPlaneCodes.FIRST_PLANE_ERROR[this.bits] * recordError(slot);
	}

	/**
	 * As {@link #walkingError} for the distances of {@link #scan}, from the vector's own
	 * error; codes of no bits have it too.
	 * @param slot an occupied slot
	 */
	public float scanError(int slot) {
		if (!this.scanReady) {
			prepareScan();
		}
		// As doubles: squares of floats may be too small for one.
		double code = this.queryLength * this.signs.number(slot, 3);
		double rounding = this.scanRounding * this.signs.number(slot, 1);
		return -this.weight * (float) Math.sqrt(code * code + rounding * rounding);
	}

	private float recordError(int slot) {
		long[] chunk = this.first.chunk(slot);
		return Float.intBitsToFloat((int) chunk[this.first.offset(slot) + this.words + 1]);
	}

	private static float product(float[] a, float[] b) {
		return DistanceKernels.best().dot(a, 0, b, 0, a.length);
	}

}

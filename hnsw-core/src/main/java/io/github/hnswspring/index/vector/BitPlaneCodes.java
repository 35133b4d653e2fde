package io.github.hnswspring.index.vector;

import java.util.Arrays;
import java.util.List;

import io.github.hnswspring.index.Metric;

import org.jspecify.annotations.Nullable;

/**
 * Codes of 1 to 8 bits per component, kept as bit planes, after RaBitQ (Gao &amp; Long
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
 * </pre> With 0 bits there are no records. The first planes are kept once more in a
 * {@link SignTable} in any case, for scans over everything.
 * <p>
 * Every estimate has a standard error. It is kept per vector, since it depends on how
 * well the vector's own grid point fits, and is larger by what rounding the query adds.
 * Thread-safe as {@link VectorSpace} is.
 */
public final class BitPlaneCodes {

	/** Step of the best uniform quantiser of a standard normal, for 1 to 8 bits. */
	private static final double[] STEPS = { 0, 1.596, 0.9957, 0.586, 0.3352, 0.1881, 0.1041, 0.0569, 0.0308 };

	/**
	 * By how much the error of the first plane exceeds that of all planes: the ratio of
	 * their relative errors for normally distributed components.
	 */
	private static final float[] FIRST_PLANE_ERROR = { 1, 1, 2.06f, 3.9f, 7.0f, 12.7f, 23, 43, 80 };

	/**
	 * The error of the first plane of a normally distributed vector of length 1, times
	 * the square root of the dimensions: sqrt(pi / 2 - 1).
	 */
	private static final float SIGN_ERROR = 0.7555f;

	/**
	 * What rounding to floats may do to an estimate, times the lengths it was computed
	 * from: far from the origin it is more than what codes leave out.
	 */
	private static final double FLOAT_NOISE = 2e-5;

	/** The lowest bit of each byte. */
	private static final long LOWEST_BITS = 0x0101010101010101L;

	/** Times this, the lowest bits of eight bytes end up side by side in the highest. */
	private static final long GATHER = 0x0102040810204080L;

	private final int dimensions;

	private final Metric metric;

	private final int bits;

	private final int words;

	private final float[] centroid;

	private final double centroidSquaredNorm;

	private final Rotation rotation;

	private final BitKernels kernels;

	private final LongRows first;

	/** The same as the first for codes of one bit or none. */
	private final LongRows second;

	private final SignTable signs;

	private final List<LongRows> records;

	/**
	 * Creates an empty table.
	 * @param centroid {@code float[dimensions]}, near the middle of the vectors
	 * @param seed of the rotation
	 * @param mixed whether the rotation is the one that mixes any number of dimensions
	 */
	public BitPlaneCodes(Metric metric, int bits, float[] centroid, long seed, boolean mixed, BitKernels kernels) {
		this.dimensions = centroid.length;
		this.metric = metric;
		this.bits = bits;
		this.words = (this.dimensions + 63) >>> 6;
		this.centroid = centroid;
		this.centroidSquaredNorm = DistanceKernels.best().exactDot(centroid, 0, centroid, 0, centroid.length);
		this.rotation = new Rotation(this.dimensions, seed, mixed);
		this.kernels = kernels;
		this.first = new LongRows(this.words + 2);
		this.second = (bits <= 1) ? this.first : new LongRows((bits - 1) * this.words + 1);
		this.records = switch (bits) {
			case 0 -> List.of();
			case 1 -> List.of(this.first);
			default -> List.of(this.first, this.second);
		};
		this.signs = new SignTable(this.words);
	}

	public int bits() {
		return this.bits;
	}

	/** Whether the rotation is as good as one for new codes. */
	public boolean isMixed() {
		return this.rotation.isMixed();
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
		this.signs.ensureSlot(slot);
	}

	/**
	 * Makes room for scans over all slots, also those that hold nothing.
	 * @param slots how many there are
	 */
	public void ensureScan(int slots) {
		for (int slot = 0; slot < slots; slot += SignTable.BLOCK) {
			this.signs.ensureSlot(slot);
		}
	}

	/**
	 * Gives a slot nobody can see yet the code of another one, whose vector is the same.
	 * @param source what has that code: these ones, or some of the same kind and centroid
	 */
	public void copy(BitPlaneCodes source, int from, int to) {
		for (int i = 0; i < this.records.size(); i++) {
			LongRows theirs = source.records.get(i);
			LongRows ours = this.records.get(i);
			System.arraycopy(theirs.chunk(from), theirs.offset(from), ours.chunk(to), ours.offset(to), ours.width());
		}
		this.signs.copy(source.signs, from, to);
	}

	/** Longs that {@link #store} writes for each slot. */
	public int storedWords() {
		return this.words + 2 + ((this.bits > 1) ? this.second.width() + 1 : 0);
	}

	/**
	 * What a file keeps of a slot: the records, as if there were one bit where there is
	 * none, and behind the second the error of the first plane.
	 * @param target {@code long[storedWords]}
	 */
	public void store(int slot, long[] target) {
		if (this.bits == 0) {
			this.signs.signs(slot, target);
			target[this.words] = pack(this.signs.number(slot, 1), (int) this.signs.number(slot, 2));
			target[this.words + 1] = pack(this.signs.number(slot, 0),
					Float.floatToRawIntBits(this.signs.number(slot, 3)));
			return;
		}
		System.arraycopy(this.first.chunk(slot), this.first.offset(slot), target, 0, this.first.width());
		if (this.bits > 1) {
			System.arraycopy(this.second.chunk(slot), this.second.offset(slot), target, this.first.width(),
					this.second.width());
			target[target.length - 1] = Float.floatToRawIntBits(this.signs.number(slot, 3)) & 0xffffffffL;
		}
	}

	/**
	 * Puts what {@link #store} wrote into a slot; before anybody else sees it.
	 * @param stored {@code long[storedWords]}; of files of version 1, which lack the last
	 * word of codes of several bits, one less
	 */
	public void restore(int slot, long[] stored, boolean withSignError) {
		ensureSlot(slot);
		if (!withSignError && this.metric == Metric.COSINE) {
			// Version 1 kept minus the product with the centroid; since directions have
			// length 1, half the squared distance from it follows.
			float product = Float.intBitsToFloat((int) (stored[this.words + 1] >>> 32));
			stored[this.words + 1] = pack((float) ((1 - this.centroidSquaredNorm) / 2 + product),
					(int) stored[this.words + 1]);
		}
		float error = Float.intBitsToFloat((int) stored[this.words + 1]);
		if (this.bits > 0) {
			System.arraycopy(stored, 0, this.first.chunk(slot), this.first.offset(slot), this.first.width());
		}
		if (this.bits > 1) {
			System.arraycopy(stored, this.first.width(), this.second.chunk(slot), this.second.offset(slot),
					this.second.width());
			error = withSignError ? Float.intBitsToFloat((int) stored[stored.length - 1])
					: error * FIRST_PLANE_ERROR[this.bits];
		}
		this.signs.set(slot, stored, 0, Float.intBitsToFloat((int) (stored[this.words + 1] >>> 32)),
				Float.intBitsToFloat((int) (stored[this.words] >>> 32)), (int) stored[this.words], error);
	}

	private static long pack(float high, int low) {
		return ((long) Float.floatToRawIntBits(high) << 32) | (low & 0xffffffffL);
	}

	public long heapBytes() {
		return this.records.stream().mapToLong(LongRows::bytes).sum() + this.signs.heapBytes() + 16L * this.dimensions;
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
				? new CodePairScorer(this, this.metric, this.kernels, (float) this.centroidSquaredNorm) : null;
	}

	/**
	 * Scores by code. The walking score and the refined score are both estimates of the
	 * score {@link VectorSpace} computes. Confined to one thread at a time.
	 */
	public final class CodeScorer extends Scorer {

		private final int dimensions = BitPlaneCodes.this.dimensions;

		private final int words = BitPlaneCodes.this.words;

		/** The query, centred and rotated. */
		private final float[] centered = new float[this.dimensions];

		/** The vector that is being encoded, centred and rotated. */
		private final float[] encoding = new float[this.dimensions];

		/** The signs of the vector that is being encoded. */
		private final long[] signWords = new long[this.words];

		/** The planes of the query as a scan wants them. */
		private final long[] scanPlanes = new long[BitKernels.SCAN_BITS * this.words];

		private final int[] blockSums = new int[SignTable.BLOCK];

		private final float[] blockAdditives = new float[SignTable.BLOCK];

		private final float[] blockFactors = new float[SignTable.BLOCK];

		private final float[] blockOnes = new float[SignTable.BLOCK];

		private final float[] blockErrors = new float[SignTable.BLOCK];

		private final float[] blockEstimates = new float[SignTable.BLOCK];

		private final float[] blockLowest = new float[SignTable.BLOCK];

		private final long[] slices = new long[BitKernels.REFINE_BITS * this.words];

		private final long[] walkPlanes = planes(BitKernels.QUERY_BITS);

		private final long[] refinePlanes = planes(BitKernels.refineBits(BitPlaneCodes.this.bits));

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

		/** What all scores of this query have in common. */
		private float constant;

		private float queryLength;

		/** Minus one or minus two: what the inner product counts in a score. */
		private final float weight = (BitPlaneCodes.this.metric == Metric.EUCLIDEAN) ? -2 : -1;

		/** Keeps the compiler from leaving out what {@link LongRows#touch} reads. */
		private long touched;

		/**
		 * Takes a query.
		 * @param vector {@code float[dimensions]}, checked
		 * @param norm its inverse length under cosine
		 */
		public void query(float[] vector, float norm) {
			float[] s = this.centered;
			center(vector, norm, s);
			double squared = product(s, s);
			if (squared < VectorSpace.TINY) {
				squared = DistanceKernels.best().exactDot(s, 0, s, 0, s.length);
			}
			this.constant = switch (BitPlaneCodes.this.metric) {
				case EUCLIDEAN -> (float) squared;
				// Of directions, half the squared distance: it has all its digits,
				// whatever way all of them point.
				case COSINE -> (float) squared / 2;
				case DOT_PRODUCT ->
					-(float) (DistanceKernels.best().exactDot(s, 0, BitPlaneCodes.this.centroid, 0, s.length)
							+ BitPlaneCodes.this.centroidSquaredNorm);
			};
			this.queryLength = (float) Math.sqrt(squared);
			BitPlaneCodes.this.rotation.apply(s);
			this.walkReady = false;
			this.refineReady = false;
			this.scanReady = false;
		}

		/** Whether estimates of this query's scores are numbers. */
		public boolean isFinite() {
			return Float.isFinite(this.constant);
		}

		/**
		 * The step of a grid of so many bits that reaches the query's largest component.
		 * A finer one that cut it off would err less on the whole, but always to the same
		 * side for vectors that lie where the query does, and no bound would hold.
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
			int queryBits = BitKernels.refineBits(BitPlaneCodes.this.bits);
			this.refineStep = step(queryBits);
			this.refineLow = lowest(this.refineStep, queryBits);
			this.refineHalf = slice(this.centered, this.refineLow, this.refineStep, queryBits, this.refinePlanes);
			// The rounding of the query meets a vector whose length is known by its
			// error.
			double rounding = (double) this.refineStep * this.refineStep / 12 * this.dimensions;
			double lengthPerError = FIRST_PLANE_ERROR[BitPlaneCodes.this.bits] / SIGN_ERROR;
			this.refinedErrorScale = (float) (-this.weight * Math
				.sqrt((double) this.queryLength * this.queryLength + rounding * lengthPerError * lengthPerError));
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
		 * Estimates the scores of whole blocks of slots by their signs.
		 * @param block the first one, slots from {@code block * SignTable.BLOCK} on
		 * @param blocks how many, all of which {@link #ensureSlot} made room for
		 * @param deviations how many standard errors an estimate may be off
		 * @param estimates receives {@code blocks * SignTable.BLOCK} scores
		 * @param lowest receives as many: the estimates less what they may be off, or a
		 * little more
		 */
		public void scan(int block, int blocks, float deviations, float[] estimates, float[] lowest) {
			if (!this.scanReady) {
				prepareScan();
			}
			SignTable table = BitPlaneCodes.this.signs;
			for (int b = 0; b < blocks; b++) {
				BitPlaneCodes.this.kernels.dotBlock(table.planes(block + b), table.planesOffset(block + b), this.words,
						this.scanPlanes, this.blockSums);
				estimate(table.numbers(block + b), table.numbersOffset(block + b), deviations);
				System.arraycopy(this.blockEstimates, 0, estimates, b * SignTable.BLOCK, SignTable.BLOCK);
				System.arraycopy(this.blockLowest, 0, lowest, b * SignTable.BLOCK, SignTable.BLOCK);
			}
		}

		/**
		 * The numbers of a block are copied first: only loops over arrays that all begin
		 * at the same place become vector instructions, since the compiler cannot know
		 * that two of them are not one.
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
			return new long[BitPlaneCodes.this.kernels.arrangedWords(this.words, bits)];
		}

		/**
		 * Rounds to the grid {@code low + step * u} and cuts u into planes.
		 * @param planes receives them as the kernels want them, or null
		 * @return half the sum of the rounded components: the sum of what is compared,
		 * not of what was given, or rounding would count twice as much
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
				BitPlaneCodes.this.kernels.arrange(this.slices, this.words, bits, planes);
			}
			return (float) ((low * (double) s.length + step * (double) sum) / 2);
		}

		private static long sumOfBytes(long eight) {
			long pairs = (eight & 0x00ff00ff00ff00ffL) + ((eight >>> 8) & 0x00ff00ff00ff00ffL);
			return (pairs * 0x0001000100010001L) >>> 48;
		}

		@Override
		public float score(int slot) {
			if (!this.walkReady) {
				prepareWalk();
			}
			LongRows rows = BitPlaneCodes.this.first;
			return walking(rows.chunk(slot), rows.offset(slot), BitPlaneCodes.this.kernels);
		}

		@Override
		public void score(int[] slots, int count, float[] out) {
			if (!this.walkReady) {
				prepareWalk();
			}
			LongRows rows = BitPlaneCodes.this.first;
			this.touched = rows.touch(slots, count);
			BitKernels kernels = BitPlaneCodes.this.kernels;
			for (int i = 0; i < count; i++) {
				int slot = slots[i];
				out[i] = walking(rows.chunk(slot), rows.offset(slot), kernels);
			}
		}

		/** Whether there are more planes than the first. */
		public boolean refines() {
			return BitPlaneCodes.this.bits > 1;
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
			float dot = this.walkLow * (int) meta + this.walkStep * product - this.walkHalf;
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
			float middle = ((1 << bits) - 1) * this.refineHalf;
			float dot = this.refineLow * (int) meta + this.refineStep * sum - middle;
			return this.constant + additive + this.weight * factor * dot;
		}

		/**
		 * The standard deviation of the error of {@link #refined(int)}, which must have
		 * been called for this query.
		 * @param slot an occupied slot
		 */
		public float error(int slot) {
			return this.refinedErrorScale * recordError(slot);
		}

		/** As {@link #error} for scores while walking. */
		public float walkingError(int slot) {
			return -this.weight * this.queryLength * FIRST_PLANE_ERROR[BitPlaneCodes.this.bits] * recordError(slot);
		}

		/**
		 * As {@link #walkingError} for the scores of {@link #scan}, from the vector's own
		 * error; codes of no bits have it too.
		 * @param slot an occupied slot
		 */
		public float scanError(int slot) {
			if (!this.scanReady) {
				prepareScan();
			}
			// As doubles: squares of floats may be too small for one.
			double code = this.queryLength * BitPlaneCodes.this.signs.number(slot, 3);
			double rounding = this.scanRounding * BitPlaneCodes.this.signs.number(slot, 1);
			return -this.weight * (float) Math.sqrt(code * code + rounding * rounding);
		}

		private float recordError(int slot) {
			long[] chunk = BitPlaneCodes.this.first.chunk(slot);
			return Float.intBitsToFloat((int) chunk[BitPlaneCodes.this.first.offset(slot) + this.words + 1]);
		}

		/**
		 * Writes the code of a vector into a slot nobody can see yet.
		 * @param vector {@code float[dimensions]}, checked
		 * @param norm its inverse length under cosine
		 */
		public void encode(int slot, float[] vector, float norm) {
			float[] r = this.encoding;
			center(vector, norm, r);
			double squared = DistanceKernels.best().exactDot(r, 0, r, 0, r.length);
			double additive = switch (BitPlaneCodes.this.metric) {
				case EUCLIDEAN -> squared;
				case COSINE -> squared / 2;
				case DOT_PRODUCT -> -DistanceKernels.best().exactDot(r, 0, BitPlaneCodes.this.centroid, 0, r.length);
			};
			BitPlaneCodes.this.rotation.apply(r);
			double noise = FLOAT_NOISE * (Math.sqrt(squared) + Math.sqrt(BitPlaneCodes.this.centroidSquaredNorm));
			// What overflows counts as near, so that it is always looked at.
			float term = Float.isFinite((float) additive) ? (float) additive : Float.NEGATIVE_INFINITY;
			writeSigns(r, squared, term, noise, slot);
			if (BitPlaneCodes.this.bits > 0) {
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
			BitPlaneCodes.this.signs.set(slot, this.signWords, 0, additive, (float) factor, ones, error);
			if (BitPlaneCodes.this.bits > 0) {
				long[] chunk = BitPlaneCodes.this.first.chunk(slot);
				int offset = BitPlaneCodes.this.first.offset(slot);
				System.arraycopy(this.signWords, 0, chunk, offset, this.words);
				chunk[offset + this.words] = pack((float) factor, ones);
				chunk[offset + this.words + 1] = pack(additive, Float.floatToRawIntBits(error));
			}
		}

		private void writePlanes(float[] r, double squared, float additive, double noise, int slot) {
			int bits = BitPlaneCodes.this.bits;
			if (bits == 1) {
				return;
			}
			long[] others = BitPlaneCodes.this.second.chunk(slot);
			int next = BitPlaneCodes.this.second.offset(slot);
			Arrays.fill(others, next, next + BitPlaneCodes.this.second.width(), 0);
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
			long[] chunk = BitPlaneCodes.this.first.chunk(slot);
			int at = BitPlaneCodes.this.first.offset(slot) + this.words + 1;
			chunk[at] = pack(additive, Float.floatToRawIntBits(error));
			others[next + (bits - 1) * this.words] = pack((float) factor, sum);
		}

		/**
		 * The standard error of an inner product with a vector of length 1, from how far
		 * the scaled grid point lies from the vector: across it, in one of d - 1
		 * directions.
		 */
		private float error(double scaledSquared, double squared, double noise) {
			double across = Math.max(0, scaledSquared - squared) / Math.max(1, this.dimensions - 1);
			return (float) Math.sqrt(across + noise * noise / this.dimensions);
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

	}

}

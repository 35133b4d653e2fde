package io.github.hnswspring.index.vector;

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
 * Two records per vector. Walking reads the first alone, which takes few cache lines and
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
 * {@link CodeEncoder} writes records, {@link CodeDistanceComputer} reads them.
 * Thread-safe as {@link VectorSpace} is.
 */
public final class BitPlaneCodes {

	/**
	 * By how much the error of the first plane exceeds that of all planes: the ratio of
	 * their relative errors for normally distributed components.
	 */
	static final float[] FIRST_PLANE_ERROR = { 1, 1, 2.06f, 3.9f, 7.0f, 12.7f, 23, 43, 80 };

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
	 * Gives a slot that is not published yet the code of another one, whose vector is the
	 * same.
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
	 * Puts what {@link #store} wrote into a slot; before other threads see it.
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

	static long pack(float high, int low) {
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

	SignTable signs() {
		return this.signs;
	}

	int dimensions() {
		return this.dimensions;
	}

	Metric metric() {
		return this.metric;
	}

	BitKernels kernels() {
		return this.kernels;
	}

	double centroidSquaredNorm() {
		return this.centroidSquaredNorm;
	}

	/**
	 * Takes the centroid from a vector.
	 * @param inverseLength one over its length, which counts under cosine only
	 * @param target {@code float[dimensions]}, receives the difference
	 */
	void center(float[] vector, float inverseLength, float[] target) {
		if (this.metric == Metric.COSINE) {
			for (int i = 0; i < target.length; i++) {
				target[i] = vector[i] * inverseLength - this.centroid[i];
			}
		}
		else {
			for (int i = 0; i < target.length; i++) {
				target[i] = vector[i] - this.centroid[i];
			}
		}
	}

	/** Rotates in place what {@link #center} gave. */
	void rotate(float[] centered) {
		this.rotation.apply(centered);
	}

	/** Words of 64 components in a plane. */
	int words() {
		return this.words;
	}

	/** Compares queries with the codes here. */
	public CodeDistanceComputer distanceComputer() {
		return new CodeDistanceComputer(this);
	}

	/** Writes codes here. */
	public CodeEncoder encoder() {
		return new CodeEncoder(this);
	}

	/**
	 * Compares stored vectors by code.
	 * @return what compares them, or null if codes of so many bits are too rough or too
	 * long for it
	 */
	public @Nullable PairDistanceComputer pairDistanceComputer() {
		return CodePairDistanceComputer.suits(this.bits)
				? new CodePairDistanceComputer(this, this.metric, this.kernels, (float) this.centroidSquaredNorm)
				: null;
	}

}

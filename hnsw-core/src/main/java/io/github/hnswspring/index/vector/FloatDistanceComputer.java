package io.github.hnswspring.index.vector;

import io.github.hnswspring.index.Metric;

/** Computes distances of full-precision vectors. Confined to one thread at a time. */
public final class FloatDistanceComputer extends PairDistanceComputer {

	/** Vectors compared at once. */
	private static final int LANES = 4;

	private static final int BATCH = 2 * LANES;

	/** Rounding of a difference of directions, relative to the distance. */
	private static final float NARROW_NOISE = 1e-3f;

	/** What rounding the components of directions leaves of their difference, squared. */
	private static final float NARROW_REST = 1e-13f;

	/** What two computations of the same distance may differ by. */
	private static final float TIE = 3e-7f;

	private final VectorSpace space;

	private final VectorTable vectors;

	private final FloatRows lengthsOrInverses;

	private final DistanceKernels kernels;

	private final float noise;

	private final int[] batch = new int[BATCH];

	private final float[] distances = new float[BATCH];

	private final float[] query;

	private final float[][] chunks = new float[LANES][];

	private final int[] offsets = new int[LANES];

	private final float[][] copies;

	private final boolean euclidean;

	private final boolean cosine;

	private float queryLengthOrInverse;

	private boolean narrow;

	/** The query at length 1, where directions are subtracted. */
	private float[] direction = new float[0];

	/** The squared length of the query, or NaN until it is needed. */
	private double querySquared = Double.NaN;

	FloatDistanceComputer(VectorSpace space, VectorTable vectors, FloatRows lengthsOrInverses, float noise) {
		this.space = space;
		this.vectors = vectors;
		this.lengthsOrInverses = lengthsOrInverses;
		this.noise = noise;
		this.kernels = space.kernels();
		this.query = new float[space.dimensions()];
		this.copies = vectors.copies() ? new float[LANES][space.dimensions()] : new float[0][];
		this.euclidean = space.metric() == Metric.EUCLIDEAN;
		this.cosine = space.metric() == Metric.COSINE;
	}

	/**
	 * Takes a query given by the caller.
	 * @param vector {@code float[dimensions]}, checked
	 */
	public void query(float[] vector) {
		System.arraycopy(vector, 0, this.query, 0, this.query.length);
		this.queryLengthOrInverse = this.space.lengthOrInverse(vector);
		this.querySquared = Double.NaN;
		prepare();
	}

	/** The query itself, not a copy. */
	public float[] query() {
		return this.query;
	}

	/** See {@link VectorSpace#lengthOrInverse(float[])}. */
	public float queryLengthOrInverse() {
		return this.queryLengthOrInverse;
	}

	@Override
	public void query(int slot) {
		this.space.get(slot, this.query);
		this.queryLengthOrInverse = this.lengthsOrInverses.get(slot);
		this.querySquared = Double.NaN;
		prepare();
	}

	private void prepare() {
		this.narrow = this.space.isNarrow();
		if (!this.narrow) {
			return;
		}
		if (this.direction.length == 0) {
			this.direction = new float[this.query.length];
		}
		for (int i = 0; i < this.query.length; i++) {
			this.direction[i] = this.query[i] * this.queryLengthOrInverse;
		}
	}

	/**
	 * The distance of a stored vector in double arithmetic, rounded once: what users see.
	 * @param slot an occupied slot
	 * @return the distance
	 */
	public float exactDistance(int slot) {
		this.vectors.locate(slot, 0, this.chunks, this.offsets, this.copies);
		if (this.cosine && Double.isNaN(this.querySquared)) {
			this.querySquared = this.kernels.exactDot(this.query, 0, this.query, 0, this.query.length);
		}
		float distance = this.kernels.exactDistance(this.space.metric(), this.query, this.querySquared, this.chunks[0],
				this.offsets[0]);
		// Lost with its file, one has no direction, and is counted all the same.
		return (this.cosine && Float.isNaN(distance)) ? 1 : distance;
	}

	/**
	 * The least distance that a vector of this reduced distance can have, for all that
	 * rounding to floats may have done to it.
	 * @param reduced what {@link #distance} gave
	 * @return a distance that {@link #exactDistance} does not fall below
	 */
	public float leastDistance(float reduced, int slot) {
		if (this.euclidean) {
			return (float) Math.sqrt(Math.max(0, reduced - reduced * this.noise - Float.MIN_NORMAL)) - Float.MIN_NORMAL;
		}
		if (this.narrow) {
			return reduced - NARROW_NOISE * reduced - NARROW_REST;
		}
		return this.cosine ? reduced - this.noise : reduced
				- this.noise * this.queryLengthOrInverse * this.lengthsOrInverses.get(slot) - Float.MIN_NORMAL;
	}

	@Override
	public float distance(int slot) {
		this.vectors.locate(slot, 0, this.chunks, this.offsets, this.copies);
		if (this.euclidean) {
			return this.kernels.squaredDistance(this.query, 0, this.chunks[0], this.offsets[0], this.query.length);
		}
		if (this.narrow) {
			return this.kernels.scaledSquaredDistance(this.direction, this.chunks[0], this.offsets[0],
					this.lengthsOrInverses.get(slot), this.query.length) / 2;
		}
		return toDistance(this.kernels.dot(this.query, 0, this.chunks[0], this.offsets[0], this.query.length), slot);
	}

	@Override
	public void distances(int[] slots, int count, float[] out) {
		int i = 0;
		for (; i + LANES <= count && !this.narrow; i += LANES) {
			for (int lane = 0; lane < LANES; lane++) {
				this.vectors.locate(slots[i + lane], lane, this.chunks, this.offsets, this.copies);
			}
			if (this.euclidean) {
				this.kernels.squaredDistance4(this.query, this.chunks, this.offsets, this.query.length, out, i);
			}
			else {
				this.kernels.dot4(this.query, this.chunks, this.offsets, this.query.length, out, i);
				for (int j = i; j < i + LANES; j++) {
					out[j] = toDistance(out[j], slots[j]);
				}
			}
		}
		for (; i < count; i++) {
			out[i] = distance(slots[i]);
		}
	}

	/** Some at a time, since four are compared faster than one after the other. */
	@Override
	public boolean isAnyNearer(int[] slots, int count, float bound) {
		for (int from = 0; from < count; from += BATCH) {
			int size = Math.min(BATCH, count - from);
			System.arraycopy(slots, from, this.batch, 0, size);
			distances(this.batch, size, this.distances);
			for (int i = 0; i < size; i++) {
				if (this.distances[i] < bound) {
					return true;
				}
			}
		}
		return false;
	}

	@Override
	public float tied(float distance) {
		boolean absolute = this.cosine && !this.narrow;
		return Math.nextUp(distance + (absolute ? 1 : Math.abs(distance)) * TIE);
	}

	@Override
	public float least() {
		return (this.cosine || this.euclidean) ? 0 : Float.NEGATIVE_INFINITY;
	}

	private float toDistance(float dot, int slot) {
		return this.cosine ? 1 - dot * this.queryLengthOrInverse * this.lengthsOrInverses.get(slot) : -dot;
	}

}

package io.github.hnswspring.index.vector;

import io.github.hnswspring.index.Metric;

/**
 * Full-precision vectors and the metric on them.
 * <p>
 * A score is the distance itself for cosine and dot product, and the squared distance for
 * Euclidean. Thread-safe for reading published slots; one thread at a time may write a
 * given slot, and growing is the caller's to serialise.
 */
public final class VectorSpace {

	private final int dimensions;

	private final Metric metric;

	private final DistanceKernels kernels;

	private final FloatRows vectors;

	/** 1/|v| under cosine, else |v|. */
	private final FloatRows norms;

	public VectorSpace(int dimensions, Metric metric, DistanceKernels kernels) {
		this.dimensions = dimensions;
		this.metric = metric;
		this.kernels = kernels;
		this.vectors = new FloatRows(dimensions);
		this.norms = new FloatRows(1);
	}

	public int dimensions() {
		return this.dimensions;
	}

	public Metric metric() {
		return this.metric;
	}

	public DistanceKernels kernels() {
		return this.kernels;
	}

	/**
	 * Refuses what no distance can be computed for.
	 * @param vector the vector
	 * @param name what the caller calls it, such as {@code "vector of id 7"}
	 */
	public void check(float[] vector, String name) {
		if (vector == null) {
			throw new IllegalArgumentException("The " + name + " is null; expected " + this.dimensions + " components");
		}
		if (vector.length != this.dimensions) {
			throw new IllegalArgumentException(
					"The " + name + " has " + vector.length + " dimensions, but this index has " + this.dimensions
							+ "; use the model the index was built with");
		}
		float squaredNorm = this.kernels.dot(vector, 0, vector, 0, vector.length);
		if (squaredNorm - squaredNorm != 0) {
			explainNotFinite(vector, name);
		}
		if (this.metric == Metric.COSINE && squaredNorm < Float.MIN_NORMAL) {
			for (float component : vector) {
				if (component != 0) {
					throw new IllegalArgumentException("The " + name
							+ " is so short that its squared length underflows; scale it up before adding it");
				}
			}
			throw new IllegalArgumentException(
					"The " + name + " is all zeros, which has no direction and so no cosine; leave it out");
		}
	}

	private static void explainNotFinite(float[] vector, String name) {
		for (int i = 0; i < vector.length; i++) {
			if (!Float.isFinite(vector[i])) {
				throw new IllegalArgumentException("Component " + i + " of the " + name + " is " + vector[i]
						+ "; every component must be a finite number");
			}
		}
		throw new IllegalArgumentException(
				"The " + name + " is so long that its squared length overflows; scale it down before adding it");
	}

	public void ensureSlot(int slot) {
		this.vectors.ensureSlot(slot);
		this.norms.ensureSlot(slot);
	}

	/**
	 * Copies a checked vector into a slot nobody can see yet.
	 * @param slot the slot
	 * @param vector {@code float[dimensions]}
	 */
	public void set(int slot, float[] vector) {
		System.arraycopy(vector, 0, this.vectors.chunk(slot), this.vectors.offset(slot), this.dimensions);
		this.norms.set(slot, norm(vector));
	}

	/**
	 * What is kept of a vector's length: its inverse under cosine, else the length.
	 */
	private float norm(float[] vector) {
		double norm = Math.sqrt(this.kernels.dot(vector, 0, vector, 0, this.dimensions));
		return (float) ((this.metric == Metric.COSINE) ? 1 / norm : norm);
	}

	public float length(int slot) {
		float norm = this.norms.get(slot);
		return (this.metric == Metric.COSINE) ? 1 / norm : norm;
	}

	public void get(int slot, float[] target) {
		System.arraycopy(this.vectors.chunk(slot), this.vectors.offset(slot), target, 0, this.dimensions);
	}

	/**
	 * The array a slot's vector lies in, for writing it to a file.
	 */
	public float[] chunk(int slot) {
		return this.vectors.chunk(slot);
	}

	public int offset(int slot) {
		return this.vectors.offset(slot);
	}

	public long heapBytes() {
		return this.vectors.bytes() + this.norms.bytes();
	}

	/**
	 * Turns a score into the distance users see.
	 * @param score a score of this space
	 * @return the distance
	 */
	public float distance(float score) {
		return switch (this.metric) {
			case COSINE -> Math.max(0f, Math.min(2f, score));
			case DOT_PRODUCT -> score;
			case EUCLIDEAN -> (float) Math.sqrt(score);
		};
	}

	public FloatScorer scorer() {
		return new FloatScorer();
	}

	/** Scores on full-precision vectors. Confined to one thread at a time. */
	public final class FloatScorer extends Scorer {

		private final float[] query = new float[VectorSpace.this.dimensions];

		private final float[][] chunks = new float[4][];

		private final int[] offsets = new int[4];

		private final boolean euclidean = VectorSpace.this.metric == Metric.EUCLIDEAN;

		private final boolean cosine = VectorSpace.this.metric == Metric.COSINE;

		private float queryNorm;

		/**
		 * Takes a query given by the caller.
		 * @param vector {@code float[dimensions]}, checked
		 */
		public void query(float[] vector) {
			System.arraycopy(vector, 0, this.query, 0, this.query.length);
			this.queryNorm = norm(vector);
		}

		/**
		 * Takes the vector in a slot as the query.
		 * @param slot an occupied slot
		 */
		public void query(int slot) {
			get(slot, this.query);
			this.queryNorm = VectorSpace.this.norms.get(slot);
		}

		@Override
		public float score(int slot) {
			FloatRows rows = VectorSpace.this.vectors;
			DistanceKernels kernels = VectorSpace.this.kernels;
			float[] chunk = rows.chunk(slot);
			int offset = rows.offset(slot);
			if (this.euclidean) {
				return kernels.squaredDistance(this.query, 0, chunk, offset, this.query.length);
			}
			return toScore(kernels.dot(this.query, 0, chunk, offset, this.query.length), slot);
		}

		@Override
		public void score(int[] slots, int count, float[] out) {
			FloatRows rows = VectorSpace.this.vectors;
			DistanceKernels kernels = VectorSpace.this.kernels;
			int i = 0;
			for (; i + 4 <= count; i += 4) {
				for (int j = 0; j < 4; j++) {
					this.chunks[j] = rows.chunk(slots[i + j]);
					this.offsets[j] = rows.offset(slots[i + j]);
				}
				if (this.euclidean) {
					kernels.squaredDistance4(this.query, this.chunks, this.offsets, this.query.length, out, i);
				}
				else {
					kernels.dot4(this.query, this.chunks, this.offsets, this.query.length, out, i);
					for (int j = i; j < i + 4; j++) {
						out[j] = toScore(out[j], slots[j]);
					}
				}
			}
			for (; i < count; i++) {
				out[i] = score(slots[i]);
			}
		}

		private float toScore(float dot, int slot) {
			return this.cosine ? 1 - dot * this.queryNorm * VectorSpace.this.norms.get(slot) : -dot;
		}

	}

}

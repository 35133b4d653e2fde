package io.github.hnswspring.index.vector;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.VectorSource;

/**
 * Full-precision vectors and the metric on them.
 * <p>
 * A score is the distance itself for cosine and dot product, and the squared distance for
 * Euclidean. Thread-safe for reading published slots; one thread at a time may write a
 * given slot, and growing is the caller's to serialise.
 */
public final class VectorSpace {

	/** Vectors scored at once. */
	private static final int LANES = 4;

	/**
	 * Sums of squares below have lost digits, or all of them, since each is too small.
	 */
	static final float TINY = 1e-30f;

	/** Half a float's digits are lost to the one that inner products are taken from. */
	private static final double NARROW = 1e-3;

	/** Rounding of a difference of directions, relative to the score. */
	private static final float NARROW_NOISE = 1e-3f;

	/** What rounding the components of directions leaves of their difference, squared. */
	private static final float NARROW_REST = 1e-13f;

	/** What two computations of the same score may differ by. */
	private static final float TIE = 3e-7f;

	/** Cosine distances below are rounding of doubles: the direction is the same. */
	private static final double COSINE_NOISE = 5e-16;

	private final int dimensions;

	private final Metric metric;

	private final DistanceKernels kernels;

	private final VectorTable vectors;

	/** 1/|v| under cosine, else |v|. */
	private final FloatRows norms;

	/**
	 * What rounding to floats may do to a score, relative to the lengths it is made of.
	 */
	private final float noise;

	/**
	 * Whether, under cosine, all vectors point nearly the same way: then directions are
	 * subtracted from each other, which takes longer and keeps the digits.
	 */
	private volatile boolean narrow;

	/**
	 * Vectors on the heap.
	 */
	public static VectorSpace onHeap(int dimensions, Metric metric) {
		return new VectorSpace(dimensions, metric, new VectorTable.OnHeap(dimensions));
	}

	/**
	 * Vectors in a new file.
	 * @param file must not exist
	 */
	public static VectorSpace inNewFile(int dimensions, Metric metric, Path file) throws IOException {
		return new VectorSpace(dimensions, metric, MappedVectors.create(file, dimensions));
	}

	/**
	 * Vectors in the file of an earlier process.
	 * @param source has what the file lacks
	 * @param shared whether another process owns the file
	 */
	public static VectorSpace inFile(int dimensions, Metric metric, Path file, VectorSource source, boolean shared)
			throws IOException {
		return new VectorSpace(dimensions, metric, MappedVectors.open(file, dimensions, source, shared));
	}

	private VectorSpace(int dimensions, Metric metric, VectorTable vectors) {
		this.dimensions = dimensions;
		this.metric = metric;
		this.kernels = DistanceKernels.best();
		this.vectors = vectors;
		this.norms = new FloatRows(1);
		// Errors of sums grow with the square root of their length.
		this.noise = 2e-6f + 1e-7f * (float) Math.sqrt(dimensions);
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
		this.vectors.set(slot, vector);
		this.norms.set(slot, norm(vector));
	}

	/**
	 * Copies a vector of another space into a slot nobody can see yet; both have their
	 * vectors on the heap.
	 */
	public void copy(VectorSpace source, int from, int to) {
		((VectorTable.OnHeap) this.vectors).copy((VectorTable.OnHeap) source.vectors, from, to);
		this.norms.set(to, source.norms.get(from));
	}

	/**
	 * What is kept of a vector's length: its inverse under cosine, else the length.
	 */
	public float norm(float[] vector) {
		double squared = this.kernels.dot(vector, 0, vector, 0, this.dimensions);
		if (squared < TINY) {
			squared = this.kernels.exactDot(vector, 0, vector, 0, this.dimensions);
		}
		double norm = Math.sqrt(squared);
		if (this.metric != Metric.COSINE) {
			return (float) norm;
		}
		// One that was lost with its file is as far as what is at right angles.
		return (norm > 0) ? (float) (1 / norm) : 1;
	}

	public float length(int slot) {
		float norm = this.norms.get(slot);
		return (this.metric == Metric.COSINE) ? 1 / norm : norm;
	}

	public void get(int slot, float[] target) {
		this.vectors.get(slot, target);
	}

	/** What is kept of the length of the vector in a slot, see {@link #norm(float[])}. */
	public float norm(int slot) {
		return this.norms.get(slot);
	}

	/** What to multiply the vector in a slot with to get what is coded of it. */
	public float directionFactor(int slot) {
		return (this.metric == Metric.COSINE) ? this.norms.get(slot) : 1;
	}

	/** The file the vectors lie in, if they do. */
	public Optional<Path> file() {
		return (this.vectors instanceof MappedVectors mapped) ? Optional.of(mapped.path()) : Optional.empty();
	}

	/** The checksum of the vector in a slot. */
	public int checksum(int slot) {
		return this.vectors.checksum(slot);
	}

	/** The checksum of a vector that is in no slot. */
	public int checksum(float[] vector) {
		return VectorTable.checksum(VectorTable.bytes(vector));
	}

	/** Whether a slot holds a vector of the same bits as the given one. */
	public boolean isSame(int slot, float[] vector) {
		float[] other = new float[this.dimensions];
		get(slot, other);
		return Arrays.mismatch(vector, other) < 0;
	}

	/** Whether two slots hold vectors of the same bits. */
	public boolean isSame(int a, int b) {
		float[] one = new float[this.dimensions];
		float[] other = new float[this.dimensions];
		get(a, one);
		get(b, other);
		return Arrays.mismatch(one, other) < 0;
	}

	public VectorTable vectors() {
		return this.vectors;
	}

	/**
	 * Restores a slot whose vector lies in the file; before anybody else sees the space.
	 */
	public void restore(int slot, float norm, int checksum) {
		this.norms.ensureSlot(slot);
		this.norms.set(slot, norm);
		((MappedVectors) this.vectors).restoreChecksum(slot, checksum);
	}

	/** Ends {@link #restore}. */
	public void restored(int slots, SlotOwners owners) {
		((MappedVectors) this.vectors).restored(slots, owners);
	}

	public void close() throws IOException {
		this.vectors.close();
	}

	public long heapBytes() {
		return this.vectors.heapBytes() + this.norms.bytes();
	}

	public long mappedBytes() {
		return this.vectors.mappedBytes();
	}

	/**
	 * The score of a distance users see, for comparing scores with it.
	 * @param distance a distance
	 * @return the score of that distance
	 */
	public float score(float distance) {
		return (this.metric == Metric.EUCLIDEAN) ? distance * Math.abs(distance) : distance;
	}

	/**
	 * Tells how far directions are from their mean, squared and on average; scorers go by
	 * it from their next query on.
	 */
	public void spread(double spread) {
		this.narrow = this.metric == Metric.COSINE && spread < NARROW;
	}

	/** Takes over from a sample how far directions are from each other. */
	public void narrowLike(VectorSpace sample) {
		this.narrow = sample.narrow;
	}

	public FloatScorer scorer() {
		return new FloatScorer();
	}

	/** Scores on full-precision vectors. Confined to one thread at a time. */
	public final class FloatScorer extends PairScorer {

		private static final int BATCH = 2 * LANES;

		private final int[] batch = new int[BATCH];

		private final float[] scores = new float[BATCH];

		private final float[] query = new float[VectorSpace.this.dimensions];

		private final float[][] chunks = new float[LANES][];

		private final int[] offsets = new int[LANES];

		private final float[][] copies = VectorSpace.this.vectors.copies()
				? new float[LANES][VectorSpace.this.dimensions] : new float[0][];

		private final boolean euclidean = VectorSpace.this.metric == Metric.EUCLIDEAN;

		private final boolean cosine = VectorSpace.this.metric == Metric.COSINE;

		private float queryNorm;

		private boolean narrow;

		/** The query at length 1, where directions are subtracted. */
		private float[] direction = new float[0];

		/** The squared length of the query, or NaN until it is needed. */
		private double querySquared = Double.NaN;

		/**
		 * Takes a query given by the caller.
		 * @param vector {@code float[dimensions]}, checked
		 */
		public void query(float[] vector) {
			System.arraycopy(vector, 0, this.query, 0, this.query.length);
			this.queryNorm = norm(vector);
			this.querySquared = Double.NaN;
			prepare();
		}

		/** The query itself, not a copy. */
		public float[] query() {
			return this.query;
		}

		/** What is kept of the query's length, see {@link VectorSpace#norm(float[])}. */
		public float queryNorm() {
			return this.queryNorm;
		}

		@Override
		public void query(int slot) {
			get(slot, this.query);
			this.queryNorm = VectorSpace.this.norms.get(slot);
			this.querySquared = Double.NaN;
			prepare();
		}

		private void prepare() {
			this.narrow = VectorSpace.this.narrow;
			if (!this.narrow) {
				return;
			}
			if (this.direction.length == 0) {
				this.direction = new float[this.query.length];
			}
			for (int i = 0; i < this.query.length; i++) {
				this.direction[i] = this.query[i] * this.queryNorm;
			}
		}

		/**
		 * The distance of a stored vector in double arithmetic, rounded once: what users
		 * see.
		 * @param slot an occupied slot
		 * @return the distance
		 */
		public float exactDistance(int slot) {
			DistanceKernels kernels = VectorSpace.this.kernels;
			int length = this.query.length;
			VectorSpace.this.vectors.locate(slot, 0, this.chunks, this.offsets, this.copies);
			float[] vector = this.chunks[0];
			int offset = this.offsets[0];
			if (this.euclidean) {
				return (float) Math.sqrt(kernels.exactSquaredDistance(this.query, 0, vector, offset, length));
			}
			double dot = kernels.exactDot(this.query, 0, vector, offset, length);
			if (!this.cosine) {
				// Plus zero makes zero of minus zero.
				return (float) -dot + 0f;
			}
			if (Double.isNaN(this.querySquared)) {
				this.querySquared = kernels.exactDot(this.query, 0, this.query, 0, length);
			}
			double squared = kernels.exactDot(vector, offset, vector, offset, length);
			if (!(squared > 0)) {
				// Lost with its file: it has no direction, and is counted all the same.
				return 1;
			}
			double distance = 1 - dot / Math.sqrt(this.querySquared * squared);
			// Vectors of one direction: what is left is rounding.
			return (distance < COSINE_NOISE) ? 0 : (float) Math.min(2, distance);
		}

		/**
		 * The least distance that a vector of this score can have, for all that rounding
		 * to floats may have done to the score.
		 * @param score what {@link #score} gave
		 * @return a distance that {@link #exactDistance} does not fall below
		 */
		public float leastDistance(float score, int slot) {
			float noise = VectorSpace.this.noise;
			if (this.euclidean) {
				return (float) Math.sqrt(Math.max(0, score - score * noise - Float.MIN_NORMAL)) - Float.MIN_NORMAL;
			}
			if (this.narrow) {
				return score - NARROW_NOISE * score - NARROW_REST;
			}
			return this.cosine ? score - noise
					: score - noise * this.queryNorm * VectorSpace.this.norms.get(slot) - Float.MIN_NORMAL;
		}

		@Override
		public float score(int slot) {
			DistanceKernels kernels = VectorSpace.this.kernels;
			VectorSpace.this.vectors.locate(slot, 0, this.chunks, this.offsets, this.copies);
			if (this.euclidean) {
				return kernels.squaredDistance(this.query, 0, this.chunks[0], this.offsets[0], this.query.length);
			}
			if (this.narrow) {
				return kernels.scaledSquaredDistance(this.direction, this.chunks[0], this.offsets[0],
						VectorSpace.this.norms.get(slot), this.query.length) / 2;
			}
			return toScore(kernels.dot(this.query, 0, this.chunks[0], this.offsets[0], this.query.length), slot);
		}

		@Override
		public void score(int[] slots, int count, float[] out) {
			VectorTable vectors = VectorSpace.this.vectors;
			DistanceKernels kernels = VectorSpace.this.kernels;
			int i = 0;
			for (; i + LANES <= count && !this.narrow; i += LANES) {
				for (int lane = 0; lane < LANES; lane++) {
					vectors.locate(slots[i + lane], lane, this.chunks, this.offsets, this.copies);
				}
				if (this.euclidean) {
					kernels.squaredDistance4(this.query, this.chunks, this.offsets, this.query.length, out, i);
				}
				else {
					kernels.dot4(this.query, this.chunks, this.offsets, this.query.length, out, i);
					for (int j = i; j < i + LANES; j++) {
						out[j] = toScore(out[j], slots[j]);
					}
				}
			}
			for (; i < count; i++) {
				out[i] = score(slots[i]);
			}
		}

		/** Some at a time, since four are scored faster than one after the other. */
		@Override
		public boolean isAnyNearer(int[] slots, int count, float bound) {
			for (int from = 0; from < count; from += BATCH) {
				int size = Math.min(BATCH, count - from);
				System.arraycopy(slots, from, this.batch, 0, size);
				score(this.batch, size, this.scores);
				for (int i = 0; i < size; i++) {
					if (this.scores[i] < bound) {
						return true;
					}
				}
			}
			return false;
		}

		@Override
		public float tied(float score) {
			boolean absolute = this.cosine && !this.narrow;
			return Math.nextUp(score + (absolute ? 1 : Math.abs(score)) * TIE);
		}

		@Override
		public float least() {
			return (this.cosine || this.euclidean) ? 0 : Float.NEGATIVE_INFINITY;
		}

		private float toScore(float dot, int slot) {
			return this.cosine ? 1 - dot * this.queryNorm * VectorSpace.this.norms.get(slot) : -dot;
		}

	}

}

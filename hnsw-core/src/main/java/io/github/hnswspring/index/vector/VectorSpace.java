package io.github.hnswspring.index.vector;

import java.io.IOException;
import java.nio.file.Path;
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

	private final int dimensions;

	private final Metric metric;

	private final DistanceKernels kernels;

	private final VectorTable vectors;

	/** 1/|v| under cosine, else |v|. */
	private final FloatRows norms;

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
	 * What is kept of a vector's length: its inverse under cosine, else the length.
	 */
	public float norm(float[] vector) {
		double norm = Math.sqrt(this.kernels.dot(vector, 0, vector, 0, this.dimensions));
		return (float) ((this.metric == Metric.COSINE) ? 1 / norm : norm);
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
	public void restored(int slots, LongRows ids) {
		((MappedVectors) this.vectors).restored(slots, ids);
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

		/**
		 * Takes a query given by the caller.
		 * @param vector {@code float[dimensions]}, checked
		 */
		public void query(float[] vector) {
			System.arraycopy(vector, 0, this.query, 0, this.query.length);
			this.queryNorm = norm(vector);
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
		}

		@Override
		public float score(int slot) {
			DistanceKernels kernels = VectorSpace.this.kernels;
			VectorSpace.this.vectors.locate(slot, 0, this.chunks, this.offsets, this.copies);
			if (this.euclidean) {
				return kernels.squaredDistance(this.query, 0, this.chunks[0], this.offsets[0], this.query.length);
			}
			return toScore(kernels.dot(this.query, 0, this.chunks[0], this.offsets[0], this.query.length), slot);
		}

		@Override
		public void score(int[] slots, int count, float[] out) {
			VectorTable vectors = VectorSpace.this.vectors;
			DistanceKernels kernels = VectorSpace.this.kernels;
			int i = 0;
			for (; i + LANES <= count; i += LANES) {
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

		private float toScore(float dot, int slot) {
			return this.cosine ? 1 - dot * this.queryNorm * VectorSpace.this.norms.get(slot) : -dot;
		}

	}

}

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
 * Thread-safe for reading published slots; one thread at a time may write a given slot,
 * and growing is the caller's to serialise.
 */
public final class VectorSpace {

	/**
	 * Sums of squares below have lost digits, or all of them, since each is too small.
	 */
	static final float TINY = 1e-30f;

	/** Half a float's digits are lost to the one that inner products are taken from. */
	private static final double NARROW = 1e-3;

	private final int dimensions;

	private final Metric metric;

	private final DistanceKernels kernels;

	private final VectorTable vectors;

	/** The length of each vector; under cosine one over it. */
	private final FloatRows lengthsOrInverses;

	/**
	 * What rounding to floats may do to a distance, relative to the lengths it is made
	 * of.
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
		this.lengthsOrInverses = new FloatRows(1);
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
		this.lengthsOrInverses.ensureSlot(slot);
	}

	/**
	 * Copies a checked vector into a slot that is not published yet.
	 * @param slot the slot
	 * @param vector {@code float[dimensions]}
	 */
	public void set(int slot, float[] vector) {
		this.vectors.set(slot, vector);
		this.lengthsOrInverses.set(slot, lengthOrInverse(vector));
	}

	/**
	 * Copies a vector of another space into a slot that is not published yet; both have
	 * their vectors on the heap.
	 */
	public void copy(VectorSpace source, int from, int to) {
		((VectorTable.OnHeap) this.vectors).copy((VectorTable.OnHeap) source.vectors, from, to);
		this.lengthsOrInverses.set(to, source.lengthsOrInverses.get(from));
	}

	/**
	 * The length of a vector; under cosine one over it, since that is what is needed
	 * there.
	 */
	public float lengthOrInverse(float[] vector) {
		double squared = this.kernels.dot(vector, 0, vector, 0, this.dimensions);
		if (squared < TINY) {
			squared = this.kernels.exactDot(vector, 0, vector, 0, this.dimensions);
		}
		double length = Math.sqrt(squared);
		if (this.metric != Metric.COSINE) {
			return (float) length;
		}
		// A vector that was lost with its file counts as being at right angles.
		return (length > 0) ? (float) (1 / length) : 1;
	}

	public float length(int slot) {
		float kept = this.lengthsOrInverses.get(slot);
		return (this.metric == Metric.COSINE) ? 1 / kept : kept;
	}

	public void get(int slot, float[] target) {
		this.vectors.get(slot, target);
	}

	/** The length of the vector in a slot; under cosine one over it. */
	public float lengthOrInverse(int slot) {
		return this.lengthsOrInverses.get(slot);
	}

	/** What to multiply the vector in a slot with to get what is coded of it. */
	public float directionFactor(int slot) {
		return (this.metric == Metric.COSINE) ? this.lengthsOrInverses.get(slot) : 1;
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
	 * Restores a slot whose vector lies in the file; before other threads see the space.
	 */
	public void restore(int slot, float lengthOrInverse, int checksum) {
		this.lengthsOrInverses.ensureSlot(slot);
		this.lengthsOrInverses.set(slot, lengthOrInverse);
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
		return this.vectors.heapBytes() + this.lengthsOrInverses.bytes();
	}

	public long mappedBytes() {
		return this.vectors.mappedBytes();
	}

	/**
	 * The reduced distance of a distance users see, for comparing it with what a
	 * {@link DistanceComputer} gives.
	 * @param distance a distance
	 * @return that distance, squared under Euclidean with its sign
	 */
	public float reduced(float distance) {
		return (this.metric == Metric.EUCLIDEAN) ? distance * Math.abs(distance) : distance;
	}

	/**
	 * Tells how far directions are from their mean, squared and on average; distance
	 * computers go by it from their next query on.
	 */
	public void spread(double spread) {
		this.narrow = this.metric == Metric.COSINE && spread < NARROW;
	}

	/** Takes over from a sample how far directions are from each other. */
	public void narrowLike(VectorSpace sample) {
		this.narrow = sample.narrow;
	}

	/** Whether, under cosine, all vectors point nearly the same way. */
	boolean isNarrow() {
		return this.narrow;
	}

	public FloatDistanceComputer distanceComputer() {
		return new FloatDistanceComputer(this, this.vectors, this.lengthsOrInverses, this.noise);
	}

}

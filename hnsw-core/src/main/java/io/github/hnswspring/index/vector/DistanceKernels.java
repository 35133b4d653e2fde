package io.github.hnswspring.index.vector;

import io.github.hnswspring.index.Metric;

/**
 * The inner loops: dot product and squared Euclidean distance, for one pair and for one
 * query against four vectors at a time, so that their cache misses overlap (Java has no
 * prefetch). Implementations agree up to rounding. Thread-safe: stateless.
 */
public abstract class DistanceKernels {

	/** Cosine distances below are rounding of doubles: the direction is the same. */
	private static final double COSINE_NOISE = 5e-16;

	private static final String VECTOR_API_KERNELS = "io.github.hnswspring.index.vector.simd.SimdKernels";

	private static final DistanceKernels BEST = KernelLoader.load(VECTOR_API_KERNELS, DistanceKernels.class,
			ScalarKernels::new);

	/**
	 * The fastest kernels this JVM can run, chosen once.
	 * @return the kernels
	 */
	public static DistanceKernels best() {
		return BEST;
	}

	/**
	 * The kernels in words, such as {@code "Vector API, 512 bit"} or {@code "scalar"},
	 * and in parentheses why not more of the Vector API is used although the JVM has it.
	 * @return a description for people
	 */
	public abstract String description();

	/** Whether they take vector instructions. */
	public boolean isVectorized() {
		return true;
	}

	public abstract float dot(float[] a, int aOffset, float[] b, int bOffset, int length);

	public abstract float squaredDistance(float[] a, int aOffset, float[] b, int bOffset, int length);

	/**
	 * The dot products of a query with four vectors.
	 * @param query {@code float[length]}
	 * @param chunks the four arrays the vectors lie in
	 * @param offsets where they start
	 * @param out receives four values from {@code outOffset} on
	 */
	public abstract void dot4(float[] query, float[][] chunks, int[] offsets, int length, float[] out, int outOffset);

	/**
	 * The dot product in double arithmetic: the precision of the distances in results.
	 * Implementations agree up to the rounding of doubles, far below that of floats.
	 */
	public abstract double exactDot(float[] a, int aOffset, float[] b, int bOffset, int length);

	/**
	 * The distance in double arithmetic, rounded once: what users see.
	 * @param metric how it is computed
	 * @param query {@code float[dimensions]}
	 * @param querySquared under cosine, what {@link #exactDot} gives for the query with
	 * itself
	 * @param vector the array the vector lies in
	 * @param offset where it starts
	 * @return the distance; not a number for a vector without a direction under cosine
	 */
	final float exactDistance(Metric metric, float[] query, double querySquared, float[] vector, int offset) {
		int length = query.length;
		if (metric == Metric.EUCLIDEAN) {
			return (float) Math.sqrt(exactSquaredDistance(query, 0, vector, offset, length));
		}
		double dot = exactDot(query, 0, vector, offset, length);
		if (metric == Metric.DOT_PRODUCT) {
			// Plus zero makes zero of minus zero.
			return (float) -dot + 0f;
		}
		double squared = exactDot(vector, offset, vector, offset, length);
		double distance = 1 - dot / Math.sqrt(querySquared * squared);
		// Vectors of one direction: what is left is rounding.
		return (distance < COSINE_NOISE) ? 0 : (float) Math.min(2, distance);
	}

	/** The squared Euclidean distance in double arithmetic. */
	public abstract double exactSquaredDistance(float[] a, int aOffset, float[] b, int bOffset, int length);

	/**
	 * The squared distance of a vector, scaled, from a query: for directions that hardly
	 * differ, where one less an inner product has no digits left.
	 * @param query {@code float[length]}
	 * @param scale what the components of the vector are multiplied with
	 */
	public abstract float scaledSquaredDistance(float[] query, float[] vector, int offset, float scale, int length);

	/** As {@link #dot4}, with squared Euclidean distances. */
	public abstract void squaredDistance4(float[] query, float[][] chunks, int[] offsets, int length, float[] out,
			int outOffset);

}

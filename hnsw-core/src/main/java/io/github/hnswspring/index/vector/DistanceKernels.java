package io.github.hnswspring.index.vector;

/**
 * The inner loops: dot product and squared Euclidean distance, for one pair and for one
 * query against four vectors at a time, so that their cache misses overlap (Java has no
 * prefetch). Implementations agree up to rounding. Thread-safe: stateless.
 */
public abstract class DistanceKernels {

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

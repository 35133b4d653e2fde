package io.github.hnswspring.index;

/**
 * How the distance between two vectors is computed. A smaller distance always means
 * nearer.
 */
public enum Metric {

	/**
	 * {@code 1 - cos(a, b)}, between 0 and 2. Vectors need not be normalised; the zero
	 * vector has no direction and is refused.
	 */
	COSINE,

	/**
	 * {@code -(a . b)}. Recall is promised for vectors of nearly equal length.
	 */
	DOT_PRODUCT,

	/**
	 * The plain Euclidean distance, the square root of the sum of squared differences.
	 */
	EUCLIDEAN

}

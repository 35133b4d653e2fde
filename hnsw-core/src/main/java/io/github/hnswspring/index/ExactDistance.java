package io.github.hnswspring.index;

/**
 * Distances from one vector to any other, in double arithmetic and rounded once. They
 * have the bits of the distances that searches return in the same process; another JVM,
 * whose vector instructions add in another order, may differ in the last one.
 * Thread-safe.
 */
@FunctionalInterface
public interface ExactDistance {

	/**
	 * The distance to another vector.
	 * @param vector {@code float[dimensions]}
	 * @return smaller is nearer; not a number under cosine if the vector has no direction
	 */
	float to(float[] vector);

}

package io.github.hnswspring.benchmarks.data;

/**
 * How a data set measures distance.
 */
public enum Space {

	/** Vectors of length 1, distance {@code 1 - dot}. */
	COSINE,

	/** The plain Euclidean distance. */
	EUCLIDEAN;

	/**
	 * The distance of two vectors, computed in double precision.
	 * @param a {@code float[dimensions]}
	 * @param b {@code float[dimensions]}
	 * @return the distance
	 */
	public double distance(float[] a, float[] b) {
		double sum = 0;
		if (this == COSINE) {
			for (int i = 0; i < a.length; i++) {
				sum += (double) a[i] * b[i];
			}
			return 1 - sum;
		}
		for (int i = 0; i < a.length; i++) {
			double difference = (double) a[i] - b[i];
			sum += difference * difference;
		}
		return Math.sqrt(sum);
	}

}

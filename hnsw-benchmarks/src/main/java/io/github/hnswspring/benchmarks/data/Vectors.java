package io.github.hnswspring.benchmarks.data;

/**
 * Arithmetic on vectors.
 */
final class Vectors {

	private Vectors() {
	}

	/**
	 * Scales a vector to length 1 in place.
	 * @param vector the vector
	 */
	static void normalise(float[] vector) {
		double sum = 0;
		for (float component : vector) {
			sum += (double) component * component;
		}
		if (sum == 0) {
			throw new IllegalArgumentException("The data set holds a zero vector, which has no direction");
		}
		double factor = 1 / Math.sqrt(sum);
		for (int i = 0; i < vector.length; i++) {
			vector[i] = (float) (vector[i] * factor);
		}
	}

}

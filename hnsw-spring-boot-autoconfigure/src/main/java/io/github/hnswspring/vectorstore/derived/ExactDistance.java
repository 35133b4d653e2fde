package io.github.hnswspring.vectorstore.derived;

import io.github.hnswspring.index.Metric;

/**
 * Distances from one vector, with the rounding of the index. Thread-safe: immutable, as
 * long as the vector is left alone.
 */
public final class ExactDistance {

	/** Below are directions that differ by the rounding of doubles, as in the index. */
	private static final double COSINE_NOISE = 5e-16;

	private final Metric metric;

	private final float[] from;

	private final double squared;

	/**
	 * Describes distances.
	 * @param metric how they are computed
	 * @param from {@code float[dimensions]}; not copied
	 */
	public ExactDistance(Metric metric, float[] from) {
		this.metric = metric;
		this.from = from;
		this.squared = dot(from, from);
	}

	/**
	 * The distance to another vector.
	 * @param vector {@code float[dimensions]}
	 * @return smaller is nearer
	 */
	public float to(float[] vector) {
		return switch (this.metric) {
			case COSINE -> {
				double distance = 1 - dot(this.from, vector) / Math.sqrt(this.squared * dot(vector, vector));
				yield (distance < COSINE_NOISE) ? 0 : (float) Math.min(2, distance);
			}
			// Plus zero makes zero of minus zero.
			case DOT_PRODUCT -> (float) -dot(this.from, vector) + 0f;
			case EUCLIDEAN -> {
				double sum = 0;
				for (int i = 0; i < vector.length; i++) {
					double difference = (double) this.from[i] - vector[i];
					sum += difference * difference;
				}
				yield (float) Math.sqrt(sum);
			}
		};
	}

	private static double dot(float[] a, float[] b) {
		double sum = 0;
		for (int i = 0; i < a.length; i++) {
			sum += (double) a[i] * b[i];
		}
		return sum;
	}

}

package io.github.hnswspring.benchmarks.data;

import java.util.Locale;

/**
 * How a data set measures distance.
 */
public enum Space {

	/** Vectors of length 1, distance 1 minus the cosine of the angle. */
	COSINE,

	/** The negated inner product, so that smaller is nearer; vectors of any length. */
	DOT_PRODUCT,

	/** The plain Euclidean distance. */
	EUCLIDEAN;

	/**
	 * What it is called in names of data sets and in options.
	 * @return {@code cosine}, {@code dot} or {@code euclidean}
	 */
	public String label() {
		return (this == DOT_PRODUCT) ? "dot" : name().toLowerCase(Locale.ROOT);
	}

	/**
	 * The space of a label.
	 * @param label as {@link #label()} gives it
	 * @return the space
	 */
	public static Space of(String label) {
		for (Space space : values()) {
			if (space.label().equals(label)) {
				return space;
			}
		}
		throw new IllegalArgumentException("A metric is cosine, dot or euclidean, but was '" + label + "'");
	}

	/**
	 * The distance of two vectors, computed in double precision.
	 * @param a {@code float[dimensions]}
	 * @param b {@code float[dimensions]}
	 * @return the distance
	 */
	public double distance(float[] a, float[] b) {
		return switch (this) {
			// Lengths are 1 but for rounding, which is larger than the distances of
			// vectors that are nearly parallel.
			case COSINE -> 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
			case DOT_PRODUCT -> -dot(a, b);
			case EUCLIDEAN -> euclidean(a, b);
		};
	}

	private static double dot(float[] a, float[] b) {
		double sum = 0;
		for (int i = 0; i < a.length; i++) {
			sum += (double) a[i] * b[i];
		}
		return sum;
	}

	private static double euclidean(float[] a, float[] b) {
		double sum = 0;
		for (int i = 0; i < a.length; i++) {
			double difference = (double) a[i] - b[i];
			sum += difference * difference;
		}
		return Math.sqrt(sum);
	}

}

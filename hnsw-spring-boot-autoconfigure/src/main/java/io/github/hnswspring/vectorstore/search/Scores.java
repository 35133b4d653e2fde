package io.github.hnswspring.vectorstore.search;

import io.github.hnswspring.index.Metric;

import org.springframework.ai.vectorstore.SearchRequest;

/**
 * Distances of the index (smaller is nearer) as Spring AI's scores (larger is better).
 */
final class Scores {

	/**
	 * What the same text may lack, because its vector was computed in another batch, or
	 * shortened to length 1 in floats.
	 */
	private static final double ROUNDING = 1e-5;

	private Scores() {
	}

	/**
	 * The score of a distance: the cosine similarity, 1 / (1 + d) for Euclidean, the dot
	 * product itself.
	 */
	static double score(Metric metric, float distance) {
		return switch (metric) {
			case COSINE -> 1.0 - distance;
			case EUCLIDEAN -> 1.0 / (1.0 + distance);
			case DOT_PRODUCT -> -(double) distance;
		};
	}

	/**
	 * Whether every score passes: 0.0 stands for this, negative similarities included.
	 */
	static boolean acceptsAll(double threshold) {
		return threshold == SearchRequest.SIMILARITY_THRESHOLD_ACCEPT_ALL;
	}

	/** Whether a document at this distance is similar enough, but for rounding. */
	static boolean reaches(Metric metric, float distance, double threshold) {
		return reaches(score(metric, distance), threshold);
	}

	/** Whether a document of this score is similar enough, but for rounding. */
	static boolean reaches(double score, double threshold) {
		return acceptsAll(threshold) || score >= threshold - ROUNDING;
	}

	/**
	 * A distance that no result that {@link #reaches} the threshold exceeds. It may let
	 * through a result just below, so scores are compared once more.
	 */
	static float maxDistance(Metric metric, double threshold) {
		if (acceptsAll(threshold)) {
			return Float.POSITIVE_INFINITY;
		}
		double least = threshold - ROUNDING;
		double distance = switch (metric) {
			case COSINE -> 1.0 - least;
			case EUCLIDEAN -> (least > 0) ? 1.0 / least - 1.0 : Double.POSITIVE_INFINITY;
			case DOT_PRODUCT -> -least;
		};
		return Math.nextUp((float) distance);
	}

}

package io.github.hnswspring.vectorstore.search;

import io.github.hnswspring.index.Metric;

import org.springframework.ai.vectorstore.SearchRequest;

/**
 * Distances of the index (smaller is nearer) as Spring AI's scores (larger is better).
 */
final class Scores {

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

	/**
	 * A distance that no result of at least this score exceeds. It may let through a
	 * result just below the threshold, so scores are compared once more.
	 */
	static float maxDistance(Metric metric, double threshold) {
		if (acceptsAll(threshold)) {
			return Float.POSITIVE_INFINITY;
		}
		double distance = switch (metric) {
			case COSINE -> 1.0 - threshold;
			case EUCLIDEAN -> (threshold > 0) ? 1.0 / threshold - 1.0 : Double.POSITIVE_INFINITY;
			case DOT_PRODUCT -> -threshold;
		};
		return Math.nextUp((float) distance);
	}

}

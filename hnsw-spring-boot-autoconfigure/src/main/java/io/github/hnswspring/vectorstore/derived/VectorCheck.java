package io.github.hnswspring.vectorstore.derived;

import io.github.hnswspring.index.Metric;
import org.jspecify.annotations.Nullable;

/**
 * Refuses, before anything is written, every vector the index would refuse afterwards.
 */
public final class VectorCheck {

	private VectorCheck() {
	}

	public static void check(float[] vector, int dimensions, Metric metric, String what) {
		if (vector.length != dimensions) {
			throw new IllegalArgumentException(
					what + " must have " + dimensions + " dimensions, as the others have, but has " + vector.length);
		}
		String problem = problem(vector, metric);
		if (problem != null) {
			throw new IllegalArgumentException(what + " " + problem);
		}
	}

	/** Whether an index of these dimensions takes a vector. */
	public static boolean isUsable(float[] vector, int dimensions, Metric metric) {
		return problem(vector, dimensions, metric) == null;
	}

	/** What is wrong with a vector of a model, as the object of a sentence. */
	public static @Nullable String problem(float @Nullable [] vector, int dimensions, Metric metric) {
		if (vector == null) {
			return "no vector";
		}
		if (vector.length != dimensions || vector.length == 0) {
			return "a vector of " + vector.length + " dimensions"
					+ ((dimensions > 0) ? ", expected " + dimensions : "");
		}
		String problem = problem(vector, metric);
		return (problem != null) ? "a vector that " + problem : null;
	}

	private static @Nullable String problem(float[] vector, Metric metric) {
		double squaredNorm = 0;
		for (int i = 0; i < vector.length; i++) {
			if (!Float.isFinite(vector[i])) {
				return "has " + vector[i] + " at position " + i + "; every component must be a finite number";
			}
			squaredNorm += (double) vector[i] * vector[i];
		}
		// Half of the float range leaves room for rounding in another order of summing.
		if (squaredNorm > Float.MAX_VALUE / 2) {
			return "is too long: its squared norm " + squaredNorm + " exceeds what a float holds; scale it down";
		}
		if (metric == Metric.COSINE && squaredNorm < Float.MIN_NORMAL * 2) {
			return (squaredNorm == 0) ? "is the zero vector, which has no direction and so no cosine similarity"
					: "is too short for a cosine similarity: its squared norm is " + squaredNorm + "; scale it up";
		}
		return null;
	}

}

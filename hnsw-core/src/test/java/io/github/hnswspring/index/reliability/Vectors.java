package io.github.hnswspring.index.reliability;

import java.util.Random;

import io.github.hnswspring.index.Metric;

/** Vectors and the plain definition of the metrics. */
final class Vectors {

	private Vectors() {
	}

	static float[] gaussian(Random random, int dimensions) {
		float[] vector = new float[dimensions];
		for (int i = 0; i < dimensions; i++) {
			vector[i] = (float) random.nextGaussian();
		}
		return vector;
	}

	/** The definition, in double precision. */
	static double distance(Metric metric, float[] a, float[] b) {
		double dot = 0;
		double aa = 0;
		double bb = 0;
		double squared = 0;
		for (int i = 0; i < a.length; i++) {
			dot += (double) a[i] * b[i];
			aa += (double) a[i] * a[i];
			bb += (double) b[i] * b[i];
			squared += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
		}
		return switch (metric) {
			case COSINE -> 1 - dot / Math.sqrt(aa * bb);
			case DOT_PRODUCT -> -dot;
			case EUCLIDEAN -> Math.sqrt(squared);
		};
	}

}

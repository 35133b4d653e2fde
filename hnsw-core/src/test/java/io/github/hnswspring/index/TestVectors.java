package io.github.hnswspring.index;

import java.util.Random;
import java.util.stream.LongStream;

import io.github.hnswspring.fixtures.Distances;

/** Generated vectors; every caller prints its seed when it fails. */
public final class TestVectors {

	private TestVectors() {
	}

	/**
	 * Gaussian clusters, which are harder for a graph than uniform noise of few
	 * dimensions.
	 */
	static float[][] clustered(int count, int dimensions, long seed) {
		Random random = new Random(seed);
		int clusters = Math.max(1, count / 100);
		float[][] centers = gaussian(clusters, dimensions, random, 1);
		float[][] vectors = gaussian(count, dimensions, random, 0.6);
		for (float[] vector : vectors) {
			float[] center = centers[random.nextInt(clusters)];
			for (int i = 0; i < dimensions; i++) {
				vector[i] += center[i];
			}
		}
		return vectors;
	}

	/** Mixtures of twelve directions, as embeddings are of what texts are about. */
	public static float[][] ofFewFeatures(int count, int dimensions, long seed) {
		Random random = new Random(seed);
		float[][] directions = gaussian(12, dimensions, random, 1);
		float[][] weights = gaussian(count, 12, random, 1);
		float[][] vectors = gaussian(count, dimensions, random, 0.3);
		for (int i = 0; i < count; i++) {
			for (int j = 0; j < directions.length; j++) {
				for (int d = 0; d < dimensions; d++) {
					vectors[i][d] += weights[i][j] * directions[j][d];
				}
			}
		}
		return vectors;
	}

	public static float[][] gaussian(int count, int dimensions, Random random, double scale) {
		float[][] vectors = new float[count][dimensions];
		for (float[] vector : vectors) {
			for (int i = 0; i < dimensions; i++) {
				vector[i] = (float) (random.nextGaussian() * scale);
			}
		}
		return vectors;
	}

	/** Scales every vector to length 1, in place. */
	static float[][] normalized(float[][] vectors) {
		for (float[] vector : vectors) {
			double norm = Math.sqrt(-distance(Metric.DOT_PRODUCT, vector, vector));
			for (int i = 0; i < vector.length; i++) {
				vector[i] /= (float) norm;
			}
		}
		return vectors;
	}

	static long[] ids(int count) {
		return LongStream.range(0, count).toArray();
	}

	static HnswIndex indexOf(Metric metric, float[][] vectors) {
		HnswIndex index = HnswIndex.builder(vectors[0].length).metric(metric).build();
		index.addAll(ids(vectors.length), vectors);
		return index;
	}

	public static float[] gaussian(Random random, int dimensions) {
		return gaussian(1, dimensions, random, 1)[0];
	}

	/** The definition, in double precision, to compare with. */
	public static double distance(Metric metric, float[] a, float[] b) {
		return switch (metric) {
			case COSINE -> Distances.cosine(a, b);
			case DOT_PRODUCT -> Distances.dotProduct(a, b);
			case EUCLIDEAN -> Distances.euclidean(a, b);
		};
	}

}

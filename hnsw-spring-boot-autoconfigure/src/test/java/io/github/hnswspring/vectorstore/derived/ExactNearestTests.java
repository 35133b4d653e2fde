package io.github.hnswspring.vectorstore.derived;

import java.util.List;
import java.util.Random;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Comparing vectors one by one gives what an exact search of the index gives: the same
 * bits, and so the same order, also of vectors that hardly differ.
 */
class ExactNearestTests {

	private static final int DIMENSIONS = 384;

	private static final int VECTORS = 400;

	@ParameterizedTest
	@EnumSource(Metric.class)
	void answersHaveTheBitsAndTheOrderOfTheIndex(Metric metric) {
		Random random = new Random(5);
		float[][] vectors = nearCopies(random, 1e-4);
		try (HnswIndex index = HnswIndex.builder(DIMENSIONS).metric(metric).build()) {
			for (int i = 0; i < VECTORS; i++) {
				index.add(i + 1, vectors[i]);
			}
			for (int q = 0; q < 20; q++) {
				VectorQuery query = VectorQuery.of(vectors[q * 7]).k(VECTORS);
				ExactNearest nearest = new ExactNearest(query, metric);
				for (int i = 0; i < VECTORS; i++) {
					nearest.visit(i + 1, vectors[i]);
				}
				List<Neighbor> expected = index.search(query.exact());
				assertThat(expected).hasSize(VECTORS);
				assertThat(nearest.results()).isEqualTo(expected);
			}
		}
	}

	private static float[][] nearCopies(Random random, double noise) {
		double[] origin = random.doubles(DIMENSIONS, -1, 1).toArray();
		float[][] vectors = new float[VECTORS][DIMENSIONS];
		for (float[] vector : vectors) {
			for (int i = 0; i < DIMENSIONS; i++) {
				vector[i] = (float) (origin[i] * (1 + noise * random.nextGaussian()));
			}
		}
		return vectors;
	}

}

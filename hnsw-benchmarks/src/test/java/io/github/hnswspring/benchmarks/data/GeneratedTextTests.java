package io.github.hnswspring.benchmarks.data;

import java.util.Arrays;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link GeneratedTextSource}: the properties it was fitted to.
 */
class GeneratedTextTests {

	private static final int ROWS = 20_000;

	@Test
	void vectorsHaveLengthOneAndComeOutTheSameAgain() {
		VectorSource.Reader first = new GeneratedTextSource(50, 100).open();
		VectorSource.Reader second = new GeneratedTextSource(50, 100).open();
		for (int row = 0; row < 50; row++) {
			float[] vector = first.row(row);
			assertThat(Space.EUCLIDEAN.distance(vector, new float[100])).isCloseTo(1, within(1e-5));
			assertThat(second.row(row)).isEqualTo(vector);
		}
		assertThat(first.query(first.queries() - 1)).isEqualTo(second.query(second.queries() - 1));
	}

	@Test
	void queriesAreAsFarFromTheirNeighboursAsThoseOfRealPassages() {
		VectorSource.Reader reader = new GeneratedTextSource(ROWS, 384).open();
		float[][] base = new float[ROWS][];
		Arrays.setAll(base, reader::row);
		double[] nearest = new double[100];
		double[] tenth = new double[100];
		double[] middle = new double[100];
		for (int i = 0; i < nearest.length; i++) {
			float[] query = reader.query(i * 10);
			double[] distances = Arrays.stream(base)
				.mapToDouble((vector) -> Space.COSINE.distance(query, vector))
				.sorted()
				.toArray();
			nearest[i] = distances[0];
			tenth[i] = distances[9];
			middle[i] = distances[ROWS / 2];
		}
		// passages384, 32,013 vectors: 0.25, 0.36 and 0.79
		assertThat(median(nearest)).isBetween(0.2, 0.3);
		assertThat(median(tenth)).isBetween(0.28, 0.4);
		assertThat(median(middle)).isBetween(0.72, 0.85);
	}

	private static double median(double[] values) {
		Arrays.sort(values);
		return values[values.length / 2];
	}

}

package io.github.hnswspring.benchmarks.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ExactSearch} and {@link VectorFile}.
 */
class ExactSearchTests {

	private static final long SEED = 5;

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource(Space.class)
	void findsWhatComparingEverythingFinds(Space space) {
		check(space, vectors(1000, 37, SEED), vectors(300, 37, SEED + 1));
	}

	@ParameterizedTest
	@EnumSource(Space.class)
	void findsTheNearestFarFromTheOrigin(Space space) {
		float[][] base = vectors(3000, 37, SEED);
		float[][] queries = vectors(20, 37, SEED + 1);
		for (float[][] vectors : List.of(base, queries)) {
			for (float[] vector : vectors) {
				for (int i = 0; i < vector.length; i++) {
					vector[i] = vector[i] + 10_000;
				}
				if (space == Space.COSINE) {
					Vectors.normalise(vector);
				}
			}
		}
		check(space, base, queries);
	}

	private void check(Space space, float[][] base, float[][] queries) {
		Path file = this.directory.resolve("base.fbin");
		VectorFile.write(file, base.length, 37, (row) -> base[row]);
		VectorFile stored = VectorFile.open(file);
		assertThat(stored.rows(base.length)).isDeepEqualTo(base);
		float[][] found = new ExactSearch(space, stored).distances(queries, 20, (row) -> row % 3 == 0, (share) -> {
		});
		for (int query = 0; query < queries.length; query++) {
			float[] asked = queries[query];
			double[] expected = IntStream.range(0, base.length)
				.filter((row) -> row % 3 == 0)
				.mapToDouble((row) -> (float) space.distance(asked, base[row]))
				.sorted()
				.limit(20)
				.toArray();
			assertThat(toDoubles(found[query])).as("query %d, seed %d", query, SEED).isEqualTo(expected);
		}
	}

	private static double[] toDoubles(float[] values) {
		double[] doubles = new double[values.length];
		Arrays.setAll(doubles, (i) -> values[i]);
		return doubles;
	}

	private static float[][] vectors(int rows, int columns, long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		float[][] vectors = new float[rows][columns];
		for (float[] vector : vectors) {
			for (int i = 0; i < columns; i++) {
				vector[i] = (float) random.nextGaussian();
			}
			Vectors.normalise(vector);
		}
		return vectors;
	}

}

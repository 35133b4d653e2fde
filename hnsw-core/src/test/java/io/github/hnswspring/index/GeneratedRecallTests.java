package io.github.hnswspring.index;

import java.util.Arrays;

import io.github.hnswspring.fixtures.Walks;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The always-on little sister of {@link RealDataRecallTests}. */
@Walks
class GeneratedRecallTests {

	@ParameterizedTest
	@EnumSource
	void findsNearlyAllTrueNeighbours(Metric metric) {
		long seed = 20261120;
		float[][] all = TestVectors.clustered(10_200, 32, seed);
		float[][] base = Arrays.copyOf(all, 10_000);
		float[][] queries = Arrays.copyOfRange(all, 10_000, 10_200);
		try (HnswIndex index = TestVectors.indexOf(metric, base)) {
			float[] limits = Recall.limits(index, queries, 10);
			double atDefault = Recall.at(index, queries, limits, 10, 64);
			double atLarge = Recall.at(index, queries, limits, 10, 256);
			System.out.printf("generated, %s, seed %d: recall@10 at ef 64 %.4f, at ef 256 %.4f%n", metric, seed,
					atDefault, atLarge);
			assertThat(atDefault).isGreaterThan((metric == Metric.DOT_PRODUCT) ? 0.85 : 0.95);
			assertThat(atLarge).isGreaterThan((metric == Metric.DOT_PRODUCT) ? 0.95 : 0.99);
			assertThat(index.audit().isSound()).isTrue();
		}
	}

}

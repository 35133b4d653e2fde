package io.github.hnswspring.index;

import java.util.function.Function;
import java.util.function.LongPredicate;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Filters of any selectivity, however they lie to the query, given as a set or as a
 * predicate.
 */
@ExtendWith(IndexedFamily.AsUsual.class)
class RightAnswersFilterTests {

	private static final double LEAST = 0.95;

	@ParameterizedTest
	@ValueSource(doubles = { .01, .05, .1, .2, .5, .99 })
	void theNearestAreExcluded(double share) {
		check(IndexedFamily.large(Families.TEXT, 96, Metric.COSINE), (distances) -> Filters.opposed(distances, share));
	}

	@ParameterizedTest
	@ValueSource(doubles = { .0001, .001, .01, .1, .5, 1 })
	void onlyTheNearestPass(double share) {
		check(IndexedFamily.large(Families.TEXT, 96, Metric.COSINE),
				(distances) -> Filters.correlated(distances, share));
	}

	@ParameterizedTest
	@ValueSource(doubles = { .0001, .001, .01, .1, .5, 1 })
	void whoPassesHasNothingToDoWithTheQuery(double share) {
		LongPredicate filter = Filters.random(IndexedFamily.LARGE, share, 7);
		check(IndexedFamily.large(Families.TEXT, 96, Metric.COSINE), (distances) -> filter);
	}

	@ParameterizedTest
	@ValueSource(doubles = { .001, .01, .1 })
	void theClusterOfTheQueryIsExcluded(double share) {
		check(IndexedFamily.large(Families.CLUSTERS, 96, Metric.COSINE),
				(distances) -> Filters.opposed(distances, share));
	}

	/**
	 * One in twenty passes, and those are the farthest: the narrow and the opposed at
	 * once.
	 */
	@ParameterizedTest
	@ValueSource(doubles = { .9, .95, .999 })
	void onlyTheFarthestPass(double share) {
		check(IndexedFamily.large(Families.PLANE, 33, Metric.EUCLIDEAN),
				(distances) -> Filters.opposed(distances, share));
	}

	@ParameterizedTest
	@CsvSource({ "TIGHT_CLUSTERS,COSINE", "TEXT,DOT_PRODUCT", "FAR_DRIFT,EUCLIDEAN" })
	void smallStoresAreExactBehindAnyFilter(Families family, Metric metric) {
		try (IndexedFamily small = IndexedFamily.of(family, 2000, 96, metric)) {
			for (double share : new double[] { .001, .01, .1, .5 }) {
				LongPredicate random = Filters.random(2000, share, 7);
				for (boolean asSet : new boolean[] { true, false }) {
					assertThat(small.recall(10, (distances) -> Filters.opposed(distances, share), asSet))
						.as("nearest %s excluded, as set: %s, %s", share, asSet, small)
						.isEqualTo(1);
					assertThat(small.recall(10, (distances) -> Filters.correlated(distances, share), asSet))
						.as("only nearest %s, as set: %s, %s", share, asSet, small)
						.isEqualTo(1);
					assertThat(small.recall(10, (distances) -> random, asSet))
						.as("any %s, as set: %s, %s", share, asSet, small)
						.isEqualTo(1);
				}
			}
		}
	}

	private static void check(IndexedFamily large, Function<double[], LongPredicate> filters) {
		double asSet = large.recall(10, filters, true);
		double asPredicate = large.recall(10, filters, false);
		assertThat(asSet).as("as a set; as a predicate %.3f; %s", asPredicate, large).isGreaterThanOrEqualTo(LEAST);
		assertThat(asPredicate).as("as a predicate; as a set %.3f; %s", asSet, large).isGreaterThanOrEqualTo(LEAST);
	}

}

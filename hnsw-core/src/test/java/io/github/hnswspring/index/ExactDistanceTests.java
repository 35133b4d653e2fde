package io.github.hnswspring.index;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Exact means exact: what is returned is the distance in double arithmetic, rounded to
 * float, and the order is that of those distances.
 */
class ExactDistanceTests {

	@ParameterizedTest
	@MethodSource
	void distancesAreThoseOfDoubleArithmetic(Families family, Metric metric, int dimensions) {
		// 300 have no codes yet, 1,100 have.
		boolean alsoWithCodes = family == Families.TEXT || family == Families.COPIES || family == Families.FAR_OFFSET;
		for (int count : alsoWithCodes ? new int[] { 300, 1100 } : new int[] { 300 }) {
			try (IndexedFamily indexed = IndexedFamily.of(family, count, dimensions, metric)) {
				for (int q = 0; q < 20; q++) {
					float[] query = indexed.data.queries()[q];
					VectorQuery vectorQuery = VectorQuery.of(query).k(20);
					List<Neighbor> exact = indexed.index.search(vectorQuery.exact());
					assertThat(indexed.answer(q, 20, null).right(exact)).as("exact() on " + indexed).isEqualTo(20);
					assertRounded(indexed, query, exact);
					assertRounded(indexed, query, indexed.index.search(vectorQuery));
				}
				// Its own vector is at no distance, or, unless it is the same vector,
				// at that of double arithmetic.
				float[] member = indexed.data.base()[count / 2];
				assertRounded(indexed, member, indexed.index.search(VectorQuery.of(member).k(20).exact()));
			}
		}
	}

	static Stream<Arguments> distancesAreThoseOfDoubleArithmetic() {
		return Arrays.stream(Families.values())
			.flatMap((family) -> Arrays.stream(Metric.values()).map((metric) -> Arguments.of(family, metric, 33)));
	}

	@ParameterizedTest
	@EnumSource
	void andSoTheyAreForAnyNumberOfDimensions(Metric metric) {
		for (int dimensions : new int[] { 1, 2, 7, 384, 1536 }) {
			try (IndexedFamily indexed = IndexedFamily.of(Families.OFFSET, 200, dimensions, metric)) {
				for (int q = 0; q < 20; q++) {
					float[] query = indexed.data.queries()[q];
					List<Neighbor> hits = indexed.index.search(query, 200);
					assertThat(hits).hasSize(200);
					assertRounded(indexed, query, hits);
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void distancesOfVectorsInNoIndexHaveTheSameBits(Metric metric) {
		for (int dimensions : new int[] { 7, 384 }) {
			try (IndexedFamily indexed = IndexedFamily.of(Families.FAR_OFFSET, 200, dimensions, metric)) {
				float[] query = indexed.data.base()[7];
				ExactDistance distance = HnswIndex.exactDistance(metric, query);
				for (Neighbor hit : indexed.index.search(query, 200)) {
					float expected = distance.to(indexed.data.base()[(int) hit.id()]);
					assertThat(Float.floatToRawIntBits(hit.distance())).isEqualTo(Float.floatToRawIntBits(expected));
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void aLimitLetsThroughWhoseDistanceItIs(Metric metric) {
		for (Families family : new Families[] { Families.TEXT, Families.FAR_OFFSET, Families.HEAVY_TAILED }) {
			try (IndexedFamily indexed = IndexedFamily.of(family, 1100, 128, metric)) {
				for (float[] query : indexed.data.queries()) {
					List<Neighbor> hits = indexed.index.search(VectorQuery.of(query).k(30).exact());
					VectorQuery limited = VectorQuery.of(query).k(30).maxDistance(hits.get(9).distance());
					long within = hits.stream().filter((hit) -> hit.distance() <= hits.get(9).distance()).count();
					assertThat(indexed.index.search(limited)).as(indexed.toString()).hasSize((int) within);
					assertThat(indexed.index.search(limited.exact())).as(indexed.toString()).hasSize((int) within);
				}
			}
		}
	}

	@Test
	void perpendicularVectorsHaveNoNegativeZero() {
		for (Metric metric : new Metric[] { Metric.COSINE, Metric.DOT_PRODUCT }) {
			float[] hits = distances(metric, new float[] { 1, 0 }, new float[] { 0, 1 }, new float[] { 0, -1 });
			float expected = (metric == Metric.COSINE) ? 1 : 0;
			assertThat(hits).usingComparatorWithPrecision(0f).containsExactly(expected, expected);
			assertNoNegativeZero(hits);
		}
	}

	@Test
	void nothingIsNegativeZero() {
		assertNoNegativeZero(distances(Metric.DOT_PRODUCT, new float[] { 0, 0 }, new float[] { 1, 2 }, new float[2]));
		// The product is below what a float can say.
		assertNoNegativeZero(distances(Metric.DOT_PRODUCT, new float[] { 1e-25f, 0 }, new float[] { 1e-25f, 0 },
				new float[] { -1e-25f, 0 }));
		assertNoNegativeZero(distances(Metric.EUCLIDEAN, new float[] { -0f, 0 }, new float[] { 0, -0f }));
		assertNoNegativeZero(distances(Metric.COSINE, new float[] { 3, 0.1f }, new float[] { 3, 0.1f }));
	}

	@Test
	void parallelVectorsAreAtNoDistance() {
		float[] vector = { 0.1f, 0.7f, -1.3f };
		float[] twice = { 0.2f, 1.4f, -2.6f };
		for (float distance : distances(Metric.COSINE, vector, vector, twice)) {
			assertThat(distance).isBetween(0f, 2 * (float) Math.ulp(1.0));
		}
		float[] opposite = { -0.1f, -0.7f, 1.3f };
		assertThat(distances(Metric.COSINE, vector, opposite)).containsExactly(2f);
	}

	@Test
	void hugeVectorsAreAtFiniteDistances() {
		// Accepted, since their squared lengths are floats; that of the difference is
		// not.
		float[] huge = { 1.8e19f, 0 };
		float[] opposite = { -1.8e19f, 0 };
		assertThat(distances(Metric.EUCLIDEAN, huge, opposite)).containsExactly(3.6e19f);
		assertThat(distances(Metric.DOT_PRODUCT, huge, opposite)).containsExactly((float) ((double) huge[0] * huge[0]));
		assertThat(distances(Metric.COSINE, huge, opposite)).containsExactly(2f);
	}

	@ParameterizedTest
	@EnumSource
	void manyHugeVectorsAreFoundByTheirOwn(Metric metric) {
		float[][] vectors = TestVectors.normalized(TestVectors.clustered(2000, 64, 3));
		for (float[] vector : vectors) {
			Families.scale(vector, 1.7e19);
		}
		try (HnswIndex index = TestVectors.indexOf(metric, vectors)) {
			for (int i = 0; i < 200; i++) {
				List<Neighbor> hits = index.search(vectors[i], 2000);
				assertThat(hits.get(0).id()).isEqualTo(i);
				assertThat(hits).hasSize(2000).allMatch((hit) -> Float.isFinite(hit.distance()));
			}
		}
	}

	@Test
	void smallDifferencesAreNotRoundedAway() {
		// The squares are below what a float can say, the distance is not.
		float[] hits = distances(Metric.EUCLIDEAN, new float[] { 0, 0 }, new float[] { 3e-25f, 4e-25f });
		assertThat(hits).containsExactly(
				(float) TestVectors.distance(Metric.EUCLIDEAN, new float[2], new float[] { 3e-25f, 4e-25f }));
		assertThat(hits[0]).isPositive();
	}

	private static float[] distances(Metric metric, float[] query, float[]... vectors) {
		try (HnswIndex index = HnswIndex.builder(query.length).metric(metric).build()) {
			for (int i = 0; i < vectors.length; i++) {
				index.add(i, vectors[i]);
			}
			List<Neighbor> hits = index.search(query, vectors.length);
			assertThat(hits).hasSize(vectors.length);
			assertThat(index.search(VectorQuery.of(query).k(vectors.length).exact())).isEqualTo(hits);
			float[] distances = new float[hits.size()];
			for (int i = 0; i < distances.length; i++) {
				distances[i] = hits.get(i).distance();
			}
			return distances;
		}
	}

	private static void assertNoNegativeZero(float[] distances) {
		for (float distance : distances) {
			assertThat(Float.floatToRawIntBits(distance)).as("distance %s", distance)
				.isNotEqualTo(Float.floatToRawIntBits(-0f));
		}
	}

	/**
	 * In order, ties by id, and each what double arithmetic gives in any order of summing
	 * up.
	 */
	private static void assertRounded(IndexedFamily indexed, float[] query, List<Neighbor> hits) {
		Neighbor former = null;
		for (Neighbor hit : hits) {
			float[] vector = indexed.data.base()[(int) hit.id()];
			double expected = TestVectors.distance(indexed.index.metric(), query, vector);
			double slack = slack(indexed.index.metric(), query, vector);
			assertThat(hit.distance()).as("distance of id %d, %s", hit.id(), indexed)
				.isBetween((float) (expected - slack), (float) (expected + slack));
			if (former != null) {
				assertThat(former.distance()).isLessThanOrEqualTo(hit.distance());
				assertThat(former.distance() < hit.distance() || former.id() < hit.id()).as("%s before %s", former, hit)
					.isTrue();
			}
			former = hit;
		}
	}

	/** By how much sums in double arithmetic differ with their order. */
	private static double slack(Metric metric, float[] a, float[] b) {
		double products = 0;
		double squares = 0;
		for (int i = 0; i < a.length; i++) {
			products += Math.abs((double) a[i] * b[i]);
			squares += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
		}
		double scale = switch (metric) {
			case COSINE -> 2;
			case DOT_PRODUCT -> products;
			case EUCLIDEAN -> Math.sqrt(squares);
		};
		return scale * (a.length + 2) * Math.ulp(0.5);
	}

}

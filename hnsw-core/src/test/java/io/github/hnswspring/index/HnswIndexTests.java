package io.github.hnswspring.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

import io.github.hnswspring.fixtures.Walks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

@Walks
class HnswIndexTests {

	private static final float[] RIGHT = { 1, 0 };

	private static final float[] UP = { 0, 1 };

	@Test
	void findsTheNearestVectorsInOrder() {
		try (HnswIndex index = HnswIndex.builder(2).metric(Metric.EUCLIDEAN).build()) {
			index.add(1, new float[] { 0, 0 });
			index.add(2, new float[] { 3, 4 });
			index.add(3, new float[] { 1, 0 });
			assertThat(index.search(new float[] { 0, 0 }, 2)).containsExactly(new Neighbor(1, 0), new Neighbor(3, 1));
			assertThat(index.search(new float[] { 0, 0 }, 10)).extracting(Neighbor::distance)
				.containsExactly(0f, 1f, 5f);
			assertThat(index.size()).isEqualTo(3);
		}
	}

	@ParameterizedTest
	@EnumSource
	void distancesAreThoseOfTheDefinition(Metric metric) {
		for (int dimensions : new int[] { 1, 3, 16, 100, 257, 1536 }) {
			float[][] vectors = TestVectors.clustered(60, dimensions, dimensions);
			try (HnswIndex index = TestVectors.indexOf(metric, vectors)) {
				for (Neighbor hit : index.search(vectors[7], 60)) {
					double expected = TestVectors.distance(metric, vectors[7], vectors[(int) hit.id()]);
					assertThat((double) hit.distance()).as("%s, %d dimensions", metric, dimensions)
						.isEqualTo(expected, within(1e-3 + Math.abs(expected) * 1e-4));
				}
			}
		}
	}

	@Test
	void equalDistancesComeInOrderOfId() {
		try (HnswIndex index = HnswIndex.builder(2).build()) {
			for (long id : new long[] { 9, 3, 7, 1, 5 }) {
				index.add(id, RIGHT);
			}
			assertThat(index.search(RIGHT, 3)).extracting(Neighbor::id).containsExactly(1L, 3L, 5L);
		}
	}

	@Test
	void distancesDoNotChangeWhileTheJvmWarmsUp() {
		float[][] vectors = TestVectors.clustered(2000, 100, 29);
		try (HnswIndex index = TestVectors.indexOf(Metric.COSINE, vectors)) {
			List<Neighbor> cold = index.search(vectors[3], 20);
			for (int i = 0; i < 3000; i++) {
				assertThat(index.search(vectors[3], 20)).isEqualTo(cold);
			}
		}
	}

	@Test
	void anExistingIdIsReplaced() {
		try (HnswIndex index = HnswIndex.builder(2).build()) {
			index.add(1, RIGHT);
			index.add(1, UP);
			assertThat(index.size()).isEqualTo(1);
			assertThat(index.vector(1)).get().isEqualTo(UP);
			assertThat(index.search(RIGHT, 5)).containsExactly(new Neighbor(1, 1));
		}
	}

	@Test
	void removedVectorsAreGoneAndCanComeBack() {
		try (HnswIndex index = HnswIndex.builder(2).build()) {
			index.add(1, RIGHT);
			index.add(2, UP);
			assertThat(index.remove(1)).isTrue();
			assertThat(index.remove(1)).isFalse();
			assertThat(index.contains(1)).isFalse();
			assertThat(index.vector(1)).isEmpty();
			assertThat(index.search(RIGHT, 5)).extracting(Neighbor::id).containsExactly(2L);
			index.add(1, RIGHT);
			assertThat(index.search(RIGHT, 5)).extracting(Neighbor::id).containsExactly(1L, 2L);
			index.remove(1);
			index.remove(2);
			assertThat(index.search(RIGHT, 5)).isEmpty();
			index.add(3, UP);
			assertThat(index.search(RIGHT, 5)).extracting(Neighbor::id).containsExactly(3L);
			assertThat(index.audit().isSound()).isTrue();
		}
	}

	@Test
	void vectorsComeBackExactlyAndAreCopied() {
		try (HnswIndex index = HnswIndex.builder(2).build()) {
			float[] vector = { 0.1f, 123.456f };
			index.add(1, vector);
			vector[0] = 7;
			assertThat(index.vector(1)).get().isEqualTo(new float[] { 0.1f, 123.456f });
			index.vector(1).orElseThrow()[0] = 8;
			assertThat(index.vector(1).orElseThrow()[0]).isEqualTo(0.1f);
		}
	}

	@Test
	void aBulkLoadTakesTheLaterVectorOfARepeatedIdAndReportsProgress() {
		List<Integer> reported = new ArrayList<>();
		try (HnswIndex index = HnswIndex.builder(2).build()) {
			index.addAll(new long[] { 1, 2, 1 }, new float[][] { RIGHT, UP, UP }, (done, total) -> reported.add(done));
			assertThat(index.size()).isEqualTo(2);
			assertThat(index.vector(1)).get().isEqualTo(UP);
			assertThat(reported).endsWith(2);
		}
	}

	@Test
	void manyQueriesAreAnsweredInTheirOrder() {
		float[][] vectors = TestVectors.clustered(2000, 8, 5);
		try (HnswIndex index = TestVectors.indexOf(Metric.EUCLIDEAN, vectors)) {
			List<List<Neighbor>> answers = index.searchAll(vectors, 1);
			for (int i = 0; i < vectors.length; i++) {
				assertThat(answers.get(i)).containsExactly(new Neighbor(i, 0));
			}
		}
	}

	@Test
	void maxDistanceIsInclusive() {
		try (HnswIndex index = HnswIndex.builder(1).metric(Metric.EUCLIDEAN).build()) {
			index.addAll(TestVectors.ids(4), new float[][] { { 0 }, { 1 }, { 2 }, { 3 } });
			VectorQuery query = VectorQuery.of(new float[] { 0 }).k(10).maxDistance(2);
			assertThat(index.search(query)).extracting(Neighbor::id).containsExactly(0L, 1L, 2L);
			assertThat(index.search(query.exact())).extracting(Neighbor::id).containsExactly(0L, 1L, 2L);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 3, 200, 4000 })
	void aFilteredSearchReturnsEveryResultThereIs(int matches) {
		int count = 5000;
		float[][] vectors = TestVectors.clustered(count, 16, 11);
		Random random = new Random(3);
		long[] allowed = random.longs(0, count).distinct().limit(matches).sorted().toArray();
		try (HnswIndex index = TestVectors.indexOf(Metric.COSINE, vectors)) {
			for (int q = 0; q < 20; q++) {
				VectorQuery query = VectorQuery.of(vectors[q * 7]).k(10);
				List<Neighbor> byPredicate = index
					.search(query.filter((long id) -> Arrays.binarySearch(allowed, id) >= 0));
				List<Neighbor> bySet = index.search(query.filter(new SortedIds(allowed)));
				List<Neighbor> exact = index.search(query.filter(new SortedIds(allowed)).exact());
				assertThat(exact).hasSize(Math.min(10, matches));
				assertThat(byPredicate).hasSameSizeAs(exact)
					.allMatch((hit) -> Arrays.binarySearch(allowed, hit.id()) >= 0);
				assertThat(bySet).hasSameSizeAs(exact).allMatch((hit) -> Arrays.binarySearch(allowed, hit.id()) >= 0);
				assertThat(bySet.get(0)).isEqualTo(exact.get(0));
			}
		}
	}

	@Test
	void afterRemovingAlmostEverythingAllThatIsLeftIsFound() {
		int count = 4000;
		float[][] vectors = TestVectors.clustered(count, 16, 17);
		try (HnswIndex index = TestVectors.indexOf(Metric.EUCLIDEAN, vectors)) {
			for (int id = 0; id < count; id++) {
				if (id % 20 != 0) {
					index.remove(id);
				}
			}
			assertThat(index.size()).isEqualTo(200);
			assertThat(index.audit().isSound()).isTrue();
			for (int id = 0; id < count; id += 20) {
				assertThat(index.search(vectors[id], 1)).containsExactly(new Neighbor(id, 0));
			}
			assertThat(index.search(vectors[0], 1000)).hasSize(200);
			// Half of them go, which is too few to number the others anew.
			index.addAll(LongStream.range(count, count + 1000).toArray(), Arrays.copyOf(vectors, 1000));
			for (int id = count; id < count + 1000; id += 2) {
				index.remove(id);
			}
			int slots = slots(index);
			int free = index.statistics().freeSlots();
			assertThat(free).isPositive();
			index.addAll(LongStream.range(2 * count, 2 * count + free).toArray(), Arrays.copyOf(vectors, free));
			assertThat(slots(index)).as("slots are reused").isEqualTo(slots);
			assertThat(index.audit().isSound()).isTrue();
		}
	}

	private static int slots(HnswIndex index) {
		HnswStatistics statistics = index.statistics();
		return statistics.size() + statistics.freeSlots() + statistics.removedSlots();
	}

	@Test
	void theSameSeedAndOneThreadGiveTheSameGraph() {
		float[][] vectors = TestVectors.clustered(1500, 8, 23);
		List<List<List<Neighbor>>> answers = new ArrayList<>();
		for (int i = 0; i < 2; i++) {
			try (HnswIndex index = HnswIndex.builder(8).seed(99).threads(1).build()) {
				index.addAll(TestVectors.ids(vectors.length), vectors);
				answers.add(Arrays.stream(vectors).map((vector) -> index.search(vector, 10, 10)).toList());
			}
		}
		assertThat(answers.get(0)).isEqualTo(answers.get(1));
	}

	@Test
	void badVectorsAreRefusedByNameAndChangeNothing() {
		try (HnswIndex index = HnswIndex.builder(2).build()) {
			index.add(1, RIGHT);
			refused(() -> index.add(2, new float[] { Float.NaN, 1 }), "Component 0 of the vector of id 2 is NaN");
			refused(() -> index.add(2, new float[] { 1, Float.NEGATIVE_INFINITY }), "Component 1", "-Infinity");
			refused(() -> index.add(2, new float[] { 1e30f, 1 }), "overflows");
			refused(() -> index.add(2, new float[] { 1e-30f, 0 }), "underflows");
			refused(() -> index.add(2, new float[] { 0, 0 }), "all zeros");
			refused(() -> index.add(2, new float[3]), "3 dimensions", "has 2");
			refused(() -> index.add(1, new float[3]), "id 1");
			refused(() -> index.addAll(new long[] { 2, 3 }, new float[][] { UP, { Float.NaN, 0 } }),
					"position 1 (id 3)");
			refused(() -> index.addAll(new long[] { 2 }, new float[][] { UP, UP }), "1 ids and 2 vectors");
			refused(() -> index.search(new float[] { 1, 2, 3 }, 1), "query vector", "3 dimensions");
			refused(() -> index.search(new float[] { Float.NaN, 0 }, 1), "query vector");
			refused(() -> index.search(RIGHT, 0), "k must be at least 1, but was 0");
			refused(() -> index.search(RIGHT, 1, 0), "efSearch must be at least 1");
			refused(() -> index.efSearch(0), "efSearch");
			assertThat(index.size()).isEqualTo(1);
			assertThat(index.search(RIGHT, 5)).containsExactly(new Neighbor(1, 0));
		}
	}

	@Test
	void euclideanTakesTheZeroVector() {
		try (HnswIndex index = HnswIndex.builder(2).metric(Metric.EUCLIDEAN).build()) {
			index.add(1, new float[2]);
			assertThat(index.search(new float[2], 1)).containsExactly(new Neighbor(1, 0));
		}
	}

	@Test
	void badParametersAreRefused() {
		refused(() -> HnswIndex.builder(0), "dimensions must be between 1 and 65536, but was 0");
		refused(() -> HnswIndex.builder(2).m(1), "m must be between 2 and 512");
		refused(() -> HnswIndex.builder(2).efConstruction(0), "efConstruction");
		refused(() -> HnswIndex.builder(2).efSearch(-1), "efSearch");
		refused(() -> HnswIndex.builder(2).metric(null), "metric");
		refused(() -> Quantization.of("half"), "'half'");
	}

	@Test
	void aClosedIndexSaysSo() {
		HnswIndex index = HnswIndex.builder(2).build();
		index.close();
		index.close();
		assertThatIllegalStateException().isThrownBy(() -> index.search(RIGHT, 1)).withMessageContaining("closed");
		assertThatIllegalStateException().isThrownBy(() -> index.add(1, RIGHT)).withMessageContaining("closed");
	}

	@Test
	void statisticsTellWhatIsThere() {
		try (HnswIndex index = TestVectors.indexOf(Metric.COSINE, TestVectors.clustered(3000, 8, 1))) {
			HnswStatistics statistics = index.statistics();
			assertThat(statistics.size()).isEqualTo(3000);
			assertThat(statistics.layers()).isGreaterThan(1);
			assertThat(statistics.nodesPerLayer()[0]).isEqualTo(3000);
			assertThat(statistics.meanDegree()).isBetween(4.0, 32.0);
			assertThat(statistics.maxDegree()).isLessThanOrEqualTo(32);
			assertThat(statistics.heapBytes()).isGreaterThan(3000 * (8 * 4 + 33 * 4));
			assertThat(statistics.simd()).isNotBlank();
		}
	}

	private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String... words) {
		assertThatIllegalArgumentException().isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.getMessage()).contains(words));
	}

	private record SortedIds(long[] ids) implements IdSet {

		@Override
		public boolean contains(long id) {
			return Arrays.binarySearch(this.ids, id) >= 0;
		}

		@Override
		public long cardinality() {
			return this.ids.length;
		}

		@Override
		public void forEach(LongConsumer consumer) {
			Arrays.stream(this.ids).forEach(consumer);
		}

	}

}

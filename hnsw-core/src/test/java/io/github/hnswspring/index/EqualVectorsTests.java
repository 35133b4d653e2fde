package io.github.hnswspring.index;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many ids with one vector: the same page ingested again and again, a placeholder, an
 * empty template. They are all returned where k asks for them, in order of id, and crowd
 * no other vector out.
 */
@ExtendWith(IndexedFamily.AsUsual.class)
class EqualVectorsTests {

	private static final int MANY = 10_000;

	@TempDir
	Path directory;

	/** Copies come last, so all others were found before, and must be found still. */
	@ParameterizedTest
	@CsvSource({ "COPIES,10000,96,COSINE", "CENTRAL_COPIES,440,64,EUCLIDEAN", "CENTRAL_COPIES,440,64,COSINE",
			"CENTRAL_COPIES,4400,64,EUCLIDEAN" })
	void copiesHideNoOtherVector(Families family, int count, int dimensions, Metric metric) {
		try (IndexedFamily copies = IndexedFamily.of(family, count, dimensions, metric)) {
			assertAllFound(copies, Math.min(count, 3000), copies.data.queries().length);
			assertThat(copies.recall(10)).as(copies.toString()).isEqualTo(1);
			assertThat(copies.index.audit().isSound()).isTrue();
		}
	}

	@ParameterizedTest
	@CsvSource({ "COPIES,96,COSINE", "CENTRAL_COPIES,64,EUCLIDEAN" })
	void copiesHideNoOtherVectorInALargeStore(Families family, int dimensions, Metric metric) {
		IndexedFamily copies = IndexedFamily.large(family, dimensions, metric);
		// A walk misses one in a hundred; behind copies it missed one in five.
		assertAllFound(copies, 3000, copies.data.queries().length - 4);
		assertThat(copies.recall(10)).as(copies.toString()).isGreaterThanOrEqualTo(RightAnswersTests.TARGET);
	}

	private static void assertAllFound(IndexedFamily copies, int members, int leastFirstHits) {
		int queries = copies.data.queries().length;
		int right = 0;
		for (int i = 0; i < queries; i++) {
			right += copies.answer(i, 1, null).right(copies.index.search(copies.data.queries()[i], 1));
		}
		assertThat(right).as("right first hits, " + copies).isGreaterThanOrEqualTo(leastFirstHits);
		assertThat(copies.lost(members)).as("not found by their own vector, " + copies).isZero();
	}

	/** Were each to look at all others, this would take a minute. */
	@ParameterizedTest
	@EnumSource
	void tenThousandEqualVectors(Metric metric) {
		float[] vector = vector(1, 33);
		float[] other = vector(2, 33);
		float[][] vectors = new float[MANY][];
		Arrays.fill(vectors, vector);
		try (HnswIndex index = HnswIndex.builder(33).metric(metric).build()) {
			index.addAll(shuffled(MANY), vectors);
			assertThat(index.size()).isEqualTo(MANY);
			assertThat(ids(index.search(vector, 10))).containsExactly(LongStream.range(0, 10).toArray());
			assertThat(ids(index.search(vector, MANY))).containsExactly(LongStream.range(0, MANY).toArray());
			assertThat(ids(index.search(other, 1000))).containsExactly(LongStream.range(0, 1000).toArray());
			assertThat(index.search(VectorQuery.of(vector).k(MANY).exact())).isEqualTo(index.search(vector, MANY));

			assertThat(ids(index.search(VectorQuery.of(vector).k(3).filter((id) -> id == 7777 || id == 8888))))
				.containsExactly(7777, 8888);
			assertThat(ids(index.search(VectorQuery.of(vector).k(3).filter((id) -> id % 1000 == 999))))
				.containsExactly(999, 1999, 2999);

			assertThat(index.remove(3)).isTrue();
			assertThat(index.remove(3)).isFalse();
			assertThat(index.contains(3)).isFalse();
			index.add(5, other);
			assertThat(index.size()).isEqualTo(MANY - 1);
			assertThat(index.vector(5)).get().isEqualTo(other);
			assertThat(index.vector(4)).get().isEqualTo(vector);
			assertThat(ids(index.search(vector, 5))).containsExactly(0, 1, 2, 4, 6);
			if (metric != Metric.DOT_PRODUCT) {
				assertThat(index.search(other, 1)).extracting(Neighbor::id).containsExactly(5L);
			}
			index.add(5, vector);
			index.add(3, vector);
			assertThat(ids(index.search(vector, MANY))).containsExactly(LongStream.range(0, MANY).toArray());
			assertThat(index.audit().isSound()).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource
	void vectorsInTwoDirectionsOnly(Metric metric) {
		try (IndexedFamily two = IndexedFamily.of(Families.DIRECTIONS, 4000, 33, metric)) {
			assertThat(two.recall(10)).as(two.toString()).isEqualTo(1);
			assertThat(two.recall(1000)).as(two.toString()).isEqualTo(1);
			for (int id = 0; id < 4000; id += 97) {
				assertThat(two.index.vector(id)).get().isEqualTo(two.data.base()[id]);
			}
		}
	}

	/** Equal, but not bit for bit; what was added comes back bit for bit. */
	@ParameterizedTest
	@EnumSource
	void zerosOfEitherSignAreEquallyNear(Metric metric) {
		float[] positive = { 1, 0f, 2 };
		float[] negative = { 1, -0f, 2 };
		try (HnswIndex index = HnswIndex.builder(3).metric(metric).build()) {
			for (int id = 0; id < 40; id++) {
				index.add(id, (id % 2 == 0) ? positive : negative);
			}
			assertThat(ids(index.search(positive, 40))).containsExactly(LongStream.range(0, 40).toArray());
			assertThat(Float.floatToRawIntBits(index.vector(6).orElseThrow()[1])).isZero();
			assertThat(Float.floatToRawIntBits(index.vector(7).orElseThrow()[1])).isNotZero();
		}
	}

	/** More copies than a candidate list is long, in front of what is asked for. */
	@Test
	void copiesDoNotHideWhatIsBehindThem() {
		float[][] vectors = TestVectors.clustered(2000, 64, 11);
		float[] copied = vectors[0];
		try (HnswIndex index = HnswIndex.builder(64).metric(Metric.EUCLIDEAN).build()) {
			index.addAll(TestVectors.ids(2000), vectors);
			for (int id = 2000; id < 2500; id++) {
				index.add(id, copied);
			}
			float[] query = copied.clone();
			query[0] += 0.01f;
			List<Neighbor> hits = index.search(query, 520);
			assertThat(hits).hasSize(520);
			assertThat(hits).isEqualTo(index.search(VectorQuery.of(query).k(520).exact()));
			LongPredicate notACopy = (id) -> id > 0 && id < 2000;
			VectorQuery others = VectorQuery.of(query).k(10).filter(notACopy);
			assertThat(index.search(others)).isEqualTo(index.search(others.exact()));
			// They go as they came.
			for (int id = 2000; id < 2500; id++) {
				assertThat(index.remove(id)).isTrue();
			}
			assertThat(index.search(query, 10)).isEqualTo(index.search(VectorQuery.of(query).k(10).exact()));
			assertThat(index.search(query, 1)).extracting(Neighbor::id).containsExactly(0L);
			assertThat(index.audit().isSound()).isTrue();
		}
	}

	/** Few vectors, many ids, everything in any order, against a map. */
	@ParameterizedTest
	@EnumSource
	void aHistoryOfFewVectors(Metric metric) {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		float[][] few = TestVectors.clustered(12, 16, seed);
		Map<Long, float[]> model = new TreeMap<>();
		try (HnswIndex index = HnswIndex.builder(16).metric(metric).build()) {
			for (int step = 0; step < 6000; step++) {
				long id = random.nextInt(1500);
				if (random.nextInt(4) == 0) {
					assertThat(index.remove(id)).as("seed " + seed).isEqualTo(model.remove(id) != null);
				}
				else {
					float[] vector = few[random.nextInt(few.length)];
					index.add(id, vector);
					model.put(id, vector);
				}
				if (step % 200 == 199) {
					assertLike(model, index, few[random.nextInt(few.length)], 1 + random.nextInt(300), seed);
				}
			}
			Path file = this.directory.resolve("few-" + metric + ".hnsw");
			index.save(file);
			try (HnswIndex loaded = HnswIndex.load(file)) {
				assertLike(model, loaded, few[0], 500, seed);
				for (long id : new ArrayList<>(model.keySet()).subList(0, 300)) {
					assertThat(loaded.remove(id)).isTrue();
					model.remove(id);
				}
				assertLike(model, loaded, few[1], model.size(), seed);
				assertThat(loaded.audit().isSound()).as("seed " + seed).isTrue();
			}
		}
	}

	private static void assertLike(Map<Long, float[]> model, HnswIndex index, float[] query, int k, long seed) {
		assertThat(index.size()).as("seed " + seed).isEqualTo(model.size());
		assertThat(ids(index.search(query, k))).as("seed %d, k = %d", seed, k)
			.containsExactly(nearest(model, index.metric(), query, k, (id) -> true));
		LongPredicate filter = (id) -> id % 7 == 0;
		assertThat(ids(index.search(VectorQuery.of(query).k(k).filter(filter))))
			.as("filtered, seed %d, k = %d", seed, k)
			.containsExactly(nearest(model, index.metric(), query, k, filter));
	}

	private static long[] nearest(Map<Long, float[]> model, Metric metric, float[] query, int k, LongPredicate filter) {
		Comparator<Map.Entry<Long, float[]>> byDistance = Comparator
			.comparingDouble((entry) -> (float) TestVectors.distance(metric, query, entry.getValue()));
		return model.entrySet()
			.stream()
			.filter((entry) -> filter.test(entry.getKey()))
			.sorted(byDistance.thenComparing(Map.Entry::getKey))
			.limit(k)
			.mapToLong(Map.Entry::getKey)
			.toArray();
	}

	private static float[] vector(long seed, int dimensions) {
		return TestVectors.gaussian(1, dimensions, new Random(seed), 1)[0];
	}

	private static long[] shuffled(int count) {
		List<Long> ids = new ArrayList<>(LongStream.range(0, count).boxed().toList());
		Collections.shuffle(ids, new Random(1));
		return ids.stream().mapToLong(Long::longValue).toArray();
	}

	private static long[] ids(List<Neighbor> hits) {
		return hits.stream().mapToLong(Neighbor::id).toArray();
	}

}

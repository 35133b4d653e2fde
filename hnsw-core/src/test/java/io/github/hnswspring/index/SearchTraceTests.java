package io.github.hnswspring.index;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;

import io.github.hnswspring.fixtures.Walks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

/** A trace tells what the search does that is answered, and leaves it as it was. */
class SearchTraceTests {

	private static final int COUNT = 2_000;

	@AfterEach
	void asUsual() {
		Walks.FreeWalks.asUsual();
	}

	/** The traced walk is a copy of the other one: here they are held together. */
	@ParameterizedTest
	@CsvSource({ "COSINE,96,4,walks", "COSINE,128,1,large", "EUCLIDEAN,96,8,large", "EUCLIDEAN,32,0,walks",
			"DOT_PRODUCT,96,2,walks", "DOT_PRODUCT,32,0,large", "COSINE,100,4,usual", "COSINE,24,0,large" })
	void itsResultsAreThoseOfTheSearch(Metric metric, int dimensions, int bits, String costs) {
		costs(costs);
		long seed = Long.getLong("hnsw.test.seed", System.nanoTime());
		System.out.println("SearchTraceTests seed " + seed);
		Random random = new Random(seed);
		Set<SearchTrace.Way> ways = new HashSet<>();
		Set<SearchTrace.Outcome> outcomes = new HashSet<>();
		try (HnswIndex index = index(metric, dimensions, bits, random)) {
			// Few queries of a kind that chance makes seldom: where walks cost nothing,
			// hardly any set of ids is small enough to be compared.
			for (int i = 0; i < 400 || (i < 4_000 && !ways.contains(SearchTrace.Way.IDS)); i++) {
				VectorQuery query = query(random, index, dimensions);
				SearchTrace trace = index.trace(query);
				List<Neighbor> results = index.search(query);
				assertThat(trace.results()).as("seed %s, query %s, %s", seed, i, trace.way()).isEqualTo(results);
				ways.add(trace.way());
				trace.walks().forEach((walk) -> outcomes.add(walk.outcome()));
			}
		}
		assertThat(ways).as("seed %s", seed).contains(SearchTrace.Way.EXACT, SearchTrace.Way.IDS);
		if (!costs.equals("usual")) {
			assertThat(ways).as("seed %s", seed).contains(SearchTrace.Way.WALK);
			assertThat(outcomes).as("seed %s", seed).contains(SearchTrace.Outcome.SUFFICIENT);
		}
	}

	/** What is asked, what searches cost and how long lists must be: none of it moves. */
	@ParameterizedTest
	@CsvSource({ "96,4,large", "96,4,walks", "32,0,large" })
	void theIndexLearnsNothingFromIt(int dimensions, int bits, String costs) {
		costs(costs);
		try (HnswIndex traced = index(Metric.COSINE, dimensions, bits, new Random(5));
				HnswIndex plain = index(Metric.COSINE, dimensions, bits, new Random(5))) {
			Random random = new Random(6);
			for (int i = 0; i < 300; i++) {
				float[] vector = TestVectors.gaussian(random, dimensions);
				VectorQuery query = VectorQuery.of(vector).k(1 + random.nextInt(30));
				for (int j = 0; j < 3; j++) {
					traced.trace(query);
					traced.trace(query.filter((id) -> id % 3 == 0));
					traced.trace(query.efSearch(5));
				}
				assertThat(traced.search(query)).isEqualTo(plain.search(query));
			}
			VectorQuery last = VectorQuery.of(TestVectors.gaussian(random, dimensions));
			assertThat(traced.trace(last)).isEqualTo(plain.trace(last));
			assertThat(traced.statistics().efSearch()).isEqualTo(plain.statistics().efSearch());
			assertThat(Double.compare(traced.statistics().measuredRecall(), plain.statistics().measuredRecall()))
				.isZero();
			assertThat(traced.audit().recentQueries()).isEqualTo(plain.audit().recentQueries());
		}
	}

	@Test
	void tellsWhereTheWalkWent() {
		Walks.FreeWalks.walkAlways();
		try (HnswIndex index = TestVectors.indexOf(Metric.EUCLIDEAN, TestVectors.clustered(COUNT, 16, 3))) {
			float[] vector = index.vector(17).orElseThrow();
			SearchTrace trace = index.trace(VectorQuery.of(vector).k(5).efSearch(20));
			assertThat(trace.way()).isEqualTo(SearchTrace.Way.WALK);
			assertThat(trace.listSource()).isEqualTo(SearchTrace.ListSource.QUERY);
			assertThat(trace.list()).isEqualTo(20);
			assertThat(trace.targetRecall()).isNaN();
			assertThat(trace.live()).isEqualTo(COUNT);
			assertThat(trace.isComplete()).isFalse();
			assertThat(trace.steps()).hasSize(1);
			SearchTrace.Walk walk = trace.walks().get(0);
			assertThat(walk.outcome()).isEqualTo(SearchTrace.Outcome.SUFFICIENT);
			assertThat(walk.byCode()).isFalse();
			assertThat(walk.list()).isEqualTo(20);
			assertThat(walk.compared()).isBetween(walk.expandedNodes(), COUNT);
			assertThat(walk.expanded()).hasSize(walk.expandedNodes()).doesNotHaveDuplicates();
			assertThat(walk.descent()).isNotEmpty();
			assertThat(walk.descent().get(0).layer()).isEqualTo(index.statistics().layers() - 1);
			assertThat(walk.expanded()).extracting(SearchTrace.Node::id)
				.containsAll(trace.results().stream().map(Neighbor::id).toList());
			for (SearchTrace.Node node : walk.expanded()) {
				double distance = TestVectors.distance(Metric.EUCLIDEAN, vector, index.vector(node.id()).orElseThrow());
				assertThat((double) node.distance()).isCloseTo(distance, within(1e-3));
			}
		}
	}

	@Test
	void saysWhoChoseTheList() {
		Walks.FreeWalks.walkAlways();
		try (HnswIndex index = TestVectors.indexOf(Metric.COSINE, TestVectors.clustered(COUNT, 16, 3))) {
			VectorQuery query = VectorQuery.of(index.vector(3).orElseThrow()).k(10);
			SearchTrace byTarget = index.trace(query);
			assertThat(byTarget.listSource()).isEqualTo(SearchTrace.ListSource.TARGET);
			assertThat(byTarget.targetRecall()).isEqualTo(index.targetRecall());
			assertThat(byTarget.list()).isGreaterThanOrEqualTo(64);
			index.efSearch(77);
			SearchTrace byIndex = index.trace(query);
			assertThat(byIndex.listSource()).isEqualTo(SearchTrace.ListSource.INDEX);
			assertThat(byIndex.list()).isEqualTo(77);
		}
	}

	@Test
	void saysThatEverythingWasCompared() {
		try (HnswIndex index = HnswIndex.builder(8).build()) {
			float[] vector = { 1, 2, 3, 4, 5, 6, 7, 8 };
			assertThat(index.trace(VectorQuery.of(vector)).way()).isEqualTo(SearchTrace.Way.NOTHING);
			index.add(1, vector);
			SearchTrace trace = index.trace(VectorQuery.of(vector));
			assertThat(trace.way()).isEqualTo(SearchTrace.Way.SCAN);
			assertThat(trace.isComplete()).isTrue();
			assertThat(trace.results()).containsExactly(new Neighbor(1, 0));
			assertThat(trace.steps()).containsExactly(new SearchTrace.Scan(false, false, 1, 0, 1));
			assertThatIllegalArgumentException().isThrownBy(() -> index.trace(VectorQuery.of(new float[7])))
				.withMessageContaining("7");
		}
	}

	/** While others write, it sees what a search that begins when it does sees. */
	@Test
	void worksWhileOthersWrite() throws InterruptedException {
		Walks.FreeWalks.walkAlways();
		float[][] vectors = TestVectors.clustered(COUNT, 16, 4);
		AtomicBoolean done = new AtomicBoolean();
		List<Throwable> failures = new ArrayList<>();
		try (HnswIndex index = TestVectors.indexOf(Metric.COSINE, vectors)) {
			Thread writer = new Thread(() -> {
				Random random = new Random(8);
				while (!done.get()) {
					int id = random.nextInt(COUNT);
					if (random.nextInt(3) == 0) {
						index.remove(id);
					}
					else {
						index.add(id, vectors[random.nextInt(COUNT)]);
					}
				}
			});
			writer.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
			writer.start();
			for (int i = 0; i < 300; i++) {
				SearchTrace trace = index.trace(VectorQuery.of(vectors[i]).k(10));
				assertThat(trace.results()).hasSize(10).extracting(Neighbor::id).doesNotHaveDuplicates();
				index.inspect(i).ifPresent((inspection) -> assertThat(inspection.links()).isNotEmpty());
			}
			done.set(true);
			writer.join();
			assertThat(failures).isEmpty();
			assertThat(index.audit().isConnected()).isTrue();
		}
	}

	private static void costs(String costs) {
		switch (costs) {
			case "walks" -> Walks.FreeWalks.walkAlways();
			case "large" -> Walks.FreeWalks.asIfLarge();
			default -> Walks.FreeWalks.asUsual();
		}
	}

	/** An index that was written to in all ways, and has copies. */
	private static HnswIndex index(Metric metric, int dimensions, int bits, Random random) {
		HnswIndex index = HnswIndex.builder(dimensions)
			.metric(metric)
			.threads(1)
			.quantization((bits > 0) ? Quantization.bits(bits) : Quantization.NONE)
			.build();
		float[][] vectors = TestVectors.clustered(COUNT, dimensions, random.nextInt(1000));
		index.addAll(TestVectors.ids(COUNT), vectors);
		for (int i = 0; i < COUNT / 20; i++) {
			index.remove(random.nextInt(COUNT));
			index.add(random.nextInt(COUNT), vectors[random.nextInt(COUNT)]);
			index.add(COUNT + i, TestVectors.gaussian(random, dimensions));
		}
		return index;
	}

	private static VectorQuery query(Random random, HnswIndex index, int dimensions) {
		float[] vector = random.nextBoolean() ? TestVectors.gaussian(random, dimensions)
				: index.vector(random.nextInt(COUNT)).orElseGet(() -> TestVectors.gaussian(random, dimensions));
		VectorQuery query = VectorQuery.of(vector).k(1 + random.nextInt(1 << random.nextInt(7)));
		if (random.nextInt(3) == 0) {
			query = query.efSearch(1 + random.nextInt(1 << random.nextInt(9)));
		}
		double share = Math.pow(random.nextDouble(), 3);
		LongPredicate filter = Filters.random(2 * COUNT, share, random.nextLong());
		query = switch (random.nextInt(4)) {
			case 0 -> query.filter(filter);
			case 1 -> query.filter(Filters.set(filter, 2 * COUNT));
			default -> query;
		};
		if (random.nextInt(8) == 0) {
			return query.exact();
		}
		List<Neighbor> some = index.trace(VectorQuery.of(vector).k(20)).results();
		Neighbor any = some.get(random.nextInt(some.size()));
		return switch (random.nextInt(4)) {
			case 0 -> query.maxDistance(any.distance());
			case 1 -> query.after(any.distance(), any.id());
			default -> query;
		};
	}

}

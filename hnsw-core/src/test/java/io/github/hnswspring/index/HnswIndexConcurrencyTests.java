package io.github.hnswspring.index;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.hnswspring.fixtures.Walks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

@Walks
class HnswIndexConcurrencyTests {

	private static final int DIMENSIONS = 8;

	/**
	 * Ids 0 to 99 are replaced over and over and never removed: an exact search must see
	 * every one exactly once, whatever else goes on.
	 */
	@Test
	void anUpsertShowsTheOldOrTheNewVectorNeverBothOrNeither() throws Exception {
		long seed = System.nanoTime();
		int stable = 100;
		try (HnswIndex index = HnswIndex.builder(DIMENSIONS).metric(Metric.EUCLIDEAN).m(6).build()) {
			index.addAll(TestVectors.ids(stable), TestVectors.clustered(stable, DIMENSIONS, seed));
			AtomicBoolean stop = new AtomicBoolean();
			AtomicInteger searches = new AtomicInteger();
			ExecutorService executor = Executors.newCachedThreadPool();
			Future<?> writer = executor.submit(() -> {
				Random random = new Random(seed);
				while (!stop.get()) {
					index.add(random.nextInt(stable), TestVectors.gaussian(1, DIMENSIONS, random, 1)[0]);
					long extra = stable + random.nextInt(200);
					if (random.nextBoolean()) {
						index.add(extra, TestVectors.gaussian(1, DIMENSIONS, random, 1)[0]);
					}
					else {
						index.remove(extra);
					}
				}
			});
			Future<?> reader = executor.submit(() -> {
				Random random = new Random(seed + 1);
				while (!stop.get()) {
					VectorQuery query = VectorQuery.of(TestVectors.gaussian(1, DIMENSIONS, random, 1)[0]);
					checkAllOnce(index.search(query.k(1000).exact()), stable, seed);
					checkNoTwins(index.search(query.k(20)), seed);
					searches.incrementAndGet();
				}
			});
			long begin = System.nanoTime();
			// For as long as a machine needs that has much else to do, but not for ever.
			for (long millis = 0; millis < 2_000 || (searches.get() <= 100 && millis < 60_000);) {
				Thread.sleep(10);
				millis = (System.nanoTime() - begin) / 1_000_000;
			}
			stop.set(true);
			writer.get(60, TimeUnit.SECONDS);
			reader.get(60, TimeUnit.SECONDS);
			executor.shutdown();
			assertThat(searches).hasValueGreaterThan(100);
			assertThat(index.audit().isConnected()).as("seed " + seed).isTrue();
		}
	}

	private static void checkAllOnce(List<Neighbor> hits, int stable, long seed) {
		checkNoTwins(hits, seed);
		assertThat(hits.stream().filter((hit) -> hit.id() < stable).count()).as("seed " + seed).isEqualTo(stable);
	}

	private static void checkNoTwins(List<Neighbor> hits, long seed) {
		Set<Long> ids = new HashSet<>();
		for (Neighbor hit : hits) {
			assertThat(ids.add(hit.id())).as("id %d occurs twice, seed %d", hit.id(), seed).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatAnyThreadAddedEveryThreadFinds(Metric metric) throws Exception {
		long seed = System.nanoTime();
		int perThread = 400;
		int threads = 6;
		float[][] vectors = TestVectors.clustered(perThread * threads, DIMENSIONS, seed);
		TestVectors.normalized(vectors);
		try (HnswIndex index = HnswIndex.builder(DIMENSIONS).metric(metric).build()) {
			ExecutorService executor = Executors.newFixedThreadPool(threads);
			List<Future<?>> futures = new java.util.ArrayList<>();
			for (int t = 0; t < threads; t++) {
				int first = t * perThread;
				futures.add(executor.submit(() -> {
					for (int id = first; id < first + perThread; id++) {
						index.add(id, vectors[id]);
						assertThat(index.search(vectors[id], 1, 100)).extracting(Neighbor::id)
							.as("seed " + seed)
							.containsExactly((long) id);
						if (id % 4 == 0) {
							index.remove(id);
							assertThat(index.contains(id)).isFalse();
							assertThat(index.search(vectors[id], 3)).extracting(Neighbor::id)
								.as("seed " + seed)
								.doesNotContain((long) id);
						}
					}
				}));
			}
			for (Future<?> future : futures) {
				future.get(60, TimeUnit.SECONDS);
			}
			executor.shutdown();
			assertThat(index.size()).isEqualTo(perThread * threads * 3 / 4);
			IndexAudit audit = index.audit();
			assertThat(audit.isConnected()).as("seed %d: %s", seed, audit).isTrue();
		}
	}

}

package io.github.hnswspring.index.reliability;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

import io.github.hnswspring.fixtures.Walks;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.IndexAudit;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.TestVectors;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.reliability.ReliabilityReport;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Adds, updates and removals by several threads while others search; everything is
 * recorded and checked afterwards against what can have been alive. A vector's length is
 * its version, so that the distance from the origin tells which version a search saw.
 */
@Walks
class HistoryTests {

	private static final String PROMISE = "A search sees what was alive: old or new, never both or neither";

	/** Distances of versions up to this are told apart in single precision. */
	private static final int MAX_VERSION = 200_000;

	private static final int DIMENSIONS = 6;

	/** As many ids come and go together. */
	private static final int TIDE = 500;

	private static final int WRITERS = 3;

	private static final int SEARCHERS = 3;

	@Test
	void onPlatformThreads() throws Exception {
		run(Executors.newCachedThreadPool(), "platform threads", 60, 2, Quantization.NONE);
	}

	@Test
	void fightingForFewIds() throws Exception {
		run(Executors.newCachedThreadPool(), "platform threads, 5 ids", 5, 2, Quantization.NONE);
	}

	/**
	 * Additions, then removals, and so on: the index gives memory back again and again.
	 */
	@Test
	void inTides() throws Exception {
		run(Executors.newCachedThreadPool(), "platform threads, tides", TIDE, 3, Quantization.NONE);
	}

	@Test
	void onVirtualThreads() throws Exception {
		run(virtualThreads(), "virtual threads", 60, 2, Quantization.NONE);
	}

	/**
	 * Between any two vectors this search looks at, an id is removed and added again,
	 * twice: it sees the one that was alive when it began.
	 */
	@Test
	void slowSearchesAmongFastWriters() throws Exception {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		Random random = new Random(1);
		try (HnswIndex index = HnswIndex.builder(DIMENSIONS).metric(Metric.EUCLIDEAN).build()) {
			for (int id = 0; id < 20; id++) {
				index.add(id, TestVectors.gaussian(random, DIMENSIONS));
			}
			VectorQuery query = VectorQuery.of(TestVectors.gaussian(random, DIMENSIONS)).k(1000).exact();
			// So that even a search that finds ever more to look at comes to an end.
			AtomicInteger calls = new AtomicInteger();
			for (int i = 0; i < 20; i++) {
				List<Neighbor> hits = index.search(query
					.filter(new Everything(() -> calls.incrementAndGet() > 5000 || churn(executor, index, random))));
				assertThat(hits.stream().map(Neighbor::id)).doesNotHaveDuplicates().hasSize(20);
			}
		}
		finally {
			executor.shutdown();
		}
	}

	/** All ids: unlike a predicate, a set is asked while a search is under way. */
	private record Everything(BooleanSupplier whenAsked) implements IdSet {

		@Override
		public boolean contains(long id) {
			return this.whenAsked.getAsBoolean();
		}

		@Override
		public long cardinality() {
			return Long.MAX_VALUE;
		}

		@Override
		public void forEach(LongConsumer consumer) {
			throw new UnsupportedOperationException("asked for all ids there are");
		}

	}

	private static boolean churn(ExecutorService executor, HnswIndex index, Random random) {
		try {
			executor.submit(() -> {
				for (int i = 0; i < 2; i++) {
					index.remove(7);
					index.add(7, TestVectors.gaussian(random, DIMENSIONS));
					index.add(8, TestVectors.gaussian(random, DIMENSIONS));
				}
			}).get();
			return true;
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	@Tag("reliability")
	void forSeconds() throws Exception {
		run(1, 4);
	}

	@Test
	@Tag("reliability-long")
	void forMinutes() throws Exception {
		run(20, 7);
	}

	private static void run(int rounds, int seconds) throws Exception {
		for (int i = 0; i < rounds; i++) {
			run(Executors.newCachedThreadPool(), "platform threads, 2 ids", 2, seconds, Quantization.NONE);
			run(Executors.newCachedThreadPool(), "platform threads, 300 ids", 300, seconds, Quantization.NONE);
			run(Executors.newCachedThreadPool(), "platform threads, 1500 ids, 2 bits", 1500, seconds,
					Quantization.bits(2));
		}
	}

	/** JDK 21 and newer only, so by reflection. */
	private static ExecutorService virtualThreads() throws ReflectiveOperationException {
		assumeTrue(Runtime.version().feature() >= 21, "Virtual threads need JDK 21");
		return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
	}

	private static void run(ExecutorService executor, String what, int ids, int seconds, Quantization quantization)
			throws Exception {
		long seed = System.nanoTime();
		History history = new History();
		AtomicInteger versions = new AtomicInteger();
		AtomicBoolean stop = new AtomicBoolean();
		try (HnswIndex index = HnswIndex.builder(DIMENSIONS)
			.metric(Metric.EUCLIDEAN)
			.m(5)
			.efConstruction(30)
			.quantization(quantization)
			.build()) {
			List<Future<?>> futures = new ArrayList<>();
			for (int i = 0; i < WRITERS; i++) {
				Random random = new Random(seed + i);
				futures.add(executor.submit(() -> {
					while (!stop.get() && versions.get() < MAX_VERSION) {
						write(index, history, versions, random, ids);
					}
				}));
			}
			for (int i = 0; i < SEARCHERS; i++) {
				Random random = new Random(seed + WRITERS + i);
				futures.add(executor.submit(() -> {
					while (!stop.get() && history.readCount() < 60_000_000 / (ids + 200)) {
						read(index, history, random, ids);
					}
				}));
			}
			long begin = System.nanoTime();
			// For as long as a machine needs that has much else to do, but not for ever.
			for (long millis = 0; millis < seconds * 1_000L || (history.readCount() <= 50 && millis < 120_000);) {
				Thread.sleep(10);
				millis = (System.nanoTime() - begin) / 1_000_000;
			}
			stop.set(true);
			for (Future<?> future : futures) {
				future.get(60, TimeUnit.SECONDS);
			}
			executor.shutdown();
			List<String> violations = history.violations();
			assertThat(violations.stream().limit(10)).as("seed %d: %d violations", seed, violations.size()).isEmpty();
			IndexAudit audit = index.audit();
			assertThat(audit.isConnected()).as("seed %d: %s", seed, audit).isTrue();
			assertThat(history.readCount()).isGreaterThan(50);
			ReliabilityReport.record(PROMISE, "HistoryTests-" + what.replace(", ", "-").replace(' ', '-'),
					history.readCount() + " searches during " + history.writeCount() + " writes, 0 impossible answers",
					seed);
		}
	}

	private static void write(HnswIndex index, History history, AtomicInteger versions, Random random, int ids) {
		long id = random.nextInt(ids);
		boolean ebb = ids == TIDE && history.writeCount() / (2 * TIDE) % 2 == 1;
		if (ebb || random.nextInt(3) == 0) {
			long began = System.nanoTime();
			index.remove(id);
			history.write(id, History.ABSENT, began);
			return;
		}
		int version = versions.incrementAndGet();
		float[] vector = TestVectors.gaussian(random, DIMENSIONS);
		double scale = version / TestVectors.distance(Metric.EUCLIDEAN, vector, new float[DIMENSIONS]);
		for (int i = 0; i < DIMENSIONS; i++) {
			vector[i] *= (float) scale;
		}
		long began = System.nanoTime();
		index.add(id, vector);
		history.write(id, version, began);
	}

	private static void read(HnswIndex index, History history, Random random, int ids) {
		boolean exact = random.nextInt(4) > 0;
		VectorQuery query = VectorQuery.of(new float[DIMENSIONS]).k(exact ? ids + 10 : 1 + random.nextInt(10));
		long began = System.nanoTime();
		List<Neighbor> hits = index.search(exact ? query.exact() : query);
		List<long[]> seen = new ArrayList<>(hits.size());
		for (Neighbor hit : hits) {
			seen.add(new long[] { hit.id(), Math.round((double) hit.distance()) });
		}
		history.read(seen, began, exact);
	}

}

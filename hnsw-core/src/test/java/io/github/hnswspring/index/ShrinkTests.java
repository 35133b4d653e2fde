package io.github.hnswspring.index;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Memory of removed vectors comes back, and answers stay the same. */
class ShrinkTests {

	private static final int DIMENSIONS = 96;

	/** What a graph of a few vectors takes: a chunk of each table. */
	private static final long LEAST_BYTES = 3 << 20;

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 4 })
	void heapFallsWithTheVectors(int bits) {
		int count = 12_000;
		try (HnswIndex index = index(bits)) {
			fill(index, count);
			long full = index.statistics().heapBytes();
			long used = usedHeap();
			for (long id = 240; id < count; id++) {
				index.remove(id);
			}
			// One in fifty is left, and there may be four times as many slots.
			long left = index.statistics().heapBytes();
			assertThat(left).isLessThan(full / 50 * 4 + LEAST_BYTES);
			assertThat(used - usedHeap()).isGreaterThan((full - left) * 9 / 10);
			assertThat(index.size()).isEqualTo(240);
			assertThat(index.audit().isSound()).isTrue();
			for (long id = 0; id < 240; id++) {
				index.remove(id);
			}
			assertThat(index.statistics().heapBytes()).isLessThan(LEAST_BYTES);
			assertThat(index.search(new float[DIMENSIONS], 10)).isEmpty();
		}
	}

	private static void fill(HnswIndex index, int count) {
		index.addAll(TestVectors.ids(count), TestVectors.clustered(count, DIMENSIONS, 3));
	}

	/** Only every fourth collection leaves no garbage behind that is dear to move. */
	private static long usedHeap() {
		for (int i = 0; i < 4; i++) {
			System.gc();
		}
		Runtime runtime = Runtime.getRuntime();
		return runtime.totalMemory() - runtime.freeMemory();
	}

	private static HnswIndex index(int bits) {
		return HnswIndex.builder(DIMENSIONS)
			.metric(Metric.EUCLIDEAN)
			.m(6)
			.efConstruction(20)
			.threads(1)
			.seed(1)
			.quantization((bits == 0) ? Quantization.NONE : Quantization.bits(bits))
			.build();
	}

	@Test
	void aHundredTimesFullAndEmpty() {
		float[][] vectors = TestVectors.clustered(600, DIMENSIONS, 4);
		try (HnswIndex index = index(1)) {
			long[] most = new long[2];
			for (int cycle = 0; cycle < 100; cycle++) {
				index.addAll(TestVectors.ids(600), vectors);
				int which = (cycle < 10) ? 0 : 1;
				most[which] = Math.max(most[which], index.statistics().heapBytes());
				assertThat(index.search(vectors[cycle], 1)).extracting(Neighbor::id).containsExactly((long) cycle);
				for (long id = 0; id < 600; id++) {
					assertThat(index.remove(id)).isTrue();
				}
				assertThat(index.size()).isZero();
				HnswStatistics empty = index.statistics();
				assertThat(empty.removedSlots() + empty.freeSlots()).isLessThan(256);
			}
			assertThat(most[1]).isLessThanOrEqualTo(most[0] + most[0] / 10);
		}
	}

	@Test
	void savedAndLoadedAfterwards() {
		float[][] vectors = TestVectors.clustered(3000, DIMENSIONS, 5);
		Path file = this.directory.resolve("index.hnsw");
		try (HnswIndex index = shrunken(vectors)) {
			index.save(file);
			try (HnswIndex loaded = HnswIndex.load(file)) {
				assertThat(loaded.size()).isEqualTo(index.size());
				for (int id = 0; id < 600; id += 7) {
					assertThat(loaded.vector(id)).get().isEqualTo(index.vector(id).orElseThrow());
					assertThat(loaded.search(vectors[id], 20)).isEqualTo(index.search(vectors[id], 20));
				}
				assertThat(loaded.audit().isSound()).isTrue();
			}
		}
	}

	/** Grown, shrunk and grown again, by one thread. */
	@Test
	void theSameHistoryGivesTheSameFile() throws Exception {
		float[][] vectors = TestVectors.clustered(3000, DIMENSIONS, 6);
		Path one = this.directory.resolve("one.hnsw");
		Path other = this.directory.resolve("other.hnsw");
		try (HnswIndex index = shrunken(vectors)) {
			index.save(one);
		}
		try (HnswIndex index = shrunken(vectors)) {
			index.save(other);
		}
		assertThat(Files.mismatch(one, other)).isNegative();
	}

	private static HnswIndex shrunken(float[][] vectors) {
		HnswIndex index = index(4);
		index.addAll(TestVectors.ids(vectors.length), vectors);
		for (long id = 300; id < vectors.length; id++) {
			index.remove(id);
		}
		HnswStatistics statistics = index.statistics();
		assertThat(statistics.freeSlots()).isLessThan(1500);
		for (int id = 300; id < 600; id++) {
			index.add(id, vectors[id % 400]);
		}
		return index;
	}

	/** What was asked about is known by id, not by the number its slot had. */
	@ParameterizedTest
	@ValueSource(ints = { 1, 10, 30, 100, 1000, 1500, 2000 })
	void aFilterUnderWhichTheIndexShrinks(int calls) {
		int count = 3000;
		int stay = 300;
		try (HnswIndex index = index(1)) {
			fill(index, count);
			AtomicInteger called = new AtomicInteger();
			VectorQuery query = VectorQuery.of(new float[DIMENSIONS]).k(10);
			List<Neighbor> hits = index.search(query.filter((id) -> {
				if (called.incrementAndGet() == calls) {
					for (long gone = 0; gone < count - stay; gone++) {
						index.remove(gone);
					}
				}
				return id % 3 == 0 && id >= count - stay;
			}));
			assertThat(index.statistics().freeSlots()).isLessThan(count / 2);
			assertThat(hits).isEqualTo(index.search(query.filter((id) -> id % 3 == 0).exact()));
		}
	}

	/**
	 * Searches, additions, removals and saves all the time the index grows and shrinks.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 0, 1 })
	void whileOthersSearchAndChange(int bits) throws Exception {
		int stable = 60;
		int tide = 900;
		float[][] vectors = TestVectors.clustered(stable + 2 * tide, DIMENSIONS, 7);
		for (int id = 0; id < stable; id += 2) {
			// Each of these leads those of the tide, and stays when they go, or follows.
			vectors[stable + id] = vectors[id];
		}
		AtomicBoolean done = new AtomicBoolean();
		ExecutorService executor = Executors.newCachedThreadPool();
		try (HnswIndex index = index(bits)) {
			index.addAll(TestVectors.ids(stable), Arrays.copyOf(vectors, stable));
			List<Future<?>> others = new ArrayList<>();
			for (int searcher = 0; searcher < 2; searcher++) {
				Random random = new Random(searcher);
				others.add(executor.submit(() -> {
					while (!done.get()) {
						int id = random.nextInt(stable);
						long[] all = LongStream.range(0, stable).toArray();
						assertThat(index.contains(id)).isTrue();
						assertThat(index.vector(id)).get().isEqualTo(vectors[id]);
						assertThat(index.search(vectors[id], 1)).extracting(Neighbor::distance).containsExactly(0f);
						assertThat(index.search(VectorQuery.of(vectors[id]).k(stable).filter((hit) -> hit < stable)))
							.extracting(Neighbor::id)
							.containsExactlyInAnyOrder(LongStream.of(all).boxed().toArray(Long[]::new));
					}
				}));
			}
			others.add(executor.submit(() -> {
				while (!done.get()) {
					Path file = Files.createTempFile(this.directory, "tide", ".hnsw");
					index.save(file);
					try (HnswIndex loaded = HnswIndex.load(file)) {
						IndexAudit audit = loaded.audit();
						assertThat(audit.isSound()).as(audit.toString()).isTrue();
						for (int id = 0; id < stable; id++) {
							assertThat(loaded.vector(id)).get().isEqualTo(vectors[id]);
						}
					}
				}
				return null;
			}));
			List<Future<?>> tides = new ArrayList<>();
			for (int writer = 0; writer < 2; writer++) {
				int first = stable + writer * tide;
				tides.add(executor.submit(() -> {
					for (int i = 0; i < 4; i++) {
						for (int id = first; id < first + tide; id++) {
							index.add(id, vectors[id]);
						}
						for (int id = first; id < first + tide; id++) {
							assertThat(index.remove(id)).isTrue();
						}
					}
				}));
			}
			for (Future<?> future : tides) {
				future.get(300, TimeUnit.SECONDS);
			}
			done.set(true);
			for (Future<?> future : others) {
				future.get(300, TimeUnit.SECONDS);
			}
			HnswStatistics statistics = index.statistics();
			assertThat(statistics.size()).isEqualTo(stable);
			assertThat(statistics.freeSlots()).isLessThan(tide);
			assertThat(index.audit().isSound()).isTrue();
		}
		finally {
			done.set(true);
			executor.shutdown();
		}
	}

}

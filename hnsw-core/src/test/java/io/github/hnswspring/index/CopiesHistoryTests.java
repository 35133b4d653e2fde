package io.github.hnswspring.index;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.Walks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Equal vectors that come and go: slots are used again, and nothing of before is seen.
 */
class CopiesHistoryTests {

	private static final int DIMENSIONS = 128;

	@TempDir
	Path directory;

	@AfterEach
	void asUsual() {
		Walks.FreeWalks.asUsual();
	}

	@Test
	void everyIdOnceAtItsOwnDistance() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		float[][] pool = TestVectors.gaussian(60, DIMENSIONS, random, 1);
		Map<Long, float[]> model = new HashMap<>();
		try (HnswIndex index = HnswIndex.builder(DIMENSIONS).metric(Metric.EUCLIDEAN).m(8).efConstruction(40).build()) {
			for (int step = 0; step < 3000; step++) {
				long id = random.nextInt(900);
				if (random.nextInt(3) == 0) {
					index.remove(id);
					model.remove(id);
				}
				else {
					float[] vector = (random.nextInt(3) > 0) ? pool[random.nextInt(pool.length)]
							: TestVectors.gaussian(1, DIMENSIONS, random, 1)[0];
					index.add(id, vector);
					model.put(id, vector);
				}
				if (step % 40 == 39) {
					check(index, model, pool[random.nextInt(pool.length)], "seed " + seed + ", step " + step);
				}
			}
		}
	}

	private static void check(HnswIndex index, Map<Long, float[]> model, float[] query, String where) {
		List<Neighbor> hits = index.search(query, 2000);
		Set<Long> ids = new HashSet<>();
		for (Neighbor hit : hits) {
			assertThat(ids.add(hit.id())).as("id %d once, %s", hit.id(), where).isTrue();
			assertThat(model).as(where).containsKey(hit.id());
			assertThat((double) hit.distance()).as("id %d, %s", hit.id(), where)
				.isCloseTo(TestVectors.distance(Metric.EUCLIDEAN, query, model.get(hit.id())),
						org.assertj.core.api.Assertions.within(1e-4));
		}
		assertThat(hits).as(where).hasSameSizeAs(model.keySet());
	}

	@Test
	void whileSomeAreReplacedASearchForAllFindsEachOnce() throws Exception {
		int count = 400;
		float[][] vectors = TestVectors.gaussian(count, DIMENSIONS, new Random(4), 1);
		AtomicBoolean done = new AtomicBoolean();
		try (HnswIndex index = HnswIndex.builder(DIMENSIONS).metric(Metric.EUCLIDEAN).m(8).efConstruction(40).build()) {
			index.addAll(TestVectors.ids(count), vectors);
			Thread writer = new Thread(() -> {
				for (int i = 0; !done.get(); i++) {
					index.add(i % 20, vectors[(i % 2 == 0) ? i % 20 : (i + 7) % 20]);
				}
			});
			writer.start();
			try {
				for (int i = 0; i < 1500; i++) {
					List<Neighbor> hits = index.search(vectors[i % count], count);
					assertThat(hits.stream().map(Neighbor::id).distinct().count()).as("search " + i).isEqualTo(count);
					assertThat(hits).as("search " + i).hasSize(count);
				}
			}
			finally {
				done.set(true);
				writer.join();
			}
		}
	}

	/**
	 * Removed vectors that a sweep has not taken out yet need not be reached, so what
	 * equals one of them must not be hung behind it.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 5, 7, 9 })
	void whatWasRemovedAndComesBackIsReached(int seed) {
		Walks.FreeWalks.walkAlways();
		int count = 400;
		int stay = 5;
		Random random = new Random(seed);
		float[][] vectors = TestVectors.gaussian(count, 8, random, 1);
		List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
		Collections.shuffle(order, random);
		try (HnswIndex index = HnswIndex.builder(8).m(2).efConstruction(20).seed(seed).threads(1).build()) {
			index.addAll(TestVectors.ids(count), vectors);
			order.subList(stay, count).forEach(index::remove);
			for (int i = stay; i < count; i++) {
				index.add(order.get(i), vectors[order.get(i)]);
				assertThat(i % 20 > 0 || index.audit().isConnected()).as("after %d", i).isTrue();
			}
			for (int id = 0; id < count; id++) {
				assertThat(index.search(vectors[id], 1, 1)).extracting(Neighbor::id).containsExactly((long) id);
			}
			assertThat(index.audit().isConnected()).isTrue();
			assertThat(index.repair()).isZero();
		}
	}

	/** A full list of a walk may be full of what an earlier page showed. */
	@Test
	void pagesWithinALimitDoNotEndEarly() {
		Walks.FreeWalks.asIfLarge();
		Random random = new Random(6);
		float[][] corners = new float[6000][12];
		for (float[] corner : corners) {
			for (int i = 0; i < corner.length; i++) {
				corner[i] = random.nextInt(2) + random.nextInt(2) * 1e-3f;
			}
		}
		try (HnswIndex index = TestVectors.indexOf(Metric.EUCLIDEAN, corners)) {
			VectorQuery query = VectorQuery.of(new float[12]).k(10).maxDistance(2.5f);
			int within = index.search(query.k(6000).exact()).size();
			assertThat(within).isGreaterThan(1000);
			Set<Long> seen = new HashSet<>();
			List<Neighbor> page = index.search(query);
			while (!page.isEmpty()) {
				page.forEach((hit) -> assertThat(seen.add(hit.id())).isTrue());
				Neighbor last = page.get(page.size() - 1);
				page = index.search(query.after(last.distance(), last.id()));
			}
			assertThat(seen.size()).isGreaterThanOrEqualTo((int) (0.99 * within));
		}
	}

	/** A vector that is lost must not make the next file unreadable. */
	@Test
	void vectorsLostWithTheirFileAreNoDamage() throws Exception {
		float[][] vectors = TestVectors.gaussian(50, 2, new Random(8), 1);
		Path vectorFile = this.directory.resolve("vectors.f32");
		Path file = this.directory.resolve("index.hnsw");
		try (HnswIndex index = HnswIndex.builder(2).vectorFile(vectorFile).build()) {
			index.addAll(TestVectors.ids(50), vectors);
			index.remove(7);
			index.saveWithoutVectors(file);
		}
		Files.delete(vectorFile);
		Path again = this.directory.resolve("again.hnsw");
		try (HnswIndex index = HnswIndex.load(file, vectorFile,
				(id) -> (id != 7 && id != 9) ? vectors[(int) id] : null)) {
			index.save(again);
		}
		try (HnswIndex index = HnswIndex.load(again)) {
			assertThat(index.size()).isEqualTo(49);
			assertThat(index.search(vectors[8], 1).get(0).id()).isEqualTo(8);
			assertThat(index.search(vectors[8], 50)).hasSize(49).contains(new Neighbor(9, 1));
			assertThat(index.search(VectorQuery.of(vectors[8]).k(50).exact())).contains(new Neighbor(9, 1));
			index.add(9, vectors[9]);
			assertThat(index.search(vectors[9], 1).get(0).id()).isEqualTo(9);
		}
	}

}

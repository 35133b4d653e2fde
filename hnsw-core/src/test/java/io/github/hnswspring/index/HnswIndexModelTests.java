package io.github.hnswspring.index;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.github.hnswspring.fixtures.Walks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random operations on an index and on a map, which must agree. Few ids, so that every
 * slot is reused many times. The seed is in every failure message.
 */
@Walks
class HnswIndexModelTests {

	private static final int OPERATIONS = 30_000;

	private static final int IDS = 600;

	private static final int DIMENSIONS = 6;

	@TempDir
	Path directory;

	@Test
	void anIndexBehavesLikeAMap() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		Map<Long, float[]> model = new HashMap<>();
		HnswIndex index = HnswIndex.builder(DIMENSIONS).metric(Metric.EUCLIDEAN).m(5).efConstruction(40).build();
		for (int step = 0; step < OPERATIONS; step++) {
			String where = "seed " + seed + ", step " + step;
			long id = random.nextInt(IDS);
			// Phases of growth and of shrinking, so that sweeps and refills alternate.
			boolean grow = random.nextInt(100) < ((step / 3000 % 2 == 0) ? 70 : 30);
			if (grow) {
				float[] vector = TestVectors.gaussian(1, DIMENSIONS, random, 1)[0];
				index.add(id, vector);
				model.put(id, vector);
			}
			else {
				assertThat(index.remove(id)).as(where).isEqualTo(model.remove(id) != null);
			}
			if (step % 97 == 0) {
				check(index, model, random, where);
			}
			if (step % 7001 == 7000) {
				Path file = this.directory.resolve("model.hnsw");
				index.save(file);
				index.close();
				index = HnswIndex.load(file);
			}
		}
		assertThat(index.audit().isConnected()).as("seed " + seed).isTrue();
		index.close();
	}

	private static void check(HnswIndex index, Map<Long, float[]> model, Random random, String where) {
		assertThat(index.size()).as(where).isEqualTo(model.size());
		IndexAudit audit = index.audit();
		assertThat(audit.isConnected()).as(where + ": " + audit).isTrue();
		float[] query = TestVectors.gaussian(1, DIMENSIONS, random, 1)[0];
		List<Neighbor> hits = index.search(query, 10);
		List<Neighbor> exact = index.search(VectorQuery.of(query).k(10).exact());
		assertThat(hits).as(where).hasSize(Math.min(10, model.size()));
		assertThat(exact).as(where).hasSameSizeAs(hits);
		double nearest = model.values()
			.stream()
			.mapToDouble((vector) -> TestVectors.distance(Metric.EUCLIDEAN, vector, query))
			.min()
			.orElse(0);
		for (Neighbor hit : exact) {
			assertThat(model).as(where).containsKey(hit.id());
		}
		if (!exact.isEmpty()) {
			assertThat(exact.get(0).distance()).as(where).isCloseTo((float) nearest, within());
		}
		for (Neighbor hit : hits) {
			assertThat(model).as(where).containsKey(hit.id());
		}
	}

	private static org.assertj.core.data.Offset<Float> within() {
		return org.assertj.core.api.Assertions.within(1e-4f);
	}

}

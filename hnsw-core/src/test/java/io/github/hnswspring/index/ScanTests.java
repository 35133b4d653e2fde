package io.github.hnswspring.index;

import java.nio.file.Path;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Scans over the signs of everything meet holes, huge numbers and huge k. */
class ScanTests {

	@TempDir
	Path directory;

	/** At 1,536 dimensions a chunk of signs holds a thousand slots. */
	@Test
	void whereAWholeChunkOfSlotsIsFreeNothingIsScanned() {
		float[][] vectors = TestVectors.gaussian(3000, 1536, new Random(1), 1);
		Path file = this.directory.resolve("index.hnsw");
		try (HnswIndex index = HnswIndex.builder(1536).m(4).efConstruction(10).build()) {
			index.addAll(TestVectors.ids(3000), vectors);
			for (int id = 900; id < 2900; id++) {
				index.remove(id);
			}
			index.repair();
			assertThat(index.statistics().freeSlots()).isEqualTo(2000);
			index.save(file);
			finds(index, vectors);
		}
		try (HnswIndex index = HnswIndex.load(file)) {
			finds(index, vectors);
			for (int id = 900; id < 1900; id++) {
				index.add(id, vectors[id]);
			}
			assertThat(index.search(vectors[1500], 1).get(0).id()).isEqualTo(1500);
		}
	}

	private static void finds(HnswIndex index, float[][] vectors) {
		for (int id : new int[] { 0, 899, 2900, 2999 }) {
			assertThat(index.search(vectors[id], 5)).isEqualTo(index.search(VectorQuery.of(vectors[id]).k(5).exact()));
		}
	}

	@Test
	void allOfThemCanBeAskedFor() {
		float[][] vectors = TestVectors.ofFewFeatures(500, 96, 2);
		try (HnswIndex index = TestVectors.indexOf(Metric.EUCLIDEAN, vectors)) {
			assertThat(index.search(vectors[0], Integer.MAX_VALUE)).hasSize(500)
				.isEqualTo(index.search(VectorQuery.of(vectors[0]).k(500).exact()));
		}
	}

	@Test
	void vectorsWhoseSquaresOverflowAreFoundAmongOrdinaryOnes() {
		float[][] vectors = TestVectors.ofFewFeatures(600, 96, 3);
		for (int i = 0; i < 5; i++) {
			for (int d = 0; d < 96; d++) {
				vectors[i][d] *= 2e17f;
			}
		}
		try (HnswIndex index = TestVectors.indexOf(Metric.EUCLIDEAN, vectors)) {
			for (int i = 0; i < 10; i++) {
				assertThat(index.search(vectors[i], 10))
					.isEqualTo(index.search(VectorQuery.of(vectors[i]).k(10).exact()));
			}
		}
	}

}

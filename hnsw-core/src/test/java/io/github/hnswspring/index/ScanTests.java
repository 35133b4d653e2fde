package io.github.hnswspring.index;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Scans over the signs of everything meet holes, huge numbers and huge k. */
class ScanTests {

	private static final int COUNT = 2500;

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

	/** Where squares, or even products, are too small for a float. */
	@ParameterizedTest
	@CsvSource({ "DOT_PRODUCT,1e-20,1e-20", "DOT_PRODUCT,1e-22,1e-22", "DOT_PRODUCT,1e-24,1e10",
			"DOT_PRODUCT,1e10,1e-24", "DOT_PRODUCT,1e-10,1e-13", "EUCLIDEAN,1e-20,1e-20", "EUCLIDEAN,1e-22,1e-22",
			"EUCLIDEAN,1e-12,1e-12" })
	void tinyNumbersAreToldApart(Metric metric, float scale, float queryScale) {
		tinyNumbersAreToldApart(metric, 96, scale, queryScale);
	}

	@Test
	void tinyNumbersAreToldApartWithoutCodes() {
		tinyNumbersAreToldApart(Metric.EUCLIDEAN, 3, 1e-21f, 1e-21f);
		tinyNumbersAreToldApart(Metric.DOT_PRODUCT, 3, 1e-22f, 1e-22f);
	}

	private static void tinyNumbersAreToldApart(Metric metric, int dimensions, float scale, float queryScale) {
		float[][] vectors = scaled(TestVectors.ofFewFeatures(COUNT, dimensions, 5), scale);
		for (int i = 0; i < COUNT; i += 4) {
			vectors[i] = vectors[i % 40];
		}
		float[][] queries = scaled(TestVectors.ofFewFeatures(10, dimensions, 6), queryScale);
		for (int bits = 0; bits <= 8; bits += 4) {
			try (HnswIndex index = HnswIndex.builder(dimensions)
				.metric(metric)
				.m(4)
				.efConstruction(10)
				.quantization((bits == 0) ? Quantization.NONE : Quantization.bits(bits))
				.build()) {
				index.addAll(TestVectors.ids(COUNT), vectors);
				for (float[] query : queries) {
					List<Long> truth = LongStream.range(0, COUNT)
						.boxed()
						.sorted(Comparator
							.comparingDouble(
									(Long id) -> (float) TestVectors.distance(metric, query, vectors[id.intValue()]))
							.thenComparing(Function.identity()))
						.toList();
					assertThat(pages(index, VectorQuery.of(query).k(5))).as("%d bits", bits)
						.isEqualTo(truth.subList(0, 20));
					// Of so many matches the signs are looked up one by one.
					assertThat(pages(index, VectorQuery.of(query).k(5).filter((id) -> id % 10 > 0)))
						.as("%d bits, filtered", bits)
						.isEqualTo(truth.stream().filter((id) -> id % 10 > 0).limit(20).toList());
				}
			}
		}
	}

	private static float[][] scaled(float[][] vectors, float scale) {
		for (float[] vector : vectors) {
			for (int i = 0; i < vector.length; i++) {
				vector[i] *= scale;
			}
		}
		return vectors;
	}

	/** The first four pages. */
	private static List<Long> pages(HnswIndex index, VectorQuery query) {
		List<Long> ids = new ArrayList<>();
		List<Neighbor> page = index.search(query);
		for (int number = 0; number < 4; number++) {
			page.forEach((hit) -> ids.add(hit.id()));
			Neighbor last = page.get(page.size() - 1);
			page = index.search(query.after(last.distance(), last.id()));
		}
		return ids;
	}

}

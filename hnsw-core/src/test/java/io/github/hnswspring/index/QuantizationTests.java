package io.github.hnswspring.index;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.github.hnswspring.fixtures.Walks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Walking on codes: the same results, up to a stated recall, with exact distances. */
@Walks
class QuantizationTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@CsvSource({ "1,0.9", "2,0.95", "4,0.97", "8,0.97" })
	void recallOnGeneratedData(int bits, double least) {
		float[][] all = TestVectors.clustered(6100, 96, 31);
		float[][] base = Arrays.copyOf(all, 6000);
		float[][] queries = Arrays.copyOfRange(all, 6000, 6100);
		for (Metric metric : Metric.values()) {
			try (HnswIndex index = HnswIndex.builder(96).metric(metric).quantization(Quantization.bits(bits)).build()) {
				index.addAll(TestVectors.ids(base.length), base);
				assertThat(index.statistics().quantization()).isEqualTo(Quantization.bits(bits));
				float[] limits = Recall.limits(index, queries, 10);
				double recall = Recall.at(index, queries, limits, 10, 64);
				System.out.printf("%d-bit, %s: recall@10 at ef 64 %.4f%n", bits, metric, recall);
				assertThat(recall).as("%s, %d bits", metric, bits).isGreaterThan(least);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3, 100, 257, 1536, 4096 })
	void anyNumberOfDimensionsGivesExactDistances(int dimensions) {
		int count = (dimensions > 1000) ? 1200 : 3000;
		// Of equal length: for dot product, recall is promised for nothing else.
		float[][] vectors = TestVectors.normalized(TestVectors.clustered(count, dimensions, dimensions));
		for (Metric metric : Metric.values()) {
			try (HnswIndex index = HnswIndex.builder(dimensions)
				.metric(metric)
				.m(8)
				.efConstruction(50)
				.quantization(Quantization.bits(2))
				.build()) {
				index.addAll(TestVectors.ids(count), vectors);
				int agreed = 0;
				for (int q = 0; q < 20; q++) {
					List<Neighbor> exact = index.search(VectorQuery.of(vectors[q]).k(5).exact());
					List<Neighbor> hits = index.search(vectors[q], 5, 80);
					assertThat(hits).hasSize(5);
					for (Neighbor hit : hits) {
						assertThat((double) hit.distance()).isCloseTo(
								TestVectors.distance(metric, vectors[q], vectors[(int) hit.id()]),
								org.assertj.core.api.Assertions.within(0.01 + 1e-3 * Math.abs(hit.distance())));
						agreed += (hit.distance() <= exact.get(4).distance() + 1e-5) ? 1 : 0;
					}
				}
				assertThat(agreed).as("%s, %d dimensions", metric, dimensions).isGreaterThanOrEqualTo(85);
			}
		}
	}

	@Test
	void codesFollowUpdatesAndRemovals() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		float[][] vectors = TestVectors.clustered(4000, 96, seed);
		try (HnswIndex index = HnswIndex.builder(96)
			.metric(Metric.EUCLIDEAN)
			.quantization(Quantization.bits(4))
			.build()) {
			for (int i = 0; i < 12_000; i++) {
				int id = random.nextInt(4000);
				if (random.nextInt(3) == 0) {
					index.remove(id);
				}
				else {
					index.add(id, vectors[id]);
				}
			}
			int found = 0;
			int live = 0;
			for (int id = 0; id < 4000; id++) {
				if (index.contains(id)) {
					live++;
					found += (index.search(vectors[id], 1).get(0).distance() == 0) ? 1 : 0;
				}
			}
			assertThat(found).as("seed " + seed).isGreaterThan((int) (live * 0.99));
			assertThat(index.audit().isConnected()).as("seed " + seed).isTrue();
		}
	}

	@Test
	void vectorsThatOneBitCannotTellApartAreStillFound() {
		// Two values a component, both far from zero in the same direction after
		// centring on what came first: the first plane says nothing.
		Random random = new Random(5);
		float[][] vectors = TestVectors.gaussian(3000, 96, random, 1e-3);
		for (float[] vector : vectors) {
			for (int i = 0; i < vector.length; i++) {
				vector[i] += 1;
			}
		}
		try (HnswIndex index = HnswIndex.builder(96).quantization(Quantization.bits(1)).build()) {
			index.addAll(TestVectors.ids(3000), vectors);
			int found = 0;
			for (int q = 0; q < 100; q++) {
				found += (index.search(vectors[q], 1).get(0).id() == q) ? 1 : 0;
			}
			assertThat(found).isGreaterThan(95);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aSavedIndexKeepsItsCodesAndItsVectorFile(Metric metric) {
		float[][] vectors = TestVectors.clustered(3000, 100, 9);
		Path vectorFile = this.directory.resolve("vectors.f32");
		Path file = this.directory.resolve("index.hnsw");
		try (HnswIndex index = HnswIndex.builder(100)
			.metric(metric)
			.quantization(Quantization.bits(2))
			.vectorFile(vectorFile)
			.build()) {
			index.addAll(TestVectors.ids(3000), vectors);
			for (int id = 0; id < 200; id++) {
				index.remove(id);
			}
			index.saveWithoutVectors(file);
			try (HnswIndex loaded = HnswIndex.load(file, vectorFile, (id) -> {
				throw new AssertionError("nothing was missing, but id " + id + " was asked for");
			})) {
				assertThat(loaded.statistics().quantization()).isEqualTo(Quantization.bits(2));
				assertThat(loaded.statistics().mappedBytes()).isPositive();
				for (int q = 0; q < 100; q++) {
					assertThat(loaded.search(vectors[q], 10)).isEqualTo(index.search(vectors[q], 10));
				}
				assertThat(loaded.vector(2999)).get().isEqualTo(vectors[2999]);
			}
		}
	}

	@Test
	void damagedVectorsAreFetchedAnewFromTheSource() throws IOException {
		float[][] vectors = TestVectors.clustered(2000, 24, 10);
		Path vectorFile = this.directory.resolve("vectors.f32");
		Path file = this.directory.resolve("index.hnsw");
		try (HnswIndex index = HnswIndex.builder(24).vectorFile(vectorFile).build()) {
			index.addAll(TestVectors.ids(2000), vectors);
			index.saveWithoutVectors(file);
		}
		try (RandomAccessFile damage = new RandomAccessFile(vectorFile.toFile(), "rw")) {
			damage.seek(24 * 4 * 700);
			damage.write(new byte[24 * 4 * 100]);
		}
		try (HnswIndex loaded = HnswIndex.load(file, vectorFile, (id) -> vectors[(int) id])) {
			for (int id = 0; id < 2000; id++) {
				assertThat(loaded.vector(id)).get().isEqualTo(vectors[id]);
			}
		}
		Files.delete(vectorFile);
		try (HnswIndex loaded = HnswIndex.load(file, vectorFile, (id) -> vectors[(int) id])) {
			assertThat(loaded.search(vectors[5], 1).get(0).id()).isEqualTo(5);
			assertThat(loaded.vector(1999)).get().isEqualTo(vectors[1999]);
		}
	}

	@Test
	void aCompleteFileNeedsNoVectorFile() {
		float[][] vectors = TestVectors.clustered(1500, 96, 12);
		Path file = this.directory.resolve("index.hnsw");
		try (HnswIndex index = HnswIndex.builder(96)
			.quantization(Quantization.bits(1))
			.vectorFile(this.directory.resolve("vectors.f32"))
			.build()) {
			index.addAll(TestVectors.ids(1500), vectors);
			index.save(file);
		}
		try (HnswIndex loaded = HnswIndex.load(file)) {
			assertThat(loaded.vectorFile()).isEmpty();
			assertThat(loaded.search(vectors[7], 1).get(0).id()).isEqualTo(7);
		}
	}

	@Test
	void aReaderBesideTheOwnerSeesTheVectorsOfItsSnapshot() {
		float[][] vectors = TestVectors.clustered(2000, 96, 13);
		Path vectorFile = this.directory.resolve("vectors.f32");
		Path file = this.directory.resolve("index.hnsw");
		try (HnswIndex owner = HnswIndex.builder(96).vectorFile(vectorFile).build()) {
			owner.addAll(TestVectors.ids(2000), vectors);
			owner.saveWithoutVectors(file);
			try (HnswIndex reader = HnswIndex.loadShared(file, vectorFile, (id) -> vectors[(int) id])) {
				// The owner goes on and reuses slots.
				for (int round = 0; round < 3; round++) {
					for (int id = 0; id < 1500; id++) {
						owner.add(id, vectors[(id + 7 * round + 1) % 2000]);
					}
				}
				reader.add(5000, vectors[1]);
				for (int id = 0; id < 2000; id++) {
					assertThat(reader.vector(id)).get().isEqualTo(vectors[id]);
				}
				assertThat(reader.vector(5000)).get().isEqualTo(vectors[1]);
				assertThat(owner.vector(3)).get().isEqualTo(vectors[18]);
			}
		}
	}

	@Test
	void anExistingVectorFileIsNotOverwritten() throws IOException {
		Path vectorFile = Files.createFile(this.directory.resolve("vectors.f32"));
		assertThatThrownBy(() -> HnswIndex.builder(2).vectorFile(vectorFile).build())
			.hasMessageContaining("vectors.f32");
	}

	@Test
	void quantizationIsWrittenAsPeopleSayIt() {
		assertThat(Quantization.of("none")).isEqualTo(Quantization.NONE);
		assertThat(Quantization.of(" 4-bit ")).isEqualTo(Quantization.bits(4));
		assertThat(Quantization.of("1")).hasToString("1-bit");
		assertThatIllegalArgumentException().isThrownBy(() -> Quantization.of("9"));
		assertThatIllegalArgumentException().isThrownBy(() -> Quantization.bits(0));
	}

}

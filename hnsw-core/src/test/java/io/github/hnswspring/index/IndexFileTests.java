package io.github.hnswspring.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.Walks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Walks
class IndexFileTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@EnumSource
	void aLoadedIndexAnswersAsTheSavedOneDid(Metric metric) {
		float[][] vectors = TestVectors.clustered(3000, 20, 3);
		Path file = this.directory.resolve("index.hnsw");
		try (HnswIndex index = HnswIndex.builder(20).metric(metric).m(8).efConstruction(60).efSearch(33).build()) {
			index.addAll(TestVectors.ids(3000), vectors);
			for (int id = 0; id < 500; id += 5) {
				index.remove(id);
			}
			index.save(file);
			try (HnswIndex loaded = HnswIndex.load(file)) {
				assertThat(loaded.dimensions()).isEqualTo(20);
				assertThat(loaded.metric()).isEqualTo(metric);
				assertThat(loaded.m()).isEqualTo(8);
				assertThat(loaded.efConstruction()).isEqualTo(60);
				assertThat(loaded.efSearch()).isEqualTo(33);
				assertThat(loaded.size()).isEqualTo(2900);
				assertThat(loaded.audit().isSound()).isTrue();
				for (int q = 0; q < 200; q++) {
					assertThat(loaded.search(vectors[q], 10)).isEqualTo(index.search(vectors[q], 10));
				}
				assertThat(loaded.vector(7)).get().isEqualTo(vectors[7]);
				loaded.add(0, vectors[0]);
				assertThat(loaded.contains(0)).isTrue();
				assertThat(loaded.size()).isEqualTo(2901);
			}
		}
	}

	@Test
	void anEmptyIndexCanBeSaved() {
		Path file = this.directory.resolve("index.hnsw");
		try (HnswIndex index = HnswIndex.builder(3).build()) {
			index.save(file);
		}
		try (HnswIndex index = HnswIndex.load(file)) {
			assertThat(index.size()).isZero();
			index.add(1, new float[] { 1, 2, 3 });
			assertThat(index.search(new float[] { 1, 2, 3 }, 1)).hasSize(1);
		}
	}

	@Test
	void savingReplacesTheFileAndLeavesNothingElse() throws IOException {
		Path file = this.directory.resolve("index.hnsw");
		try (HnswIndex index = HnswIndex.builder(1).metric(Metric.EUCLIDEAN).build()) {
			index.save(file);
			index.add(1, new float[] { 1 });
			index.save(file);
		}
		try (Stream<Path> files = Files.list(this.directory)) {
			assertThat(files).containsExactly(file);
		}
		try (HnswIndex index = HnswIndex.load(file)) {
			assertThat(index.size()).isEqualTo(1);
		}
	}

	@Test
	void savingWhereNothingCanBeWrittenSaysSo() {
		try (HnswIndex index = HnswIndex.builder(1).build()) {
			Path missing = this.directory.resolve("missing").resolve("index.hnsw");
			assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> index.save(missing))
				.withMessageContaining("could not be saved")
				.withMessageContaining("index.hnsw");
		}
	}

	@Test
	void everyFlippedByteIsRefused() throws IOException {
		Path file = small();
		byte[] good = Files.readAllBytes(file);
		List<Integer> accepted = new ArrayList<>();
		for (int i = 0; i < good.length; i++) {
			byte[] bad = good.clone();
			bad[i] ^= (byte) (1 << (i % 8));
			Files.write(file, bad);
			try {
				HnswIndex.load(file).close();
				accepted.add(i);
			}
			catch (CorruptIndexException ex) {
				assertThat(ex.getMessage()).contains("index.hnsw");
			}
		}
		assertThat(accepted).isEmpty();
	}

	@Test
	void everyLengthButTheRightOneIsRefused() throws IOException {
		Path file = small();
		byte[] good = Files.readAllBytes(file);
		for (int length = 0; length < good.length; length++) {
			Files.write(file, Arrays.copyOf(good, length));
			assertThatThrownBy(() -> HnswIndex.load(file)).isInstanceOf(CorruptIndexException.class);
		}
		Files.write(file, Arrays.copyOf(good, good.length + 1));
		assertThatThrownBy(() -> HnswIndex.load(file)).isInstanceOf(CorruptIndexException.class);
	}

	@Test
	void aMissingFileIsAnInputError() {
		Path file = this.directory.resolve("none.hnsw");
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> HnswIndex.load(file))
			.withMessageContaining("none.hnsw");
	}

	private Path small() {
		Path file = this.directory.resolve("index.hnsw");
		try (HnswIndex index = HnswIndex.builder(2).metric(Metric.EUCLIDEAN).m(2).build()) {
			for (int id = 0; id < 12; id++) {
				index.add(id, new float[] { id, -id });
			}
			index.remove(5);
			index.save(file);
		}
		return file;
	}

}

package io.github.hnswspring.vectorstore;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What a store says is true, in words that need no knowledge of Java. */
@ExtendWith(OutputCaptureExtension.class)
class StoreMessageTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel();

	private void fill(int documents) {
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.model)) {
			store.add(StoreFixture.documents("d", documents, new Random(3)));
		}
	}

	private static String startLine(CapturedOutput output) {
		List<String> lines = output.getAll().lines().filter((line) -> line.contains("Vector store in ")).toList();
		return lines.get(lines.size() - 1);
	}

	@Test
	void aRebuildWithOtherParametersSaysThatTheFormerIndexAnswers(CapturedOutput output) {
		// So many that the new index is not there before the line is.
		fill(1_200);
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.model,
				(builder) -> builder.indexCustomizer((index) -> index.m(8)))) {
			assertThat(store.count()).isEqualTo(1_200);
			assertThat(startLine(output)).contains("the former one answers meanwhile").doesNotContain("exact");
		}
	}

	@Test
	void aRebuildWithoutAnIndexSaysThatSearchesAreExact(CapturedOutput output) throws IOException {
		fill(1_200);
		try (Stream<Path> files = Files.list(this.directory)) {
			for (Path file : files.filter((path) -> !path.getFileName().toString().startsWith("hnsw.db")).toList()) {
				Files.delete(file);
			}
		}
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.model)) {
			assertThat(store.count()).isEqualTo(1_200);
			assertThat(startLine(output)).contains("searches are exact meanwhile").doesNotContain("former");
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void aDirectoryThatCannotBeMadeIsToldInPlainWords() {
		assertThatExceptionOfType(StoreDirectoryException.class)
			.isThrownBy(() -> StoreFixture.open(Path.of("/proc/store"), this.model))
			.withMessageContaining("Store directory /proc/store cannot be used: ")
			.satisfies((ex) -> assertThat(ex.getMessage()).contains("hnsw.directory").doesNotContain("Exception"));
	}

	@Test
	void aRelativeDirectoryIsToldAsWhatItIs() {
		Path relative = Path.of("target", "no-store-here");
		assertThatExceptionOfType(StoreDirectoryException.class)
			.isThrownBy(() -> StoreFixture.open(relative, this.model, (builder) -> builder.readOnly(true)))
			.withMessageContaining(relative.toAbsolutePath() + " cannot be used: it does not exist")
			.satisfies((ex) -> assertThat(ex.directory()).isEqualTo(relative.toAbsolutePath()))
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("Exception"));
	}

	@Test
	void anImportFromNowhereIsToldInPlainWords() {
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.model)) {
			Path nowhere = Path.of("nowhere");
			assertThatExceptionOfType(StoreException.class).isThrownBy(() -> store.importFrom(nowhere))
				.withMessageContaining("Import of " + nowhere.toAbsolutePath() + " failed: "
						+ nowhere.resolve("manifest.json").toAbsolutePath() + " does not exist")
				.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("Exception"));
			assertThatExceptionOfType(StoreException.class).isThrownBy(() -> store.importSimpleVectorStore(nowhere))
				.withMessageContaining("Import of " + nowhere.toAbsolutePath() + " failed: ")
				.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("Exception"));
		}
	}

	@Test
	void failuresOfFilesAreSentences() {
		assertThat(StoreException.reason(new NoSuchFileException("a/b"))).isEqualTo("a/b does not exist");
		assertThat(StoreException.reason(new AccessDeniedException("a/b")))
			.isEqualTo("this user has no permission for a/b");
		assertThat(StoreException.reason(new FileSystemException("a/b", null, "No space left on device")))
			.isEqualTo("a/b: No space left on device");
		assertThat(StoreException.reason(new FileSystemException("a/b", "c", "Is a directory")))
			.isEqualTo("a/b -> c: Is a directory");
		assertThat(StoreException.reason(new IOException("It hurts"))).isEqualTo("It hurts");
	}

	@Test
	void aConfiguredNameThatIsNotTheStoresIsToldAsConfigured() {
		fill(1);
		assertThatExceptionOfType(EmbeddingModelMismatchException.class).isThrownBy(
				() -> StoreFixture.open(this.directory, this.model, (builder) -> builder.embeddingModelName("another")))
			.withMessageStartingWith("hnsw.embedding.model is 'another', but the store's embeddings come from "
					+ "'test-words' with 64 dimensions.")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("in use is", "hnsw.dimensions"));
	}

	@Test
	void configuredDimensionsThatAreNotTheStoresAreToldAsConfigured() {
		fill(1);
		EmbeddingModelMismatchException refused = catchThrowableOfType(EmbeddingModelMismatchException.class,
				() -> StoreFixture.open(this.directory, this.model, (builder) -> builder.dimensions(32)));
		assertThat(refused).hasMessageStartingWith(
				"hnsw.dimensions is 32, but the store's embeddings come from 'test-words' with 64 dimensions.");
		assertThat(refused.getMessage()).doesNotContain("hnsw.embedding.model");
		assertThat(refused.expectedDimensions()).isEqualTo(64);
		assertThat(refused.actualDimensions()).isEqualTo(32);
	}

	@Test
	void configuredDimensionsOfAnEmptyStoreAreNotToldAsStored() {
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.model,
				(builder) -> builder.dimensions(32))) {
			assertThatExceptionOfType(EmbeddingModelMismatchException.class)
				.isThrownBy(() -> store.add(StoreFixture.documents("d", 2, new Random(3))))
				.withMessageStartingWith("hnsw.dimensions is 32, but the embedding model in use is 'test-words' with "
						+ "64 dimensions.")
				.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("The store's embeddings come from"));
			assertThat(store.status().embeddingMismatch()).contains("32 dimensions (hnsw.dimensions)");
		}
	}

	@Test
	void aConfiguredNameIsNotToldAsWhereStoredEmbeddingsComeFrom(CapturedOutput output) {
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.model,
				(builder) -> builder.embeddingModelName("configured"))) {
			assertThat(startLine(output)).contains("0 documents", "hnsw.embedding.model is 'configured'")
				.doesNotContain("from 'configured'");
			store.add(StoreFixture.documents("d", 1, new Random(3)));
		}
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.model)) {
			assertThat(store.count()).isEqualTo(1);
			assertThat(startLine(output)).contains("from 'configured'");
		}
	}

}

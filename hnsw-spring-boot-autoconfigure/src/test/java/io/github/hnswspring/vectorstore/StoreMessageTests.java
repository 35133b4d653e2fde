package io.github.hnswspring.vectorstore;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.Metric;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
	void aStartTellsWhenDocumentsEnd(CapturedOutput output) {
		StoreFixture
			.open(this.directory, this.model,
					(builder) -> builder.timeToLive(Duration.ofDays(30).plus(Duration.ofMinutes(90))))
			.close();
		assertThat(startLine(output)).endsWith(": 0 documents; documents end after 30d1h30m");
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

	@Test
	void whatIsNullIsNamed() {
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.model)) {
			SearchRequest request = SearchRequest.builder().query("river").build();
			Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
			calls.put("request", () -> store.similaritySearch((SearchRequest) null));
			calls.put("request ", () -> store.explain(null, "a"));
			calls.put("request  ", () -> store.search(null, null));
			calls.put("request   ", () -> store.list(null, null));
			calls.put("request    ", () -> HnswSearchRequest.of(null));
			calls.put("vector", () -> store.similaritySearch(null, request));
			calls.put("mode", () -> HnswSearchRequest.of(request).withMode(null));
			calls.put("documents", () -> store.add(null));
			calls.put("documents ", () -> store.add(null, List.of()));
			calls.put("embeddings", () -> store.add(List.of(), null));
			calls.put("filter", () -> store.replace(null, List.of()));
			calls.put("filter ", () -> store.count(null));
			calls.put("filter  ", () -> store.delete((Filter.Expression) null));
			calls.put("ids", () -> store.delete((List<String>) null));
			calls.put("ids ", () -> store.get(null));
			calls.put("id", () -> store.exists(null));
			calls.put("target", () -> store.backup(null));
			calls.put("target ", () -> store.exportTo((Path) null));
			calls.put("consumer", () -> store.exportTo((BiConsumer<Document, float[]>) null));
			calls.put("fallback", () -> store.exportedEmbeddings(null));
			calls.put("source", () -> store.importFrom(null));
			calls.put("file", () -> store.importSimpleVectorStore(null));
			calls.put("target  ", () -> HnswVectorStore.salvage(this.directory, null, Metric.COSINE));
			calls.put("metric", () -> HnswVectorStore.salvage(this.directory, this.directory, null));
			calls.put("mode ", () -> HnswVectorStore.builder(this.model).searchMode(null));
			calls.put("limits", () -> HnswVectorStore.builder(this.model).limits(null));
			calls.put("listener", () -> store.addListener(null));
			calls.forEach((name, call) -> assertThatIllegalArgumentException().isThrownBy(call)
				.withMessageStartingWith("The " + name.strip() + " must not be null; "));
		}
	}

	@Test
	void limitsNameTheirProperty() {
		Limits limits = Limits.DEFAULTS.withIdLength(3)
			.withTextLength(4)
			.withMetadataLength(20)
			.withMetadataDepth(1)
			.withDocumentsPerCall(1)
			.withQueryLength(5)
			.withFilterSize(1)
			.withDimensions(9);
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.model,
				(builder) -> builder.limits(limits))) {
			SearchRequest many = SearchRequest.builder().query("river").topK(20_000).build();
			assertThatIllegalArgumentException().isThrownBy(() -> store.similaritySearch(many))
				.withMessage("topK is 20000, but at most 10000 is accepted; ask for fewer results; "
						+ "search(request, token) gives further ones page by page. The limit is hnsw.limits.top-k");
			Map<String, ThrowingCallable> calls = Map.of("id-length", () -> add(store, "four", "t", 1), "text-length",
					() -> add(store, "a", "longer", 1), "metadata-length", () -> add(store, "a", "t", "x".repeat(30)),
					"metadata-depth", () -> add(store, "a", "t", List.of(1)), "documents-per-call",
					() -> store.add(StoreFixture.documents("d", 2, new Random(3))), "query-length",
					() -> store.similaritySearch("mountain"), "filter-size",
					() -> store.count(HnswSearchRequest.parseFilter("a == 1 && b == 2")), "dimensions",
					() -> add(store, "a", "t", 1));
			calls.forEach((property, call) -> assertThatThrownBy(call).as(property)
				.hasMessageContaining("hnsw.limits." + property));
		}
	}

	private static void add(HnswVectorStore store, String id, String text, Object value) {
		store.add(List.of(StoreFixture.document(id, text, "key", value)));
	}

}

package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.reliability.ReliabilityReport;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.TextIndexState;
import io.github.hnswspring.vectorstore.UnsupportedStoreVersionException;
import io.github.hnswspring.vectorstore.filter.FilterEvaluator;
import io.github.hnswspring.vectorstore.storage.StoreSchema;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** A store that an earlier version wrote opens with everything in it. */
@ParameterizedClass
@ValueSource(strings = { "store-1", "store-2", "store-3" })
class GoldenStoreTests {

	@Parameter
	String version;

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = GoldenStore.model();

	private Map<String, byte[]> golden;

	@BeforeEach
	void copy() throws IOException {
		this.golden = copy(GoldenStore.VERSION_1.resolveSibling(this.version), this.directory);
	}

	private static Map<String, byte[]> copy(Path from, Path to) throws IOException {
		Map<String, byte[]> files = files(from);
		for (Map.Entry<String, byte[]> file : files.entrySet()) {
			Files.write(to.resolve(file.getKey()), file.getValue());
		}
		return files;
	}

	private static Map<String, byte[]> files(Path path) throws IOException {
		Map<String, byte[]> files = new TreeMap<>();
		try (var all = Files.newDirectoryStream(path)) {
			for (Path file : all) {
				files.put(file.getFileName().toString(), Files.readAllBytes(file));
			}
		}
		return files;
	}

	private static Map<String, Document> expected() {
		Map<String, Document> expected = new HashMap<>();
		GoldenStore.documents().forEach((document) -> expected.put(document.getId(), document));
		expected.put("given", GoldenStore.document("given", 40));
		return expected;
	}

	@Test
	void everyDocumentComesBackBitByBit() {
		Map<String, Document> expected = expected();
		try (HnswVectorStore store = GoldenStore.open(this.directory)) {
			assertThat(store.count()).isEqualTo(expected.size());
			long seen = store.exportTo((document, vector) -> {
				Document wanted = expected.get(document.getId());
				assertThat(wanted).as(document.getId()).isNotNull();
				assertThat(document.getText()).isEqualTo(wanted.getText());
				assertSame(document.getMetadata(), wanted.getMetadata());
				float[] paid = document.getId().equals("given") ? GoldenStore.given()
						: this.model.vector(wanted.getText());
				assertThat(Arrays.equals(vector, paid)).as(document.getId()).isTrue();
			});
			assertThat(seen).isEqualTo(expected.size());
		}
		ReliabilityReport.record("Formats are for ever", "GoldenStoreTests.everyDocumentComesBackBitByBit",
				this.version + ": " + expected.size() + " documents with " + GoldenStore.everything().size()
						+ " types of metadata, bit-equal embeddings");
	}

	/** The same values of the same classes. */
	private static void assertSame(Map<String, Object> actual, Map<String, Object> expected) {
		assertThat(actual.keySet()).isEqualTo(expected.keySet());
		expected.forEach((name, value) -> {
			assertThat(Objects.deepEquals(actual.get(name), value)).as(name + " = " + actual.get(name)).isTrue();
			if (!(value instanceof List || value instanceof Map)) {
				assertThat(actual.get(name)).as(name).hasSameClassAs(value);
			}
		});
	}

	@Test
	void itsIndexIsLoadedAndNotBuiltAnew() throws IOException {
		try (HnswVectorStore store = GoldenStore.open(this.directory)) {
			assertThat(store.status().indexState()).isEqualTo(IndexState.READY);
			assertThat(store.status().lastSnapshotChange()).as("of the loaded snapshot")
				.isPositive()
				.isEqualTo(store.status().lastChange());
			assertThat(store.index().audit().isSound()).isTrue();
			assertThat(store.index().statistics().size()).isEqualTo(expected().size());
		}
		Map<String, byte[]> after = files(this.directory);
		assertThat(this.golden.keySet()).anyMatch((name) -> name.startsWith("index-"));
		this.golden.forEach((name, content) -> {
			if (name.startsWith("index")) {
				assertThat(after.get(name)).as(name + " was not written again").isEqualTo(content);
			}
		});
	}

	@Test
	void everyDocumentIsFoundAndFiltersMatch() {
		try (HnswVectorStore store = GoldenStore.open(this.directory)) {
			for (Document document : GoldenStore.documents()) {
				float[] vector = this.model.vector(document.getText());
				assertThat(store.similaritySearch(vector, SearchRequest.builder().topK(1).build()))
					.extracting(Document::getId)
					.containsExactly(document.getId());
				SearchRequest ten = SearchRequest.builder().query("").topK(10).build();
				assertThat(store.similaritySearch(vector, ten)).extracting(Document::getId)
					.containsExactlyElementsOf(
							store.similaritySearch(HnswSearchRequest.of(ten).withVector(vector).withExactSearch())
								.stream()
								.map(Document::getId)
								.toList());
			}
			SearchRequest filtered = SearchRequest.builder()
				.query("x")
				.topK(50)
				.filterExpression("even == true && number >= 30")
				.build();
			assertThat(store.similaritySearch(filtered)).extracting(Document::getId)
				.containsExactlyInAnyOrder("d30", "d32", "d34", "given");
		}
	}

	@Test
	void everyDocumentIsFoundByItsWords() {
		try (HnswVectorStore store = GoldenStore.open(this.directory)) {
			// Those of earlier versions have none, or one of an earlier analysis.
			StoreFixture.await("the text index", () -> store.status().textIndexState() == TextIndexState.READY);
			for (int i = 0; i < 36; i++) {
				assertThat(words(store, "what is number " + i)).first().isEqualTo("d" + i);
				assertThat(words(store, Integer.toString(i))).containsExactly("d" + i);
			}
			assertThat(words(store, "golden")).hasSize(37).doesNotContain("gone", "bare");
			assertThat(words(store, "replaced deleted")).isEmpty();
		}
	}

	private static List<String> words(HnswVectorStore store, String query) {
		SearchRequest request = SearchRequest.builder().query(query).topK(100).build();
		return store.similaritySearch(HnswSearchRequest.of(request).withMode(SearchMode.TEXT))
			.stream()
			.map(Document::getId)
			.toList();
	}

	/** A reader upgrades nothing. */
	@Test
	void aReaderFindsByMeaningAndByWordsIfThereIsATextIndex() {
		try (HnswVectorStore store = HnswVectorStore.builder(this.model)
			.directory(this.directory)
			.readOnly(true)
			.build()) {
			store.start();
			assertThat(store.similaritySearch("golden text number 7 of many")).first()
				.extracting(Document::getId)
				.isEqualTo("d7");
			if (this.version.equals("store-1")) {
				assertThat(store.status().textIndexState()).isEqualTo(TextIndexState.OFF);
				assertThatIllegalStateException().isThrownBy(() -> words(store, "number"))
					.withMessageContaining("earlier format")
					.withMessageContaining("mode dense");
			}
			else {
				assertThat(words(store, "7")).containsExactly("d7");
			}
			assertThat(store.status().damage()).isNull();
		}
		assertThat(this.directory.resolve("hnsw.db")).hasBinaryContent(this.golden.get("hnsw.db"));
	}

	/**
	 * The version that wrote it took strings for equal that spell one instant. Its tables
	 * of filters need not be derived anew to answer otherwise, so a reader does as well.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void stringsThatLookLikeDatesEqualOnlyThemselvesAfterAnUpgrade(boolean readOnly, @TempDir Path dates)
			throws IOException {
		copy(GoldenStore.VERSION_1_DATES, dates);
		try (HnswVectorStore store = HnswVectorStore.builder(this.model).directory(dates).readOnly(readOnly).build()) {
			store.start();
			assertThat(store.count()).isEqualTo(GoldenStore.dates().size());
			FilterExpressionBuilder b = new FilterExpressionBuilder();
			for (String spelling : List.of("2024-01-15", "2024-01-15T00:00:00Z", "2024-01-15T00:00",
					"2024-01-15T02:00:00+02:00", "2024-01-15T00:00Z")) {
				// Dates have no spelling.
				List<String> expected = new ArrayList<>(List.of("instant", "localDate"));
				if (!spelling.equals("2024-01-15T00:00Z")) {
					expected.add(spelling);
				}
				Filter.Expression equal = b.eq("conversationId", spelling).build();
				assertFound(store, equal, expected);
				assertFound(store, b.in("conversationId", "y", spelling).build(), expected);
				assertFound(store, b.and(b.gte("conversationId", spelling), b.lte("conversationId", spelling)).build(),
						List.of("2024-01-15", "2024-01-15T00:00:00Z", "2024-01-15T00:00", "2024-01-15T02:00:00+02:00",
								"instant", "localDate"));
				expected.remove("instant");
				assertFound(store, b.eq("all", spelling).build(), expected);
			}
			assertFound(store, b.eq("conversationId", LocalDate.of(2024, 1, 15)).build(), List.of("2024-01-15",
					"2024-01-15T00:00:00Z", "2024-01-15T00:00", "2024-01-15T02:00:00+02:00", "instant", "localDate"));
			assertFound(store, b.eq("conversationId", "2024-01-15x").build(), List.of("text"));
			assertThat(store.status().damage()).isNull();
			if (!readOnly) {
				store.delete("conversationId == '2024-01-15T00:00'");
				assertThat(store.get(List.of("2024-01-15T00:00", "instant", "localDate"))).isEmpty();
				assertThat(store.count()).isEqualTo(4);
				store.replace(b.eq("all", "2024-01-15").build(), List.of());
				assertThat(store.exists("2024-01-15")).isFalse();
				assertThat(store.count()).isEqualTo(3);
			}
		}
	}

	/** Every way to ask gives the same answer. */
	private static void assertFound(HnswVectorStore store, Filter.Expression filter, List<String> expected) {
		SearchRequest request = SearchRequest.builder().query("memory").topK(100).filterExpression(filter).build();
		assertThat(store.similaritySearch(request)).extracting(Document::getId)
			.as("%s", filter)
			.containsExactlyInAnyOrderElementsOf(expected);
		assertThat(store.similaritySearch(HnswSearchRequest.of(request).withExactSearch())).extracting(Document::getId)
			.containsExactlyInAnyOrderElementsOf(expected);
		assertThat(store.list(filter, DocumentPageRequest.first(100)).documents()).extracting(Document::getId)
			.containsExactlyInAnyOrderElementsOf(expected);
		assertThat(store.count(filter)).isEqualTo(expected.size());
		FilterEvaluator evaluator = new FilterEvaluator(filter);
		assertThat(GoldenStore.dates().stream().filter((document) -> evaluator.matches(document.getMetadata())))
			.extracting(Document::getId)
			.containsExactlyInAnyOrderElementsOf(expected);
	}

	@Test
	void itGoesOnAndPaysForNothingAgain() {
		TestEmbeddingModel counting = GoldenStore.model();
		try (HnswVectorStore store = HnswVectorStore.builder(counting)
			.directory(this.directory)
			.m(6)
			.batchingStrategy(List::of)
			.build()) {
			store.add(GoldenStore.documents());
			assertThat(counting.calls()).isZero();
			store.add(GoldenStore.documents().stream().map(GoldenStoreTests::readAgain).toList());
			assertThat(counting.calls()).as("the same texts out of a splitter").isZero();
			store.delete(GoldenStore.documents().stream().map((document) -> "again " + document.getId()).toList());
			store.add(List.of(new Document("new", "new text", Map.of())));
			store.delete(List.of("d1"));
			assertThat(store.count()).isEqualTo(expected().size());
		}
	}

	private static Document readAgain(Document document) {
		return document.mutate()
			.id("again " + document.getId())
			.metadata(Map.of("parent_document_id", UUID.randomUUID().toString(), "chunk_index", 1, "total_chunks", 2))
			.build();
	}

	@Test
	void aLaterVersionIsRefusedAndLeftAlone() throws Exception {
		Path database = this.directory.resolve("hnsw.db");
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
				Statement statement = connection.createStatement()) {
			statement.execute("PRAGMA user_version = " + (StoreSchema.VERSION + 1));
		}
		assertThatExceptionOfType(UnsupportedStoreVersionException.class)
			.isThrownBy(() -> GoldenStore.open(this.directory))
			.withMessageContaining("hnsw.db")
			.withMessageContaining(String.valueOf(StoreSchema.VERSION + 1))
			.withMessageContaining(String.valueOf(StoreSchema.VERSION));
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
				Statement statement = connection.createStatement()) {
			assertThat(statement.executeQuery("PRAGMA user_version").getInt(1)).isEqualTo(StoreSchema.VERSION + 1);
			assertThat(statement.executeQuery("SELECT count(*) FROM document").getInt(1)).isEqualTo(expected().size());
		}
	}

}

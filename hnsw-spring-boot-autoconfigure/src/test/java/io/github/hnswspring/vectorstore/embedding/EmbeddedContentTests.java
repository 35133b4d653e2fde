package io.github.hnswspring.vectorstore.embedding;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TimeZone;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreFixture;

import org.springframework.ai.document.DefaultContentFormatter;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.reader.TextReader;
import org.springframework.ai.transformer.splitter.TokenTextSplitter;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What of a document is embedded, with a model that puts the metadata in front of the
 * text, as OpenAI's does.
 */
class EmbeddedContentTests {

	@TempDir
	Path directory;

	@TempDir
	Path files;

	private final TestEmbeddingModel model = new MetadataEmbeddingModel();

	private HnswVectorStore store;

	private void open(List<String> excluded) {
		this.store = StoreFixture.open(this.directory, this.model,
				(builder) -> builder.excludedEmbedMetadataKeys(excluded));
	}

	private void open() {
		this.store = StoreFixture.open(this.directory, this.model);
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	/** Read and split anew, with Spring AI's own classes as they come. */
	private static List<Document> read(Resource text) {
		return TokenTextSplitter.builder()
			.withChunkSize(40)
			.withMinChunkSizeChars(10)
			.build()
			.apply(new TextReader(text).read());
	}

	@Test
	void anUnchangedSourceReadTwiceIsEmbeddedOnce() {
		String text = IntStream.range(0, 120)
			.mapToObj((i) -> StoreFixture.text("Sentence " + i, new Random(i)) + ".")
			.collect(Collectors.joining(" "));
		Resource source = new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), "handbook");
		open();
		List<Document> first = read(source);
		List<Document> second = read(source);
		assertThat(first).hasSizeGreaterThan(20);
		assertThat(second.get(0).getMetadata().get("parent_document_id")).as("what makes this hard")
			.isNotNull()
			.isNotEqualTo(first.get(0).getMetadata().get("parent_document_id"));
		this.store.add(first);
		long bought = this.store.status().embeddingsComputed();
		assertThat(bought).isEqualTo(first.size());

		this.store.add(second);

		assertThat(this.store.status().embeddingsComputed() - bought).as("embeddings bought the second time").isZero();
		assertThat(this.model.timesEmbedded().keySet())
			.allSatisfy((sent) -> assertThat(sent).contains("source: ", "charset: UTF-8")
				.doesNotContain("parent_document_id", "chunk_index", "total_chunks"));
		assertThat(this.store.get(List.of(second.get(3).getId())).get(0).getMetadata())
			.as("stored and returned are all keys")
			.isEqualTo(second.get(3).getMetadata())
			.containsKeys("parent_document_id", "chunk_index", "total_chunks");
	}

	@Test
	void otherKeysAreLeftOutAsWellIfAskedFor() {
		open(List.of("read_at"));
		this.store.add(List.of(document("1", Map.of("read_at", "today", "title", "Fees", "chunk_index", 3))));
		this.store.add(List.of(document("2", Map.of("read_at", "tomorrow", "title", "Fees", "chunk_index", 3))));

		assertThat(this.model.timesEmbedded()).hasSize(1);
		assertThat(sent()).contains("title: Fees", "the text").doesNotContain("read_at", "chunk_index");
	}

	@Test
	void nothingIsLeftOutIfAskedFor() {
		open(List.of());
		this.store.add(List.of(document("1", Map.of("chunk_index", 3))));

		assertThat(sent()).isEqualTo("chunk_index: 3\n\nthe text");
	}

	@Test
	void aFormatterOfTheDocumentItselfDecides() {
		open();
		Document document = document("1", Map.of("chunk_index", 3, "secret", "x"));
		document.setContentFormatter(DefaultContentFormatter.builder()
			.withMetadataTemplate("<{key}={value}>")
			.withExcludedEmbedMetadataKeys("secret")
			.build());
		this.store.add(List.of(document));

		assertThat(sent()).isEqualTo("<chunk_index=3>\n\nthe text");
	}

	@Test
	void whatIsHashedIsWhatIsSent() throws Exception {
		open();
		Document plain = document("1", Map.of("title", "Fees", "year", 2024));
		this.store.add(List.of(plain));

		assertThat(sent()).as("as before there were excluded keys")
			.isEqualTo(plain.getFormattedContent(MetadataMode.EMBED));
		this.store.add(List.of(document("2", Map.of("title", "Fees", "year", 2024, "total_chunks", 1))));
		assertThat(this.model.timesEmbedded()).as("the same is sent, so nothing is").hasSize(1);
		this.store.add(List.of(document("3", Map.of("title", "Fines", "year", 2024))));
		assertThat(this.model.timesEmbedded()).hasSize(2);
		Path export = this.files.resolve("export");
		this.store.exportTo(export);
		String lines = Files.readString(export.resolve("documents.jsonl"));
		for (String sent : this.model.timesEmbedded().keySet()) {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(sent.getBytes(StandardCharsets.UTF_8));
			assertThat(lines).contains(HexFormat.of().formatHex(hash));
		}
	}

	@Test
	void whatASearchAddedIsNotEmbedded() {
		open();
		this.store.add(List.of(document("1", Map.of("title", "Fees"))));
		for (SearchMode mode : SearchMode.values()) {
			List<Document> found = this.store.similaritySearch(
					HnswSearchRequest.of(SearchRequest.builder().query("the text").build()).withMode(mode));
			assertThat(found).hasSize(1);
			this.store.add(found);
		}

		assertThat(this.model.timesEmbedded().keySet()).filteredOn((sent) -> sent.contains("Fees"))
			.as("contents with the title")
			.hasSize(1);
	}

	@Test
	void theOrderInWhichMetadataWasPutTogetherDoesNotMatter() {
		open();
		// Keys of the same hash code: a HashMap, which is what a Document keeps, hands
		// them out as they came, and those of Map.of come in another order in each JVM.
		this.store.add(List.of(document("1", ordered("AaAa", "AaBB", "BBAa", "BBBB"))));
		this.store.add(List.of(document("2", ordered("BBBB", "AaBB", "BBAa", "AaAa"))));
		Document grown = document("3", ordered("BBAa", "AaAa", "BBBB", "AaBB"));
		IntStream.range(0, 40).forEach((i) -> grown.getMetadata().put("key" + i, i));
		IntStream.range(0, 40).forEach((i) -> grown.getMetadata().remove("key" + i));
		this.store.add(List.of(grown));

		assertThat(this.model.timesEmbedded()).hasSize(1);
	}

	@Test
	void norDoesItInsideOfValuesOrWithExcludedKeys() {
		open();
		this.store.add(List.of(document("1", Map.of("nested", ordered("Aa", "BB"), "set",
				new LinkedHashSet<>(List.of("a", "b")), "chunk_index", 1))));
		this.store.add(List.of(document("2", Map.of("nested", ordered("BB", "Aa"), "set",
				new LinkedHashSet<>(List.of("b", "a")), "chunk_index", 2))));

		assertThat(this.model.timesEmbedded()).hasSize(1);
		assertThat(sent()).contains("nested: {Aa=x, BB=x}", "set: [a, b]");
	}

	@Test
	void norWithAFormatterOfTheDocument() {
		open();
		for (Map<String, Object> metadata : List.of(ordered("Aa", "BB"), ordered("BB", "Aa"))) {
			Document document = document(metadata.toString(), metadata);
			document.setContentFormatter((formatted, mode) -> formatted.getMetadata() + formatted.getText());
			this.store.add(List.of(document));
		}

		assertThat(this.model.timesEmbedded()).hasSize(1);
	}

	@Test
	void arraysAreEmbeddedByWhatTheyHold() {
		open();
		for (String id : List.of("1", "2")) {
			this.store.add(List.of(document(id, Map.of("tags", new String[] { "a", "b" }, "grid",
					List.of(new int[] { 1, 2 }), "vector", new float[] { 1, 2 }))));
		}

		assertThat(this.model.timesEmbedded()).hasSize(1);
		assertThat(sent()).contains("tags: [a, b]", "grid: [[1, 2]]").doesNotContain("vector", "@");
	}

	@Test
	void aDateIsEmbeddedInTheSameWordsInEveryTimeZone() {
		TimeZone zone = TimeZone.getDefault();
		open();
		try {
			for (String id : List.of("Asia/Tokyo", "America/New_York")) {
				TimeZone.setDefault(TimeZone.getTimeZone(id));
				this.store.add(List.of(document(id, Map.of("date", Date.from(Instant.parse("2026-11-20T08:00:00Z"))))));
			}
		}
		finally {
			TimeZone.setDefault(zone);
		}

		assertThat(this.model.timesEmbedded()).hasSize(1);
	}

	@Test
	void whatASearchFoundIsAddedAgainForNothing() {
		open();
		this.store.add(List.of(document("1", Map.of("title", "Fees", "tags", new String[] { "a" }, "unit",
				NamedUnit.DAYS, "places", new LinkedHashSet<>(List.of("z", "a"))))));
		List<Document> found = this.store.similaritySearch("fees");
		long bought = this.store.status().embeddingsComputed();
		assertThat(found.get(0).getMetadata()).containsKey("distance");

		this.store.add(found);

		assertThat(this.store.status().embeddingsComputed()).isEqualTo(bought);
	}

	@Test
	void whatWasPaidForInTheOrderItCameInIsKnownToAnOlderStore() {
		AsItComes former = new AsItComes();
		this.store = StoreFixture.open(this.directory, former);
		Document first = document("1", ordered("BB", "Aa"));
		former.original = first;
		this.store.add(List.of(first));
		assertThat(former.timesEmbedded().keySet()).as("what makes this hard")
			.containsExactly("BB: x\nAa: x\n\nthe text");
		this.store.close();

		open();
		this.store.add(List.of(document("2", ordered("Aa", "BB")), document("3", ordered("BB", "Aa"))));
		this.store.replace(new FilterExpressionBuilder().eq("Aa", "x").build(),
				List.of(document("4", ordered("Aa", "BB")), first));

		assertThat(this.model.timesEmbedded()).as("bought again").isEmpty();
		this.store.delete(List.of("1"));
		this.store.add(List.of(document("5", ordered("Aa", "BB"))));
		assertThat(this.model.timesEmbedded()).as("known by its new hash from then on").isEmpty();
	}

	private static Map<String, Object> ordered(String... keys) {
		Map<String, Object> map = new LinkedHashMap<>();
		for (String key : keys) {
			map.put(key, "x");
		}
		return map;
	}

	private String sent() {
		return this.model.timesEmbedded().keySet().iterator().next();
	}

	private static Document document(String id, Map<String, Object> metadata) {
		return new Document(id, "the text", metadata);
	}

	/** Embeds what Spring AI's classes for OpenAI and Mistral do by default. */
	private static final class MetadataEmbeddingModel extends TestEmbeddingModel {

		@Override
		public String getEmbeddingContent(Document document) {
			return document.getFormattedContent(MetadataMode.EMBED);
		}

	}

	/** Embeds a document as it came, like this store did at first. */
	private static final class AsItComes extends TestEmbeddingModel {

		private Document original = new Document("none");

		@Override
		public String getEmbeddingContent(Document document) {
			return this.original.getFormattedContent(MetadataMode.EMBED);
		}

	}

	private enum NamedUnit {

		DAYS;

		@Override
		public String toString() {
			return "in days";
		}

	}

}

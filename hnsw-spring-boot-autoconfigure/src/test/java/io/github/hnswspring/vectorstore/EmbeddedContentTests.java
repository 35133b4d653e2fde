package io.github.hnswspring.vectorstore;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.DefaultContentFormatter;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.reader.TextReader;
import org.springframework.ai.transformer.splitter.TokenTextSplitter;
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
	void otherKeysAreLeftOutIfAskedFor() {
		open(List.of("read_at"));
		this.store.add(List.of(document("1", Map.of("read_at", "today", "title", "Fees", "chunk_index", 3))));
		this.store.add(List.of(document("2", Map.of("read_at", "tomorrow", "title", "Fees", "chunk_index", 3))));

		assertThat(this.model.timesEmbedded()).hasSize(1);
		assertThat(sent()).contains("title: Fees", "chunk_index: 3", "the text").doesNotContain("read_at");
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
		StoreExport.export(this.store, export);
		String lines = Files.readString(export.resolve("documents.jsonl"));
		for (String sent : this.model.timesEmbedded().keySet()) {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(sent.getBytes(StandardCharsets.UTF_8));
			assertThat(lines).contains(HexFormat.of().formatHex(hash));
		}
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

}

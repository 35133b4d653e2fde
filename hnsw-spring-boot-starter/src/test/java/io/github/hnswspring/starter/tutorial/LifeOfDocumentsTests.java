package io.github.hnswspring.starter.tutorial;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.ForgetResult;
import io.github.hnswspring.vectorstore.HnswDocumentWriter;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.MigrationEstimate;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.SyncRequest;
import io.github.hnswspring.vectorstore.SyncResult;
import io.github.hnswspring.vectorstore.UpdateResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.document.DocumentWriter;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.reader.TextReader;
import org.springframework.ai.transformer.splitter.TokenTextSplitter;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;

import static org.assertj.core.api.Assertions.assertThat;

/** The code of the pages about sources, models and walls works as they say. */
class LifeOfDocumentsTests {

	@TempDir
	private Path directory;

	private final ByteArrayResource resource = new ByteArrayResource(
			"The harbour opens at six. ".repeat(300).getBytes(StandardCharsets.UTF_8), "handbook.txt");

	private final TokenTextSplitter splitter = TokenTextSplitter.builder().build();

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.store = HnswVectorStore.builder(new TestEmbeddingModel()).directory(this.directory).build();
		this.store.start();
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	@Test
	void aSource() {
		HnswVectorStore store = this.store;
		TokenTextSplitter splitter = this.splitter;
		ByteArrayResource resource = this.resource;
		// region
		List<Document> chunks = splitter.apply(new TextReader(resource).read());
		SyncResult result = store.sync("handbook", chunks);
		// endregion
		assertThat(result.added()).isEqualTo(chunks.size()).isGreaterThan(1);
		assertThat(store.sync("handbook", splitter.apply(new TextReader(resource).read())).isUnchanged()).isTrue();
		// region
		store.sync(SyncRequest.of("handbook", chunks).withMaxRemoved(0.5));
		// endregion
	}

	private void syncFolder(Path folder) throws IOException {
		HnswVectorStore store = this.store;
		TokenTextSplitter splitter = this.splitter;
		// region
		Set<String> files = new HashSet<>();
		try (Stream<Path> paths = Files.walk(folder)) {
			for (Path file : paths.filter(Files::isRegularFile).toList()) {
				String source = folder.relativize(file).toString();
				files.add(source);
				store.sync(source, splitter.apply(new TextReader(new FileSystemResource(file)).read()));
			}
		}
		store.sources()
			.keySet()
			.stream()
			.filter((source) -> !files.contains(source))
			.forEach((source) -> store.sync(source, List.of()));
		// endregion
	}

	@Test
	void aFolder(@TempDir Path folder) throws IOException {
		for (String module : List.of("a", "b", "c")) {
			Path file = Files.createDirectory(folder.resolve(module)).resolve("README.md");
			Files.writeString(file, "The readme of module " + module + ".");
		}
		syncFolder(folder);
		assertThat(this.store.sources()).hasSize(3);
		Files.writeString(folder.resolve("a").resolve("README.md"), "");
		Files.delete(folder.resolve("b").resolve("README.md"));
		syncFolder(folder);
		assertThat(this.store.sources()).containsOnlyKeys(Path.of("c", "README.md").toString());
	}

	@Test
	void anotherModel() {
		HnswVectorStore store = this.store;
		store.add(this.splitter.apply(new TextReader(this.resource).read()));
		EmbeddingModel newModel = new TestEmbeddingModel(32, "new-words");
		// region
		MigrationEstimate estimate = store.estimateMigration(newModel);
		BigDecimal cost = estimate.cost(new BigDecimal("0.02"));
		store.migrate(newModel);
		// endregion
		assertThat(estimate.documents()).isEqualTo(store.count());
		assertThat(cost).isNotNegative();
		MigrationStatus migration = store.status().migration();
		assertThat(migration).isNotNull();
		assertThat(migration.toModel()).isEqualTo("new-words");
	}

	@Test
	void aPipeline() {
		HnswVectorStore store = this.store;
		TokenTextSplitter splitter = this.splitter;
		TextReader reader = new TextReader(this.resource);
		// region
		DocumentWriter writer = new HnswDocumentWriter(store).withSourceKey("file_name").withDefaultSource("others");
		writer.write(splitter.apply(reader.read()));
		// endregion
		assertThat(store.sources()).containsOnlyKeys("others");
	}

	@Test
	void metadata() {
		HnswVectorStore store = this.store;
		store.add(List.of(new Document("order-1", "copper wire", Map.of("year", 2019, "reminder", 1)),
				new Document("order-3", "iron nails", Map.of("year", 2019, "state", "paid"))));
		// region
		UpdateResult result = store.updateMetadata(List.of("order-1", "order-2"),
				MetadataChanges.set("state", "paid").andRemove("reminder"));
		store.updateMetadata(HnswSearchRequest.parseFilter("state == 'paid' && year < 2020"),
				MetadataChanges.set("archived", true));
		// endregion
		assertThat(result.inPlace()).isOne();
		assertThat(store.get(List.of("order-1", "order-3"))).extracting(Document::getMetadata)
			.containsExactly(Map.of("year", 2019, "state", "paid", "archived", true),
					Map.of("year", 2019, "state", "paid", "archived", true));
	}

	@Test
	void aWall() {
		HnswVectorStore store = this.store;
		store.add(List.of(new Document("copper")));
		// region
		DocumentStore acme = store.scopedTo(Map.of("tenant", "acme"));
		acme.add(List.of(new Document("order-1", "Copper wire, 200 m", Map.of("year", 2026))));
		List<Document> found = acme.similaritySearch("copper");
		// endregion
		assertThat(found).extracting(Document::getId).containsExactly("order-1");
		// region
		ForgetResult forgotten = store.forget(Map.of("tenant", "acme"));
		store.compact();
		// endregion
		assertThat(forgotten.documents()).isOne();
		assertThat(store.count()).isOne();
	}

}

package io.github.hnswspring.vectorstore.reliability;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

/** Exports of released formats are imported as they were written, and never changed. */
class GoldenExportTests {

	private static final Path VERSION_1 = Path.of("src/test/resources/golden/export-1");

	/** Has documents "without1" and "without2", which have no embedding, between two. */
	private static final Path VERSION_2 = Path.of("src/test/resources/golden/export-2");

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = GoldenStore.model();

	@Test
	void versionOneIsImportedWithoutTheModelAndWrittenAgainByteByByte() {
		try (HnswVectorStore store = StoreFixture.open(this.directory.resolve("store"), this.model)) {
			assertThat(store.importFrom(VERSION_1)).isEqualTo(11);
			assertThat(store.status().migration()).isNull();
			assertThat(store.sources()).isEqualTo(Map.of("handbook", 8L));
			store.exportTo((document, vector) -> assertThat(vector).as(document.getId())
				.isEqualTo(this.model.vector(document.getText())));
			Path again = this.directory.resolve("again");
			store.exportTo(again);
			for (String file : List.of("manifest.json", "documents.jsonl", "embeddings.f32")) {
				assertThat(again.resolve(file)).hasSameBinaryContentAs(VERSION_1.resolve(file));
			}
			assertThat(this.model.calls()).isZero();
		}
	}

	@Test
	void versionTwoIsImportedAndWhatHasNoEmbeddingIsEmbedded() {
		try (HnswVectorStore store = StoreFixture.open(this.directory.resolve("store"), this.model)) {
			assertThat(store.importFrom(VERSION_2)).isEqualTo(4);
			StoreFixture.await("all embeddings", () -> store.status().migration() == null);
			Map<String, Document> documents = new HashMap<>();
			store.exportTo((document, vector) -> {
				documents.put(document.getId(), document);
				assertThat(vector).as(document.getId()).isEqualTo(this.model.vector(document.getText()));
			});
			assertThat(documents).containsOnlyKeys("first", "without1", "without2", "last");
			assertThat(documents.get("without2").getMetadata()).isEqualTo(Map.of("number", 3L));
			assertThat(this.model.timesEmbedded()).hasSize(2);
		}
	}

}

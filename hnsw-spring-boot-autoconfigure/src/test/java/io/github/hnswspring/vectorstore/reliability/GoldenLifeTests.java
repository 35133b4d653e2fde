package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.SyncResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/** What format version 3 added is read as it was written. */
class GoldenLifeTests {

	@TempDir
	Path directory;

	@BeforeEach
	void copy() throws IOException {
		try (var files = Files.newDirectoryStream(GoldenStore.VERSION_3_LIFE)) {
			for (Path file : files) {
				Files.copy(file, this.directory.resolve(file.getFileName()));
			}
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void vectorsAreThoseOfTheLaterModel(boolean readOnly) {
		TestEmbeddingModel model = GoldenStore.model();
		try (HnswVectorStore store = HnswVectorStore.builder(model)
			.directory(this.directory)
			.m(6)
			.readOnly(readOnly)
			.build()) {
			store.start();
			assertThat(store.status().indexState()).isEqualTo(IndexState.READY);
			assertThat(store.count()).isEqualTo(11);
			long exported = store.exportTo((document, vector) -> assertThat(vector).as(document.getId())
				.isEqualTo(model.vector(document.getText())));
			assertThat(exported).isEqualTo(11);
			for (Document document : GoldenStore.handbook()) {
				assertThat(store.similaritySearch(model.vector(document.getText()),
						SearchRequest.builder().topK(1).build()))
					.extracting(Document::getText)
					.containsExactly(document.getText());
			}
			assertThat(store.index().audit().isSound()).isTrue();
			assertThat(store.status().damage()).isNull();
		}
	}

	@Test
	void sourcesEndsAndScopesAreThere() {
		TestEmbeddingModel model = GoldenStore.model();
		try (HnswVectorStore store = GoldenStore.open(this.directory, model)) {
			assertThat(store.sources()).isEqualTo(Map.of("handbook", 8L));
			int calls = model.calls();
			SyncResult again = store.sync("handbook", GoldenStore.handbook());
			assertThat(again.isUnchanged()).isTrue();
			store.add(List.of(GoldenStore.ending()));
			assertThat(model.calls()).isEqualTo(calls);
			assertThat(store.scopedTo(Map.of("tenant", "acme")).get(List.of("order"))).extracting(Document::getText)
				.containsExactly(GoldenStore.document("order", 1).getText());
			assertThat(store.exists("order")).isFalse();
		}
	}

}

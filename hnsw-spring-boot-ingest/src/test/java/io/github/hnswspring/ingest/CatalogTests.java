package io.github.hnswspring.ingest;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class CatalogTests {

	@TempDir
	private Path directory;

	@Test
	void aDocumentWithADamagedChunkIsIngestedAgain() throws Exception {
		try (HnswVectorStore store = open()) {
			List<Document> chunks = new ArrayList<>();
			for (String document : List.of("first", "second", "third")) {
				for (int chunk = 0; chunk < 3; chunk++) {
					chunks.add(new Document(document + chunk, "Text of chunk " + chunk + " of the " + document,
							Map.of(Chunks.DOCUMENT, document, Chunks.SOURCE, document + ".md", Chunks.ORIGIN, "notes",
									Chunks.PATH, document + ".md", Chunks.COUNT, 3, Chunks.FINGERPRINT, "f")));
				}
			}
			store.add(chunks);
		}
		flip("Text of chunk 1 of the second");
		try (HnswVectorStore store = open()) {
			Catalog catalog = new Catalog(store, (event) -> {
			});
			catalog.load();
			assertThat(catalog.list()).extracting(DocumentInfo::id, DocumentInfo::state, DocumentInfo::chunks)
				.containsExactly(tuple("first", DocumentInfo.State.READY, 3),
						tuple("second", DocumentInfo.State.QUEUED, 3), tuple("third", DocumentInfo.State.READY, 3));
			assertThat(catalog.fingerprint("second")).isNull();
			assertThat(catalog.fingerprint("third")).isEqualTo("f");
		}
	}

	private HnswVectorStore open() {
		HnswVectorStore store = HnswVectorStore.builder(new LengthModel()).directory(this.directory).build();
		store.start();
		return store;
	}

	private void flip(String text) throws Exception {
		Path database = this.directory.resolve("hnsw.db");
		byte[] content = Files.readAllBytes(database);
		int at = new String(content, StandardCharsets.ISO_8859_1).indexOf(text);
		content[at] ^= 1;
		Files.write(database, content);
	}

	/** Texts of the same length are the same to it. */
	private static final class LengthModel implements EmbeddingModel {

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			List<Embedding> embeddings = new ArrayList<>();
			for (String text : request.getInstructions()) {
				embeddings.add(new Embedding(new float[] { text.length(), 1 }, embeddings.size()));
			}
			return new EmbeddingResponse(embeddings);
		}

		@Override
		public float[] embed(Document document) {
			return embed(String.valueOf(document.getText()));
		}

	}

}

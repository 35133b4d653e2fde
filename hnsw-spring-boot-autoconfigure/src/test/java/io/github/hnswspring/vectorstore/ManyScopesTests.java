package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.hnswspring.fixtures.TestEmbeddingModel;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/** A thousand scopes in one store, each with right answers. */
class ManyScopesTests {

	private static final int SCOPES = 1_000;

	private static final int EACH = 12;

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(32, "words");

	@Test
	void everyScopeFindsItsNearest() {
		Random random = new Random(16);
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.model)) {
			List<Document> all = new ArrayList<>();
			for (int i = 0; i < SCOPES * EACH; i++) {
				all.add(StoreFixture.document("d" + i, StoreFixture.text("unique" + i, random), "tenant",
						"tenant-" + i % SCOPES));
			}
			for (int from = 0; from < all.size(); from += 1_000) {
				StoreFixture.addDirectly(store, this.model, all.subList(from, from + 1_000));
			}
			float[] question = this.model.vector("river mountain engine");
			for (int round = 0; round < 2; round++) {
				for (int i = 0; i < SCOPES; i++) {
					DocumentStore scope = store.scopedTo(Map.of("tenant", "tenant-" + i));
					List<String> nearest = nearest(all, i, question);
					assertThat(scope.similaritySearch(question, SearchRequest.builder().topK(5).build()))
						.as("scope " + i)
						.extracting(Document::getId)
						.containsExactlyElementsOf(nearest);
				}
				// The next round meets answers of an earlier state.
				store.delete(List.of("d0"));
				all.removeIf((document) -> document.getId().equals("d0"));
			}
		}
	}

	private List<String> nearest(List<Document> all, int scope, float[] question) {
		String tenant = "tenant-" + scope;
		return all.stream()
			.filter((document) -> tenant.equals(document.getMetadata().get("tenant")))
			.sorted(Comparator.comparingDouble((document) -> -cosine(question, this.model.vector(document.getText()))))
			.limit(5)
			.map(Document::getId)
			.toList();
	}

	private static double cosine(float[] a, float[] b) {
		double dot = 0;
		double ofA = 0;
		double ofB = 0;
		for (int i = 0; i < a.length; i++) {
			dot += (double) a[i] * b[i];
			ofA += (double) a[i] * a[i];
			ofB += (double) b[i] * b[i];
		}
		return dot / Math.sqrt(ofA * ofB);
	}

}

package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.hnswspring.fixtures.TestEmbeddingModel;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/** A thousand scopes in one store, each with right answers. */
class ManyScopesTests {

	private static final int SCOPES = 1_000;

	private static final int EACH = 6;

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(32, "words");

	private final Set<String> deleted = new HashSet<>();

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
			for (int step : new int[] { 1, 10 }) {
				for (int i = 0; i < SCOPES; i += step) {
					DocumentStore scope = store.scopedTo(Map.of("tenant", "tenant-" + i));
					List<String> nearest = nearest(all, i, question);
					assertThat(scope.similaritySearch(question, SearchRequest.builder().topK(5).build()))
						.as("scope " + i)
						.extracting(Document::getId)
						.containsExactlyElementsOf(nearest);
				}
				// The next round meets answers of an earlier state.
				String best = nearest(all, 0, question).get(0);
				store.delete(List.of(best));
				this.deleted.add(best);
			}
		}
	}

	private List<String> nearest(List<Document> all, int scope, float[] question) {
		return IntStream.range(0, EACH)
			.mapToObj((i) -> all.get(scope + i * SCOPES))
			.filter((document) -> !this.deleted.contains(document.getId()))
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

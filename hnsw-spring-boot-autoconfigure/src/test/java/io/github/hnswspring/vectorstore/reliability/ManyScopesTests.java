package io.github.hnswspring.vectorstore.reliability;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreFixture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/** Many scopes in one store, each with right answers. */
class ManyScopesTests {

	private static final int EACH = 6;

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(32, "words");

	private final Set<String> deleted = new HashSet<>();

	@Test
	void everyOfAHundredAndFiftyScopesFindsItsNearest() {
		findNearest(150);
	}

	@Test
	@Tag("reliability")
	void everyOfAThousandScopesFindsItsNearest() {
		findNearest(1_000);
	}

	private void findNearest(int scopes) {
		Random random = new Random(16);
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.model)) {
			List<Document> all = new ArrayList<>();
			for (int i = 0; i < scopes * EACH; i++) {
				all.add(StoreFixture.document("d" + i, StoreFixture.text("unique" + i, random), "tenant",
						"tenant-" + i % scopes));
			}
			for (int from = 0; from < all.size(); from += scopes) {
				StoreFixture.addDirectly(store, this.model, all.subList(from, from + scopes));
			}
			float[] question = this.model.vector("river mountain engine");
			for (int step : new int[] { 1, 10 }) {
				for (int i = 0; i < scopes; i += step) {
					DocumentStore scope = store.scopedTo(Map.of("tenant", "tenant-" + i));
					List<String> nearest = nearest(all, i, scopes, question);
					assertThat(scope.similaritySearch(question, SearchRequest.builder().topK(5).build()))
						.as("scope " + i)
						.extracting(Document::getId)
						.containsExactlyElementsOf(nearest);
				}
				// The next round meets answers of an earlier state.
				String best = nearest(all, 0, scopes, question).get(0);
				store.delete(List.of(best));
				this.deleted.add(best);
			}
		}
	}

	private List<String> nearest(List<Document> all, int scope, int scopes, float[] question) {
		return IntStream.range(0, EACH)
			.mapToObj((i) -> all.get(scope + i * scopes))
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

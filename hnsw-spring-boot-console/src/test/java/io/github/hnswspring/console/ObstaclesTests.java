package io.github.hnswspring.console;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.test.NgramEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchExplanation.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/** What keeps documents out of stores that are not as most are. */
class ObstaclesTests {

	private static final String QUESTION = "lighthouse";

	private final NgramEmbeddingModel model = new NgramEmbeddingModel();

	@TempDir
	Path directory;

	@Test
	void whatIsLessSimilarThanNothingIsFoundWithoutAThreshold() {
		try (HnswVectorStore store = HnswVectorStore.builder(this.model)
			.directory(this.directory)
			.metric(Metric.DOT_PRODUCT)
			.build()) {
			store.start();
			float[] opposite = this.model.embed(QUESTION);
			for (int i = 0; i < opposite.length; i++) {
				opposite[i] = -opposite[i];
			}
			store.add(List.of(new Document("opposite", "a valley", Map.of())), List.of(opposite));
			Obstacles obstacles = Obstacles.of(store,
					HnswSearchRequest
						.of(SearchRequest.builder().query(QUESTION).topK(1).similarityThreshold(0.5).build()),
					"opposite");
			assertThat(obstacles.met()).extracting(SearchExplanation::verdict).containsExactly(Verdict.BELOW_THRESHOLD);
			assertThat(obstacles.overcome()).isTrue();
			assertThat(obstacles.changes()).isEqualTo(Map.of("threshold", ""));
			assertThat(obstacles.label()).isEqualTo("Search without a threshold");
		}
	}

}

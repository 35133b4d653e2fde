package io.github.hnswspring.vectorstore.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.document.DocumentMetadata;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

/**
 * Scores, thresholds and result sizes for each metric, on vectors a reader can check.
 */
class ScoreTests {

	private static final float[] EAST = { 2, 0 };

	private static final float[] NORTH = { 0, 1 };

	private static final float[] WEST = { -1, 0 };

	private static final float[] QUERY = { 1, 0 };

	@Test
	void cosineScoresAreSimilarities() {
		try (HnswVectorStore store = store(Metric.COSINE)) {
			assertScores(store, Map.of("east", 1.0, "north", 0.0, "west", -1.0),
					Map.of("east", 0.0, "north", 1.0, "west", 2.0));
			assertThat(found(store, 0.5)).containsExactly("east");
			assertThat(found(store, 1.0)).containsExactly("east");
		}
	}

	@Test
	void euclideanScoresFallWithTheDistance() {
		try (HnswVectorStore store = store(Metric.EUCLIDEAN)) {
			double root2 = Math.sqrt(2);
			assertScores(store, Map.of("east", 0.5, "north", 1 / (1 + root2), "west", 1 / 3.0),
					Map.of("east", 1.0, "north", root2, "west", 2.0));
			assertThat(found(store, 0.5)).containsExactly("east");
			assertThat(found(store, 0.4)).containsExactly("east", "north");
		}
	}

	@Test
	void dotProductScoresAreTheProduct() {
		try (HnswVectorStore store = store(Metric.DOT_PRODUCT)) {
			assertScores(store, Map.of("east", 2.0, "north", 0.0, "west", -1.0),
					Map.of("east", -2.0, "north", 0.0, "west", 1.0));
			assertThat(found(store, 1.0)).containsExactly("east");
		}
	}

	@ParameterizedTest
	@EnumSource
	void thresholdZeroAcceptsAll(Metric metric) {
		try (HnswVectorStore store = store(metric)) {
			assertThat(found(store, 0.0)).containsExactly("east", "north", "west");
			assertThat(found(store, SearchRequest.SIMILARITY_THRESHOLD_ACCEPT_ALL)).hasSize(3);
		}
	}

	@ParameterizedTest
	@EnumSource
	void topKBoundsTheResultAndMayBeZero(Metric metric) {
		try (HnswVectorStore store = store(metric)) {
			for (int topK : new int[] { 0, 1, 2, 3, 10 }) {
				List<Document> found = store.similaritySearch(QUERY,
						SearchRequest.builder().topK(topK).similarityThresholdAll().build());
				assertThat(found).hasSize(Math.min(topK, 3));
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void equalVectorsAreAllFound(Metric metric) {
		try (HnswVectorStore store = HnswVectorStore.builder(new TestEmbeddingModel()).metric(metric).build()) {
			List<Document> documents = new ArrayList<>();
			for (int i = 0; i < 300; i++) {
				documents.add(new Document("id" + i, "the same text", Map.of("n", i)));
			}
			store.add(documents);
			List<Document> found = store.similaritySearch(
					SearchRequest.builder().query("the same text").topK(300).similarityThresholdAll().build());
			assertThat(found).extracting(Document::getId).doesNotHaveDuplicates().hasSize(300);
			assertThat(store.similaritySearch(
					SearchRequest.builder().query("the same text").topK(5).filterExpression("n == 299").build()))
				.singleElement()
				.satisfies((document) -> assertThat(document.getId()).isEqualTo("id299"));
		}
	}

	private static HnswVectorStore store(Metric metric) {
		HnswVectorStore store = HnswVectorStore.builder(new TestEmbeddingModel()).metric(metric).dimensions(2).build();
		store.add(List.of(new Document("east", "east", Map.of()), new Document("north", "north", Map.of()),
				new Document("west", "west", Map.of())), List.of(EAST, NORTH, WEST));
		return store;
	}

	private static List<String> found(HnswVectorStore store, double threshold) {
		return store.similaritySearch(QUERY, SearchRequest.builder().topK(10).similarityThreshold(threshold).build())
			.stream()
			.map(Document::getId)
			.toList();
	}

	private static void assertScores(HnswVectorStore store, Map<String, Double> scores, Map<String, Double> distances) {
		List<Document> found = store.similaritySearch(QUERY,
				SearchRequest.builder().topK(10).similarityThresholdAll().build());
		assertThat(found).extracting(Document::getId).containsExactly("east", "north", "west");
		for (Document document : found) {
			assertThat(document.getScore()).as(document.getId()).isCloseTo(scores.get(document.getId()), offset(1e-6));
			assertThat((Double) document.getMetadata().get(DocumentMetadata.DISTANCE.value())).as(document.getId())
				.isCloseTo(distances.get(document.getId()), offset(1e-6));
		}
	}

}

package io.github.hnswspring.vectorstore.search;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.filter.FilterEvaluator;
import io.github.hnswspring.vectorstore.filter.RandomFilters;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;

import static org.assertj.core.api.Assertions.assertThat;

/** A filter lets the same documents through in every mode. */
class FilteredModeTests {

	private static final int DOCUMENTS = 120;

	private static final int FILTERS = 2_000;

	private static final String[] TOPICS = { "river", "engine", "garden", "x-axis" };

	@TempDir
	Path directory;

	@ParameterizedTest
	@EnumSource(SearchMode.class)
	void randomFiltersMatchWhatAPlainEvaluatorDoes(SearchMode mode) {
		long seed = Long.getLong("hnsw.test.seed", System.nanoTime());
		System.out.println("FilteredModeTests seed " + seed);
		Random random = new Random(seed);
		TestEmbeddingModel model = new TestEmbeddingModel(16, "words");
		int matched = 0;
		try (HnswVectorStore store = StoreFixture.open(this.directory, model)) {
			List<Document> documents = new ArrayList<>();
			for (int i = 0; i < DOCUMENTS; i++) {
				documents.add(new Document("d" + i, "text about " + TOPICS[i % TOPICS.length] + " and more n" + i,
						RandomFilters.metadata(random)));
			}
			store.add(documents);
			for (int i = 0; i < FILTERS; i++) {
				Filter.Expression filter = RandomFilters.expression(random);
				FilterEvaluator evaluator = new FilterEvaluator(filter);
				String topic = TOPICS[random.nextInt(TOPICS.length)];
				Set<String> expected = new HashSet<>();
				for (Document document : documents) {
					boolean words = mode != SearchMode.TEXT || document.getText().contains(topic);
					if (words && evaluator.matches(document.getMetadata())) {
						expected.add(document.getId());
					}
				}
				List<String> found = store
					.similaritySearch(HnswSearchRequest
						.of(SearchRequest.builder().query(topic).topK(DOCUMENTS).filterExpression(filter).build())
						.withMode(mode))
					.stream()
					.map(Document::getId)
					.toList();
				assertThat(found).as("seed %s, filter %s: %s", seed, i, filter)
					.containsExactlyInAnyOrderElementsOf(expected);
				matched += found.size();
			}
		}
		assertThat(matched).as("documents matched").isGreaterThan(FILTERS);
	}

}

package io.github.hnswspring.vectorstore.search;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreFixture;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/** A threshold of 1.0 asks for the same text, whatever rounding does to its vector. */
class IdenticalTextTests {

	@TempDir
	Path directory;

	static Stream<Arguments> stores() {
		List<Arguments> stores = new ArrayList<>();
		for (Metric metric : Metric.values()) {
			for (int dimensions : new int[] { 2, 3, 17, 97, 129, 384, 1023 }) {
				stores.add(Arguments.of(metric, dimensions));
			}
		}
		return stores.stream();
	}

	@ParameterizedTest
	@MethodSource("stores")
	void theSameTextReachesAThresholdOfOne(Metric metric, int dimensions) {
		TestEmbeddingModel model = new Unsteady(dimensions);
		List<Document> documents = StoreFixture.documents("d", 300, new Random(1));
		try (HnswVectorStore store = StoreFixture.open(this.directory, model, (builder) -> builder.metric(metric))) {
			store.add(documents);
			for (SearchMode mode : SearchMode.values()) {
				for (Document document : documents.subList(0, 60)) {
					List<Document> found = store.similaritySearch(HnswSearchRequest
						.of(SearchRequest.builder().query(document.getText()).topK(1).similarityThreshold(1).build())
						.withMode(mode));
					// In two dimensions other texts have nearly the same direction.
					assertThat(found).hasSize(1);
					if (dimensions > 3) {
						assertThat(found.get(0).getId()).isEqualTo(document.getId());
					}
				}
			}
		}
	}

	/**
	 * Vectors of length 1, as near to it as floats allow, a little different each time.
	 */
	private static final class Unsteady extends TestEmbeddingModel {

		private final Random random = new Random(2);

		Unsteady(int dimensions) {
			super(dimensions, "unsteady");
		}

		@Override
		public float[] vector(String text) {
			float[] vector = super.vector(text);
			float squared = 0;
			for (int i = 0; i < vector.length; i++) {
				vector[i] *= 1 + 1e-6f * (float) this.random.nextGaussian();
				squared += vector[i] * vector[i];
			}
			float length = (float) Math.sqrt(squared);
			for (int i = 0; i < vector.length; i++) {
				vector[i] /= length;
			}
			return vector;
		}

	}

}

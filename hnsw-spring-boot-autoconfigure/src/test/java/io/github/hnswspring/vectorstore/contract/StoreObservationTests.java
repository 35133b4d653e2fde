package io.github.hnswspring.vectorstore.contract;

import java.util.List;
import java.util.Map;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreClosedException;
import io.micrometer.observation.tck.ObservationContextAssert;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.Expression;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;
import org.springframework.ai.vectorstore.observation.DefaultVectorStoreObservationConvention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Observations {@code hnsw add}, {@code hnsw query} and {@code hnsw delete} with the key
 * values Spring AI documents.
 */
class StoreObservationTests extends AbstractStoreTests {

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	@Override
	HnswVectorStore.Builder customize(HnswVectorStore.Builder builder) {
		return builder.observationRegistry(this.registry);
	}

	@Test
	void addQueryAndDeleteAreObserved() {
		this.store.add(List.of(document("one", "Hello world", Map.of("country", "BG"))));
		assertObserved("add").doesNotHaveHighCardinalityKeyValueWithKey("db.vector.query.content");

		this.registry.clear();
		List<Document> found = this.store.similaritySearch(SearchRequest.builder()
			.query("What is hello")
			.topK(3)
			.similarityThreshold(0.0)
			.filterExpression("country == 'BG'")
			.build());
		assertThat(found).hasSize(1);
		assertObserved("query").hasHighCardinalityKeyValue("db.vector.query.content", "What is hello")
			.hasHighCardinalityKeyValue("db.vector.query.top_k", "3")
			.hasHighCardinalityKeyValue("db.vector.query.similarity_threshold", "0.0")
			.hasHighCardinalityKeyValueWithKey("db.vector.query.filter")
			.hasHighCardinalityKeyValue("db.vector.dimension_count", "" + 64);

		this.registry.clear();
		this.store.delete("country == 'NL'");
		assertObserved("delete");

		this.registry.clear();
		this.store.delete(List.of("one"));
		assertObserved("delete");
	}

	@Test
	void aFailureIsObservedAsAnError() {
		this.store.stop();
		assertThatThrownBy(() -> this.store.delete(List.of("one"))).isInstanceOf(StoreClosedException.class);
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasObservationWithNameEqualTo(DefaultVectorStoreObservationConvention.DEFAULT_NAME)
			.that()
			.hasContextualNameEqualTo("hnsw delete")
			.hasError();
	}

	@Test
	void aFilterTooDeepToPrintIsRefusedWhereItIsObserved() {
		Expression chain = new Expression(ExpressionType.EQ, new Filter.Key("n"), new Filter.Value(1));
		for (int i = 0; i < 100_000; i++) {
			chain = new Expression(ExpressionType.OR, chain, chain);
		}
		Expression filter = chain;
		assertThatIllegalArgumentException().isThrownBy(
				() -> this.store.similaritySearch(SearchRequest.builder().query("x").filterExpression(filter).build()))
			.withMessageContaining("A filter");
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.delete(filter))
			.withMessageContaining("A filter");
	}

	private ObservationContextAssert<?> assertObserved(String operation) {
		return TestObservationRegistryAssert.assertThat(this.registry)
			.hasNumberOfObservationsWithNameEqualTo(DefaultVectorStoreObservationConvention.DEFAULT_NAME, 1)
			.hasObservationWithNameEqualTo(DefaultVectorStoreObservationConvention.DEFAULT_NAME)
			.that()
			.hasContextualNameEqualTo("hnsw " + operation)
			.hasBeenStarted()
			.hasBeenStopped()
			.doesNotHaveError()
			.hasLowCardinalityKeyValue("spring.ai.kind", "vector_store")
			.hasLowCardinalityKeyValue("db.system", "hnsw")
			.hasLowCardinalityKeyValue("db.operation.name", operation)
			.hasHighCardinalityKeyValue("db.search.similarity_metric", "cosine");
	}

}

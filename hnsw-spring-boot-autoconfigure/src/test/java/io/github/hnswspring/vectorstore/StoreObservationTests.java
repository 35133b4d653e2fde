package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.util.List;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static org.assertj.core.api.Assertions.assertThat;

/** Each operation is observed under the names Spring AI documents. */
class StoreObservationTests {

	@TempDir
	Path directory;

	@Test
	void operationsAreObservedWithoutAskingTheModelForItsDimensions() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		TestEmbeddingModel model = new TestEmbeddingModel();
		try (HnswVectorStore store = StoreFixture.open(this.directory, model,
				(builder) -> builder.observationRegistry(registry))) {
			store.add(List.of(document("1", "one")));
			observed(registry, "hnsw add");
			registry.clear();
			store.similaritySearch("one");
			observed(registry, "hnsw query");
			TestObservationRegistryAssert.assertThat(registry)
				.hasObservationWithNameEqualTo("db.vector.client.operation")
				.that()
				.hasHighCardinalityKeyValue("db.vector.dimension_count", "64")
				.hasHighCardinalityKeyValue("db.search.similarity_metric", "cosine");
			registry.clear();
			store.delete(List.of("1"));
			observed(registry, "hnsw delete");
			assertThat(model.calls()).isEqualTo(2);
		}
	}

	@Test
	void theFirstAddTellsItsDimensionsAndTheNameOfTheDirectory() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		try (HnswVectorStore store = StoreFixture.open(this.directory.resolve("tickets"), new TestEmbeddingModel(),
				(builder) -> builder.observationRegistry(registry))) {
			store.add(List.of(document("1", "one")));
			hasCollectionAndDimensions(registry, "tickets");
		}
		// Opened by the search itself.
		registry.clear();
		try (HnswVectorStore store = HnswVectorStore.builder(new TestEmbeddingModel())
			.directory(this.directory.resolve("tickets/."))
			.observationRegistry(registry)
			.build()) {
			store.similaritySearch("one");
			hasCollectionAndDimensions(registry, "tickets");
		}
	}

	@Test
	void aTemporaryStoreHasNoNameOfItsOwn() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		try (HnswVectorStore store = HnswVectorStore.builder(new TestEmbeddingModel())
			.observationRegistry(registry)
			.build()) {
			store.delete(List.of("1"));
			TestObservationRegistryAssert.assertThat(registry)
				.hasObservationWithNameEqualTo("db.vector.client.operation")
				.that()
				.hasHighCardinalityKeyValue("db.collection.name", "temporary");
		}
	}

	private static void hasCollectionAndDimensions(TestObservationRegistry registry, String collection) {
		TestObservationRegistryAssert.assertThat(registry)
			.hasObservationWithNameEqualTo("db.vector.client.operation")
			.that()
			.hasHighCardinalityKeyValue("db.collection.name", collection)
			.hasHighCardinalityKeyValue("db.vector.dimension_count", "64");
	}

	private static void observed(TestObservationRegistry registry, String name) {
		TestObservationRegistryAssert.assertThat(registry)
			.doesNotHaveAnyRemainingCurrentObservation()
			.hasObservationWithNameEqualTo("db.vector.client.operation")
			.that()
			.hasContextualNameEqualTo(name)
			.hasLowCardinalityKeyValue("db.system", "hnsw")
			.hasBeenStarted()
			.hasBeenStopped();
	}

}

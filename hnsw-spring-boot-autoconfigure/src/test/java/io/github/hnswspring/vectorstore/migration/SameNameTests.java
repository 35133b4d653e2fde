package io.github.hnswspring.vectorstore.migration;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.StoreFixture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

/** One model name, vectors of several sizes: these are different models to a store. */
class SameNameTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel small = new TestEmbeddingModel(64, "m");

	private final TestEmbeddingModel large = new TestEmbeddingModel(96, "m");

	private final List<Document> documents = StoreFixture.documents("d", 40, new Random(4));

	private @Nullable HnswVectorStore open;

	@AfterEach
	void close() {
		if (this.open != null) {
			this.open.close();
		}
	}

	private HnswVectorStore open(TestEmbeddingModel model, Consumer<HnswVectorStore.Builder> settings) {
		close();
		HnswVectorStore store = StoreFixture.open(this.directory, model, (builder) -> {
			builder.onModelChange(OnModelChange.MIGRATE).embeddingModelName("m");
			settings.accept(builder);
		});
		this.open = store;
		return store;
	}

	private HnswVectorStore open(TestEmbeddingModel model) {
		return open(model, (builder) -> {
		});
	}

	private static void search(HnswVectorStore store) {
		store.similaritySearch(SearchRequest.builder().query("d7 river").topK(1).build());
	}

	private void assertSwitched(HnswVectorStore store) {
		Migrations.awaitSwitch(store);
		assertThat(store.status().dimensions()).hasValue(96);
		StoreFixture.assertFindsEach(store, this.large, this.documents);
	}

	@Test
	void otherDimensionsAreFoundOutByTheFirstSearch() {
		open(this.small).add(this.documents);
		HnswVectorStore store = open(this.large);
		assertThat(this.large.calls()).as("never at the start").isZero();
		search(store);
		assertSwitched(store);
		HnswVectorStore again = open(this.large);
		search(again);
		assertThat(again.status().dimensions()).hasValue(96);
	}

	@Test
	void otherDimensionsThatAreConfiguredAreKnownAtTheStart() {
		open(this.small).add(this.documents);
		HnswVectorStore store = open(this.large, (builder) -> builder.dimensions(96));
		search(store);
		assertSwitched(store);
	}

	@Test
	void aMigrationThatWasAskedForGoesOnAfterARestart() {
		HnswVectorStore first = open(this.small);
		first.add(this.documents);
		this.large.failFromCall(2);
		first.migrate(this.large);
		HnswVectorStore store = open(this.small);
		search(store);
		await("the missing model", () -> Migrations.of(store).waitingForModel());
		StoreFixture.assertFindsEach(store, this.small, this.documents);
		this.large.failFromCall(Integer.MAX_VALUE);
		store.migrate(this.large);
		assertSwitched(store);
	}

	@Test
	void aModelThatHasOtherDimensionsInTheMiddleOfAMigrationIsMigratedTo() {
		try (HnswVectorStore first = StoreFixture.open(this.directory, new TestEmbeddingModel(64, "old"))) {
			first.add(this.documents);
		}
		this.small.failFromCall(2);
		HnswVectorStore half = open(this.small, (builder) -> builder.batchingStrategy(Migrations.batches(5)));
		await("the first batch", () -> Migrations.of(half).embedded() > 0);
		assertSwitched(open(this.large));
	}

	@Test
	void aModelThatIsGivenWithOtherDimensionsIsToldWhatToDo() {
		HnswVectorStore store = open(this.small, (builder) -> builder.onModelChange(OnModelChange.REFUSE));
		store.add(this.documents);
		store.migrate(new TestEmbeddingModel(96, "changing") {
			@Override
			public float[] vector(String text) {
				return Arrays.copyOf(super.vector(text), text.equals("model") ? 96 : 48);
			}
		});
		await("the failure", () -> Migrations.of(store).problem() != null);
		assertThat(Migrations.of(store).problem()).contains("is migrating to 'changing' with 96 dimensions")
			.contains("give the migration up with rollbackMigration() and begin another with migrate(...)")
			.doesNotContain("on-model-change");
	}

	@Test
	void aMigrationGoesOnWithTheNextModelConfigured() {
		HnswVectorStore first = open(this.small);
		first.add(this.documents);
		this.large.failFromCall(2);
		first.migrate(this.large);
		this.large.failFromCall(Integer.MAX_VALUE);
		HnswVectorStore store = open(this.large);
		search(store);
		assertSwitched(store);
	}

}

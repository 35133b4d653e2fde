package io.github.hnswspring.vectorstore.migration;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MigrationEstimate;
import io.github.hnswspring.vectorstore.MigrationPhase;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreFixture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.tokenizer.JTokkitTokenCountEstimator;
import org.springframework.ai.vectorstore.SearchRequest;

import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** From one embedding model to another, and back, while the store is in use. */
class ModelMigrationTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel old = new TestEmbeddingModel(64, "old-words");

	private final TestEmbeddingModel next = new TestEmbeddingModel(96, "new-words");

	private final List<Document> documents = StoreFixture.documents("d", 60, new Random(4));

	private @Nullable HnswVectorStore open;

	@AfterEach
	void close() {
		if (this.open != null) {
			this.open.close();
		}
	}

	private HnswVectorStore open(TestEmbeddingModel model, Consumer<HnswVectorStore.Builder> settings) {
		close();
		HnswVectorStore store = StoreFixture.open(this.directory, model, settings);
		this.open = store;
		return store;
	}

	/** A store that was filled by the former model and is closed. */
	private void fill() {
		open(this.old, (builder) -> {
		}).add(this.documents);
		close();
		this.open = null;
		this.old.reset();
	}

	private static void migrates(HnswVectorStore.Builder builder) {
		builder.onModelChange(OnModelChange.MIGRATE);
	}

	private static MigrationStatus migration(HnswVectorStore store) {
		MigrationStatus status = store.status().migration();
		assertThat(status).isNotNull();
		return status;
	}

	private static void awaitSwitch(HnswVectorStore store) {
		await("the switch to the next model", () -> {
			MigrationStatus status = store.status().migration();
			return status != null && status.phase() == MigrationPhase.SWITCHED && status.formerKeptUntil() != null;
		});
	}

	private static List<String> find(HnswVectorStore store, String text) {
		return ids(store.similaritySearch(SearchRequest.builder().query(text).topK(1).build()));
	}

	private static List<String> ids(List<Document> documents) {
		return documents.stream().map(Document::getId).toList();
	}

	private void assertFindsAll(HnswVectorStore store) {
		for (Document document : this.documents) {
			List<Document> hits = store
				.similaritySearch(SearchRequest.builder().query(document.getText()).topK(1).build());
			assertThat(ids(hits)).containsExactly(document.getId());
			assertThat(hits.get(0).getScore()).isGreaterThan(0.999);
			assertThat(hits.get(0).getMetadata()).doesNotContainKey(HitMetadata.FALLBACK);
		}
	}

	@Test
	void anotherModelIsRefusedUnlessItMayMigrate() {
		fill();
		HnswVectorStore store = open(this.next, (builder) -> {
		});
		assertThatExceptionOfType(EmbeddingModelMismatchException.class).isThrownBy(() -> find(store, "river"));
		assertThat(store.status().migration()).isNull();
	}

	@Test
	void aStoreMigratesWhenItsModelChangesAndTheFormerOneAnswersMeanwhile() {
		fill();
		this.next.failFromCall(2);
		HnswVectorStore store = open(this.next, (builder) -> {
			migrates(builder);
			builder.formerEmbeddingModel(this.old);
		});
		assertThat(this.next.calls()).as("never at the start").isZero();
		assertFindsAll(store);
		assertThat(this.next.calls()).as("asked who it is").isGreaterThan(0);
		await("a failure", () -> migration(store).failure() != null);
		assertThat(migration(store).phase()).isEqualTo(MigrationPhase.EMBEDDING);
		assertThat(migration(store).byWords()).isFalse();
		store.add(List.of(document("late", "a thunder late in winter")));
		assertThat(find(store, "a thunder late in winter")).containsExactly("late");
		this.next.failFromCall(Integer.MAX_VALUE);
		awaitSwitch(store);
		this.old.failFromCall(1);
		assertFindsAll(store);
		assertThat(find(store, "a thunder late in winter")).containsExactly("late");
		assertThat(store.status().dimensions()).hasValue(96);
		assertThat(store.status().embeddingModel()).isEqualTo("new-words");
		assertPaidOnce();
	}

	private void assertPaidOnce() {
		for (Document document : this.documents) {
			assertThat(this.next.timesEmbedded()).as("with the question").containsEntry(document.getText(), 2);
		}
	}

	@Test
	void withoutTheFormerModelWordsAnswerAndHitsSaySo() {
		fill();
		this.next.failFromCall(2);
		HnswVectorStore store = open(this.next, ModelMigrationTests::migrates);
		String text = String.valueOf(this.documents.get(7).getText());
		List<Document> hits = store
			.similaritySearch(SearchRequest.builder().query(text).topK(1).filterExpression("number == 7").build());
		assertThat(ids(hits)).containsExactly("d7");
		assertThat(hits.get(0).getMetadata()).containsEntry(HitMetadata.FALLBACK, "text");
		assertThat(migration(store).byWords()).isTrue();
		this.next.failFromCall(Integer.MAX_VALUE);
		awaitSwitch(store);
		assertFindsAll(store);
	}

	@Test
	void whatIsAddedMeanwhileGoesToTheNextModelIfOnlyThatIsThere() {
		fill();
		this.next.failFromCall(2);
		HnswVectorStore store = open(this.next, ModelMigrationTests::migrates);
		assertThat(find(store, String.valueOf(this.documents.get(3).getText()))).containsExactly("d3");
		await("a failure", () -> migration(store).failure() != null);
		this.next.failFromCall(Integer.MAX_VALUE);
		store.add(List.of(document("late", "a thunder late in winter")));
		store.delete(List.of("d5"));
		awaitSwitch(store);
		assertThat(find(store, "a thunder late in winter")).containsExactly("late");
		assertThat(store.count()).isEqualTo(60);
		assertThat(this.next.timesEmbedded()).as("with the question").containsEntry("a thunder late in winter", 2);
	}

	@Test
	void withoutATextIndexASearchSaysWhyThereIsNoAnswer() {
		fill();
		this.next.failFromCall(2);
		HnswVectorStore store = open(this.next, (builder) -> {
			migrates(builder);
			builder.textIndex(false);
		});
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> find(store, "river"))
			.withMessageContaining("'old-words'")
			.withMessageContaining("hnsw.embedding.former-bean");
	}

	@Test
	void aConfiguredNameIsKnownAtTheStart() {
		fill();
		HnswVectorStore store = open(this.next, (builder) -> {
			migrates(builder);
			builder.embeddingModelName("new-words");
		});
		awaitSwitch(store);
		assertFindsAll(store);
		assertThat(this.next.timesEmbedded()).doesNotContainKey("model");
	}

	@Test
	void aMigrationGoesOnAfterARestartAndEmbedsNothingTwice() {
		fill();
		TestEmbeddingModel slow = new TestEmbeddingModel(96, "new-words");
		slow.failFromCall(12);
		HnswVectorStore store = open(slow, (builder) -> {
			migrates(builder);
			builder.embeddingModelName("new-words");
			builder.batchingStrategy((all) -> all.stream().map(List::of).toList());
		});
		await("a part", () -> migration(store).failure() != null);
		assertThat(migration(store).embedded()).isEqualTo(11);
		HnswVectorStore again = open(this.next, (builder) -> {
			migrates(builder);
			builder.embeddingModelName("new-words");
		});
		awaitSwitch(again);
		assertFindsAll(again);
		this.documents.forEach((document) -> {
			int times = slow.timesEmbedded().getOrDefault(document.getText(), 0);
			// Questions count as well.
			assertThat(times + this.next.timesEmbedded().getOrDefault(document.getText(), 0)).isEqualTo(2);
		});
	}

	@Test
	void aMigrationIsAskedForWithItsEstimate() {
		fill();
		HnswVectorStore store = open(this.old, (builder) -> builder.pricePerMillionTokens(BigDecimal.valueOf(1000)));
		store.add(List.of(document("copy", String.valueOf(this.documents.get(0).getText()))));
		MigrationEstimate estimate = store.estimateMigration(this.next);
		assertThat(estimate.documents()).isEqualTo(61);
		assertThat(estimate.texts()).isEqualTo(60);
		JTokkitTokenCountEstimator tokens = new JTokkitTokenCountEstimator();
		assertThat(estimate.tokens())
			.isEqualTo(this.documents.stream().mapToLong((each) -> tokens.estimate(each.getText())).sum());
		assertThat(estimate.cost())
			.isEqualTo(BigDecimal.valueOf(estimate.tokens()).movePointLeft(3).setScale(2, RoundingMode.HALF_UP));
		assertThat(estimate.cost(BigDecimal.ZERO)).isEqualByComparingTo("0");
		assertThat(this.next.calls()).isZero();
		assertThat(store.migrate(this.next)).isEqualTo(estimate);
		awaitSwitch(store);
		assertThat(store.estimateMigration(this.next).documents()).isZero();
		assertFindsAllBut(store, "d0");
		this.documents.forEach((document) -> assertThat(this.next.timesEmbedded().get(document.getText()))
			.isEqualTo(document.getId().equals("d0") ? 1 : 2));
	}

	@Test
	void whatItTakesIsCountedOnceAndUntilTheCallerIsInterrupted() {
		fill();
		HnswVectorStore store = open(this.old, (builder) -> {
		});
		this.next.failFromCall(2);
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> store.estimateMigration(this.next));
		assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> store.migrate(this.next));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(store.status().migration()).isNull();
	}

	private void assertFindsAllBut(HnswVectorStore store, String id) {
		this.documents.stream()
			.filter((document) -> !document.getId().equals(id))
			.forEach((document) -> assertThat(find(store, String.valueOf(document.getText())))
				.containsExactly(document.getId()));
	}

	@Test
	void toTheSameModelThereIsNothingToDo() {
		fill();
		HnswVectorStore store = open(this.old, (builder) -> {
		});
		assertThat(store.migrate(new TestEmbeddingModel(64, "old-words")).documents()).isZero();
		assertThat(store.status().migration()).isNull();
	}

	@Test
	void aSecondMigrationIsRefusedUntilTheFirstIsGivenUp() {
		fill();
		HnswVectorStore store = open(this.old, (builder) -> {
		});
		this.next.failFromCall(2);
		store.migrate(this.next);
		TestEmbeddingModel third = new TestEmbeddingModel(32, "third");
		assertThatIllegalStateException().isThrownBy(() -> store.migrate(third)).withMessageContaining("'new-words'");
		store.rollbackMigration();
		await("the end of the first",
				() -> store.status().migration() == null || migration(store).phase() == MigrationPhase.TURNED_BACK
						&& migration(store).formerKeptUntil() != null);
		assertFindsAll(store);
		store.migrate(third);
		await("the third model", () -> store.status().dimensions().getAsInt() == 32);
		awaitSwitch(store);
		assertFindsAll(store);
	}

	@Test
	void aRollbackBringsTheFormerModelBackWithWhatWasAddedSince() {
		fill();
		HnswVectorStore store = open(this.old, (builder) -> {
		});
		store.migrate(this.next);
		awaitSwitch(store);
		store.add(List.of(document("late", "a thunder late in winter")));
		assertThat(this.old.timesEmbedded()).doesNotContainKey("a thunder late in winter");
		store.rollbackMigration();
		await("the former model", () -> store.status().dimensions().getAsInt() == 64);
		assertFindsAll(store);
		assertThat(find(store, "a thunder late in winter")).containsExactly("late");
		assertThat(this.old.timesEmbedded()).as("but for the question").containsEntry("a thunder late in winter", 2);
		HnswVectorStore again = open(this.old, (builder) -> {
		});
		assertFindsAll(again);
		assertThat(find(again, "a thunder late in winter")).containsExactly("late");
	}

	@Test
	void formerVectorsGoWhenAskedAndThenThereIsNoWayBack() throws SQLException {
		fill();
		HnswVectorStore store = open(this.old, (builder) -> {
		});
		store.migrate(this.next);
		awaitSwitch(store);
		store.removeFormerEmbeddings();
		await("the end of it", () -> store.status().migration() == null);
		assertThatIllegalStateException().isThrownBy(store::rollbackMigration);
		Map<String, Long> left = new HashMap<>();
		await("no vector of the former model", () -> {
			left.put("inline", MigrationDatabase.count(this.directory, "document WHERE length(embedding) > 0"));
			return left.get("inline") == 0;
		});
		assertThat(MigrationDatabase.count(this.directory, "document_embedding")).isEqualTo(60);
		assertFindsAll(store);
		store.compact();
		HnswVectorStore again = open(this.next, (builder) -> {
		});
		assertFindsAll(again);
		assertThat(again.status().damagedRows()).isZero();
		assertThat(again.status().damage()).isNull();
	}

	@Test
	void theStoreIsWholeInEachState() {
		fill();
		HnswVectorStore store = open(this.old, (builder) -> {
		});
		this.next.failFromCall(2);
		store.migrate(this.next);
		assertTransfers(store, this.old, "migrating");
		this.next.failFromCall(Integer.MAX_VALUE);
		awaitSwitch(store);
		assertTransfers(store, this.next, "switched");
		store.removeFormerEmbeddings();
		assertTransfers(store, this.next, "after");
	}

	/** What leaves the store has the vectors that answer. */
	private void assertTransfers(HnswVectorStore store, TestEmbeddingModel model, String name) {
		List<float[]> vectors = new ArrayList<>();
		assertThat(store.exportTo((document, vector) -> {
			assertThat(vector).isEqualTo(model.vector(document.getText()));
			vectors.add(vector);
		})).isEqualTo(60);
		Path export = this.directory.resolveSibling(this.directory.getFileName() + "-" + name);
		store.exportTo(export.resolve("export"));
		store.backup(export.resolve("backup"));
		try (HnswVectorStore imported = StoreFixture.open(export.resolve("imported"), model)) {
			assertThat(imported.importFrom(export.resolve("export"))).isEqualTo(60);
			assertFindsAll(imported);
		}
		try (HnswVectorStore restored = StoreFixture.open(export.resolve("backup"), model)) {
			assertFindsAll(restored);
			assertThat(restored.status().damagedRows()).isZero();
		}
		assertThat(store.exportedEmbeddings().embed(this.documents.get(1)))
			.isEqualTo(model.vector(this.documents.get(1).getText()));
	}

}

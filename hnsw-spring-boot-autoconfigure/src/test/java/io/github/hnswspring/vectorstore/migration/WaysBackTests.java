package io.github.hnswspring.vectorstore.migration;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MigrationPhase;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreProgress;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.options.DerivedFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.github.hnswspring.vectorstore.StoreFixture.assertFindsEach;
import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** A migration that is given up or rolled back, at any moment, leaves the store whole. */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class WaysBackTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel old = new TestEmbeddingModel(64, "old-words");

	private final TestEmbeddingModel next = new TestEmbeddingModel(96, "new-words");

	private final List<Document> documents = StoreFixture.documents("d", 60, new Random(4));

	private static void awaitBack(HnswVectorStore store) {
		await("the way back", () -> {
			MigrationStatus status = store.status().migration();
			return status != null && status.phase() == MigrationPhase.TURNED_BACK && status.formerKeptUntil() != null;
		});
	}

	private static boolean isIndexBuilt(HnswVectorStore store) {
		return store.status().activities().stream().anyMatch((each) -> each.kind() == StoreProgress.Kind.INDEX);
	}

	@Test
	void aMigrationIsGivenUpWhileItsIndexIsBuilt(CapturedOutput output) {
		TestEmbeddingModel large = new TestEmbeddingModel(512, "large-words");
		List<Document> many = StoreFixture.documents("d", 3000, new Random(4));
		AtomicInteger chunks = new AtomicInteger(Integer.MAX_VALUE);
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.old,
				(builder) -> StoreSeams.faults(builder, (options) -> options.files = new DerivedFiles() {

					@Override
					public boolean mayBuildOn() {
						return chunks.getAndUpdate((left) -> Math.max(0, left - 1)) > 0;
					}

				}))) {
			StoreFixture.addDirectly(store, this.old, many);
			// The index stays as far as it is with the first one.
			chunks.set(1);
			store.migrate(large);
			await("the index", () -> isIndexBuilt(store) && Migrations.of(store).phase() == MigrationPhase.INDEXING);
			chunks.set(Integer.MAX_VALUE);
			store.rollbackMigration();
			awaitBack(store);
			// The third is begun at once, where the index of the second was.
			store.migrate(this.next);
			await("the third model",
					() -> store.status().dimensions().getAsInt() == 96 && Migrations.isSwitched(store));
			await("the end of all activities", () -> store.status().activities().isEmpty());
			assertFindsEach(store, this.next, many.subList(0, 50));
		}
		assertThat(output).doesNotContain("Maintenance of").doesNotContain("failed");
	}

	@Test
	void aRollbackWhileTheModelIsAskedIsNoFailure(CapturedOutput output) throws InterruptedException {
		Migrations.HangingModel hanging = new Migrations.HangingModel(96, "new-words", "d");
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.old)) {
			store.add(this.documents);
			store.migrate(hanging);
			hanging.asked.await();
			store.rollbackMigration();
			hanging.mayAnswer.countDown();
			awaitBack(store);
			assertThat(Migrations.of(store).problem()).isNull();
		}
		assertThat(output).doesNotContain("failed");
	}

	@Test
	void anAdditionFromBeforeTheSwitchIsFoundOnTheWayBack() throws Exception {
		Migrations.HangingModel slowly = new Migrations.HangingModel(64, "old-words", "slow") {

			@Override
			public EmbeddingResponse call(EmbeddingRequest request) {
				if (request.getInstructions().contains("a thunder late in winter")) {
					throw new IllegalStateException("the way back takes its time");
				}
				return super.call(request);
			}

		};
		try (HnswVectorStore store = StoreFixture.open(this.directory, slowly)) {
			store.add(this.documents);
			CompletableFuture<Void> slow = Concurrently.run(() -> store.add(List.of(document("slow", "slow text"))));
			slowly.asked.await();
			store.migrate(this.next);
			Migrations.awaitSwitch(store);
			store.add(List.of(document("late", "a thunder late in winter")));
			store.rollbackMigration();
			slowly.mayAnswer.countDown();
			slow.get(60, TimeUnit.SECONDS);
			assertThat(store.status().dimensions()).hasValue(96);
			assertThat(store.similaritySearch(this.next.vector("slow text"), SearchRequest.builder().topK(1).build()))
				.extracting(Document::getId)
				.containsExactly("slow");
		}
	}

	@Test
	void aDocumentThatIsAddedAgainKeepsTheVectorsOfBothModels() {
		String late = "a thunder late in winter";
		String refused = this.documents.get(0).getText();
		RefusingModel refusing = new RefusingModel(96, "new-words", refused::equals);
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.old)) {
			store.add(this.documents);
		}
		try (HnswVectorStore store = StoreFixture.open(this.directory, refusing,
				(builder) -> builder.onModelChange(OnModelChange.MIGRATE))) {
			// The former model is not there, so the next one embeds what is added.
			store.add(List.of(document("late", late, "color", "blue")));
		}
		try (HnswVectorStore store = withFormer(refusing)) {
			store.add(List.of(document("late", late, "color", "red")));
			assertThat(store.similaritySearch(this.old.vector(late), SearchRequest.builder().topK(1).build()))
				.singleElement()
				.satisfies((found) -> assertThat(found.getMetadata()).containsEntry("color", "red"));
			store.add(List.of(document("late", late, "color", "green")));
			assertThat(this.old.timesEmbedded()).containsEntry(late, 1);
			assertThat(store.status().dimensions()).hasValue(64);
		}
		refusing.refused = (text) -> false;
		try (HnswVectorStore store = withFormer(refusing)) {
			Migrations.awaitSwitch(store);
			assertThat(refusing.timesEmbedded()).containsEntry(late, 1);
			assertThat(store.similaritySearch(refusing.vector(late), SearchRequest.builder().topK(1).build()))
				.singleElement()
				.satisfies((found) -> assertThat(found.getMetadata()).containsEntry("color", "green"));
		}
	}

	private HnswVectorStore withFormer(TestEmbeddingModel model) {
		return StoreFixture.open(this.directory, model,
				(builder) -> builder.onModelChange(OnModelChange.MIGRATE).formerEmbeddingModel(this.old));
	}

	@Test
	void whatWasRolledBackIsNotBegunByItselfAgain(CapturedOutput output) {
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.old)) {
			store.add(this.documents);
		}
		for (String name : new String[] { "new-words", null }) {
			try (HnswVectorStore store = migrating(name)) {
				if (name != null) {
					Migrations.awaitSwitch(store);
					store.rollbackMigration();
					awaitBack(store);
					store.add(List.of(document("late", "a thunder late in winter")));
				}
			}
			this.next.reset();
			try (HnswVectorStore store = migrating(name)) {
				assertThat(store.similaritySearch("a thunder late in winter").get(0).getId()).isEqualTo("late");
				awaitBack(store);
				assertThat(this.next.timesEmbedded()).doesNotContainKey("a thunder late in winter");
				assertThat(store.status().dimensions()).hasValue(64);
				assertThat(output).contains("does not migrate to the former by itself again");
				if (name == null) {
					store.migrate(this.next);
					await("the next model", () -> store.status().dimensions().getAsInt() == 96);
					assertThat(this.next.timesEmbedded()).containsEntry("a thunder late in winter", 1)
						.doesNotContainKey(this.documents.get(0).getText());
				}
			}
		}
	}

	private HnswVectorStore migrating(String name) {
		return StoreFixture.open(this.directory, this.next, (builder) -> {
			builder.onModelChange(OnModelChange.MIGRATE).formerEmbeddingModel(this.old);
			if (name != null) {
				builder.embeddingModelName(name);
			}
		});
	}

	@Test
	void ofCallersForDifferentModelsOneBegins() throws Exception {
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.old)) {
			store.add(this.documents);
			this.next.failFromCall(2);
			TestEmbeddingModel third = new TestEmbeddingModel(32, "third-words");
			third.failFromCall(2);
			AtomicInteger refused = new AtomicInteger();
			Consumer<TestEmbeddingModel> migrate = (model) -> {
				try {
					store.migrate(model);
				}
				catch (IllegalStateException ex) {
					assertThat(ex).hasMessageContaining("is migrating to");
					refused.incrementAndGet();
				}
			};
			CompletableFuture<Void> one = Concurrently.run(() -> migrate.accept(this.next));
			CompletableFuture<Void> other = Concurrently.run(() -> migrate.accept(third));
			CompletableFuture.allOf(one, other).get(60, TimeUnit.SECONDS);
			assertThat(refused).hasValue(1);
			store.rollbackMigration();
			assertThatIllegalStateException().isThrownBy(store::rollbackMigration)
				.withMessageContaining("no migration to roll back");
		}
	}

}

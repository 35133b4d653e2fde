package io.github.hnswspring.vectorstore.migration;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.MigrationPhase;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.StoreFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.SearchRequest;

import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/** What callers change while a store is on its way to another model. */
@Timeout(120)
class ChangesMeanwhileTests {

	private static final int DOCUMENTS = 160;

	@TempDir
	Path directory;

	private final TestEmbeddingModel next = new Migrations.MetadataModel(96, "new-words");

	private final List<Document> documents = new ArrayList<>();

	ChangesMeanwhileTests() {
		for (int i = 0; i < DOCUMENTS; i++) {
			this.documents.add(document("d" + i, "text number " + i, "color", "blue"));
		}
	}

	/** Changes something after the next model has seen the beginning. */
	private void migrate(Consumer<HnswVectorStore> fill, Consumer<HnswVectorStore> change) {
		try (HnswVectorStore store = StoreFixture.open(this.directory, new TestEmbeddingModel(64, "old-words"),
				(builder) -> builder.batchingStrategy(Migrations.batches(16)))) {
			fill.accept(store);
			this.next.failFromCall(10);
			store.migrate(this.next);
			await("a part", () -> Migrations.of(store).failure() != null);
			change.accept(store);
			this.next.failFromCall(Integer.MAX_VALUE);
			Migrations.awaitSwitch(store);
			assertFindsAll(store);
		}
	}

	/** Each is found first by the vector of what it is now. */
	private void assertFindsAll(HnswVectorStore store) {
		List<Document> all = new ArrayList<>();
		store.exportTo((document, vector) -> all.add(document));
		assertThat(all).hasSize((int) store.count());
		for (Document document : all) {
			List<Document> hits = store.similaritySearch(this.next.vector(this.next.getEmbeddingContent(document)),
					SearchRequest.builder().topK(1).build());
			assertThat(hits).extracting(Document::getId).containsExactly(document.getId());
			assertThat(hits.get(0).getScore()).as(document.toString()).isGreaterThan(0.9999);
		}
	}

	@Test
	void metadataThatOnlyTheNextModelSees() {
		migrate((store) -> store.add(this.documents),
				(store) -> assertThat(
						store.updateMetadata(List.of("d5", "d159"), MetadataChanges.set("color", "crimson")).inPlace())
					.isEqualTo(2));
	}

	@Test
	void metadataOfADocumentThatIsAddedAgain() {
		migrate((store) -> store.add(this.documents),
				(store) -> store.add(List.of(document("d5", "text number 5", "color", "crimson"))));
	}

	@Test
	void metadataOfASource() {
		migrate((store) -> store.sync("s", this.documents), (store) -> {
			this.documents.set(5, document("d5", "text number 5", "color", "crimson"));
			assertThat(store.sync("s", this.documents).changed()).isEqualTo(1);
		});
	}

	@Test
	void textsThatComeAndGo() {
		migrate((store) -> store.sync("s", this.documents), (store) -> {
			this.documents.set(5, document("d5", "another text", "color", "green"));
			this.documents.remove(7);
			store.sync("s", this.documents);
			store.add(List.of(document("late", "a thunder late in winter")));
			store.delete("color == 'green'");
		});
	}

	@Test
	void aScopeThatIsForgotten() {
		migrate((store) -> {
			store.add(this.documents);
			store.scopedTo(Map.of("tenant", "acme")).add(StoreFixture.documents("acme", 30, new Random(5)));
		}, (store) -> {
			assertThat(store.forget(Map.of("tenant", "acme")).documents()).isEqualTo(30);
			store.compact();
		});
	}

	@Test
	void anAdditionThatTakesLongHoldsNothingUp() throws Exception {
		Migrations.HangingModel old = new Migrations.HangingModel(64, "old-words", "slow");
		try (HnswVectorStore store = StoreFixture.open(this.directory, old)) {
			store.add(this.documents);
			CompletableFuture<Void> slow = Concurrently.run(() -> store.add(List.of(document("slow", "slow text"))));
			old.asked.await();
			store.migrate(this.next);
			Migrations.awaitSwitch(store);
			assertThat(slow).isNotDone();
			old.mayAnswer.countDown();
			slow.get(60, TimeUnit.SECONDS);
			assertFindsAll(store);
			assertThat(store.count()).isEqualTo(DOCUMENTS + 1);
		}
	}

	@Test
	void additionsThatNeverEndDoNotHoldTheSwitchUp() throws Exception {
		try (HnswVectorStore store = StoreFixture.open(this.directory, new TestEmbeddingModel(64, "old-words"))) {
			store.add(this.documents);
			AtomicBoolean enough = new AtomicBoolean();
			CompletableFuture<Void> adding = Concurrently.run(() -> {
				for (int i = 0; !enough.get(); i++) {
					store.add(List.of(document("more" + i, "further text number " + i)));
				}
			});
			store.migrate(this.next);
			Migrations.awaitSwitch(store);
			assertThat(adding).isNotDone();
			enough.set(true);
			adding.get(60, TimeUnit.SECONDS);
			assertFindsAll(store);
		}
	}

	@Test
	void aDocumentThatDidNotChangeIsAddedAtOnce() throws InterruptedException {
		Migrations.HangingModel hanging = new Migrations.HangingModel(96, "new-words", "text");
		try (HnswVectorStore store = StoreFixture.open(this.directory, new TestEmbeddingModel(64, "old-words"))) {
			store.add(this.documents);
			store.migrate(hanging);
			hanging.asked.await();
			CompletableFuture<Void> added = Concurrently.run(() -> store.add(List.of(this.documents.get(7))));
			assertThat(added).succeedsWithin(Duration.ofSeconds(60));
			hanging.mayAnswer.countDown();
			Migrations.awaitSwitch(store);
		}
	}

	@Test
	void aStoreIsClosedWhileBothModelsAreAsked() throws Exception {
		Migrations.HangingModel old = new Migrations.HangingModel(64, "old-words", "slow");
		HnswVectorStore store = StoreFixture.open(this.directory, old);
		store.add(this.documents);
		CompletableFuture<Void> slow = Concurrently
			.run(() -> store.add(List.of(document("slow", "slow text"), this.documents.get(5))));
		old.asked.await();
		// The text is the content for both.
		store.migrate(new TestEmbeddingModel(96, "new-words"));
		await("the worker", () -> Migrations.of(store).phase() != MigrationPhase.EMBEDDING
				|| Migrations.of(store).embedded() > 130 || Migrations.isSwitched(store));
		CompletableFuture<Void> closed = Concurrently.run(store::close);
		assertThat(closed).succeedsWithin(Duration.ofSeconds(60));
		old.mayAnswer.countDown();
		assertThat(slow).failsWithin(Duration.ofSeconds(60));
	}

	@Test
	void aModelThatHangsWhenItIsAskedForItsNameStopsNobodyElse() {
		try (HnswVectorStore store = StoreFixture.open(this.directory, new TestEmbeddingModel(64, "old-words"))) {
			store.add(this.documents);
		}
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch mayAnswer = new CountDownLatch(1);
		TestEmbeddingModel hangsOnce = new TestEmbeddingModel(64, "old-words") {
			@Override
			public EmbeddingResponse call(EmbeddingRequest request) {
				if (asked.getCount() > 0) {
					asked.countDown();
					assertThatNoException().isThrownBy(mayAnswer::await);
				}
				return super.call(request);
			}
		};
		try (HnswVectorStore store = StoreFixture.open(this.directory, hangsOnce,
				(builder) -> builder.onModelChange(OnModelChange.MIGRATE))) {
			CompletableFuture<List<Document>> first = Concurrently
				.supply(() -> store.similaritySearch("text number 5"));
			assertThatNoException().isThrownBy(asked::await);
			assertThat(Concurrently.supply(() -> store.similaritySearch("text number 5")))
				.succeedsWithin(Duration.ofSeconds(60));
			assertThat(first).as("goes on with the answer for the other").succeedsWithin(Duration.ofSeconds(60));
			mayAnswer.countDown();
		}
	}

}

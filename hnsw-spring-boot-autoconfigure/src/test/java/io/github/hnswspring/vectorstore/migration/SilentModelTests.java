package io.github.hnswspring.vectorstore.migration;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MigrationPhase;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreClosedException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreSeams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.SearchRequest;

import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Models that do not answer when they are asked which one they are. */
@Timeout(120)
class SilentModelTests {

	private static final Duration PATIENCE = Duration.ofSeconds(2);

	@TempDir
	Path directory;

	private final TestEmbeddingModel old = new TestEmbeddingModel(64, "old-words");

	private final SilentModel silent = new SilentModel();

	private final List<Document> documents = StoreFixture.documents("d", 20, new Random(8));

	@BeforeEach
	void fill() {
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.old)) {
			store.add(this.documents);
		}
	}

	@AfterEach
	void endThreads() {
		this.silent.mayAnswer.countDown();
	}

	private HnswVectorStore open(Duration patience, Consumer<HnswVectorStore.Builder> settings) {
		return StoreFixture.open(this.directory, this.silent, (builder) -> {
			builder.onModelChange(OnModelChange.MIGRATE);
			StoreSeams.faults(builder, (options) -> options.modelPatience = patience);
			settings.accept(builder);
		});
	}

	private static String id(HnswVectorStore store, Document document, SearchMode mode) {
		return hit(store, document, mode).getId();
	}

	private static Document hit(HnswVectorStore store, Document document, SearchMode mode) {
		SearchRequest request = SearchRequest.builder().query(String.valueOf(document.getText())).topK(1).build();
		return store.similaritySearch(HnswSearchRequest.of(request).withMode(mode).withTextFallback()).get(0);
	}

	@Test
	void searchesAndAdditionsFailAfterAWhileAndSayWhyUntilItAnswers() {
		try (HnswVectorStore store = open(Duration.ofMillis(300), (builder) -> {
		})) {
			assertThatExceptionOfType(StoreException.class)
				.isThrownBy(() -> hit(store, this.documents.get(3), SearchMode.DENSE))
				.withMessageContaining("has not given the vector of one word within 300 ms")
				.withMessageContaining("Look at the model");
			assertThatExceptionOfType(StoreException.class)
				.isThrownBy(() -> store.add(List.of(document("late", "a thunder late in winter"))))
				.withMessageContaining("Nothing was changed");
			assertThat(store.count()).isEqualTo(20);
			Document byWords = hit(store, this.documents.get(3), SearchMode.HYBRID);
			assertThat(byWords.getId()).isEqualTo("d3");
			assertThat(byWords.getMetadata()).containsEntry(HitMetadata.FALLBACK, "text");
			this.silent.mayAnswer.countDown();
			StoreFixture.await("the answer", () -> {
				try {
					return id(store, this.documents.get(3), SearchMode.DENSE).equals("d3");
				}
				catch (StoreException ex) {
					return false;
				}
			});
			Migrations.awaitSwitch(store);
		}
	}

	@Test
	void aModelThatNeverAnswersKeepsFewThreads() {
		try (HnswVectorStore store = open(Duration.ofMillis(1), (builder) -> {
		})) {
			for (int i = 0; i < 40; i++) {
				assertThatExceptionOfType(StoreException.class)
					.isThrownBy(() -> hit(store, this.documents.get(3), SearchMode.DENSE));
			}
			assertThat(this.silent.waiting).hasValueLessThanOrEqualTo(4);
		}
		StoreFixture.await("the end of the threads", () -> this.silent.waiting.get() == 0);
	}

	@Test
	void theFormerModelGoesOnMeanwhile() {
		try (HnswVectorStore store = open(Duration.ofMillis(300),
				(builder) -> builder.formerEmbeddingModel(this.old))) {
			Document hit = hit(store, this.documents.get(3), SearchMode.DENSE);
			assertThat(hit.getId()).isEqualTo("d3");
			assertThat(hit.getMetadata()).doesNotContainKey(HitMetadata.FALLBACK);
			store.add(List.of(document("late", "a thunder late in winter")));
			assertThat(id(store, document("q", "a thunder late in winter"), SearchMode.DENSE)).isEqualTo("late");
		}
	}

	@Test
	void onceTheFormerModelAnswersNobodyWaitsForTheOther() throws Exception {
		try (HnswVectorStore store = open(PATIENCE, (builder) -> builder.formerEmbeddingModel(this.old))) {
			hit(store, this.documents.get(3), SearchMode.DENSE);
			MigrationStatus status = Migrations.of(store);
			assertThat(status.phase()).isEqualTo(MigrationPhase.NOT_BEGUN);
			assertThat(status.problem()).contains("has not given the vector of one word within 2 s");
			// Longer than it is thought to be silent without being asked.
			Thread.sleep(2_100);
			int threads = this.silent.waiting.get();
			long begin = System.nanoTime();
			for (int i = 0; i < 20; i++) {
				assertThat(id(store, this.documents.get(i), SearchMode.DENSE)).isEqualTo("d" + i);
			}
			// Once, and then every two seconds, if it takes as long.
			int often = 1 + (int) ((System.nanoTime() - begin) / PATIENCE.toNanos());
			assertThat(this.silent.waiting).as("asked beside").hasValueLessThanOrEqualTo(threads + often);
			this.silent.mayAnswer.countDown();
			StoreFixture.await("a question after the answer",
					() -> id(store, this.documents.get(3), SearchMode.DENSE).equals("d3")
							&& Migrations.of(store).phase() != MigrationPhase.NOT_BEGUN);
			Migrations.awaitSwitch(store);
		}
	}

	@Test
	void whoWaitsToMigrateIsToldOfAClose() throws InterruptedException {
		HnswVectorStore store = open(Duration.ofHours(1), (builder) -> builder.embeddingModelName("new-words"));
		SilentModel other = new SilentModel();
		Throwable[] thrown = new Throwable[1];
		Thread caller = new Thread(() -> {
			try {
				store.migrate(other);
			}
			catch (RuntimeException ex) {
				thrown[0] = ex;
			}
		});
		caller.start();
		StoreFixture.await("the question", () -> other.waiting.get() > 0);
		store.close();
		caller.join();
		assertThat(thrown[0]).isInstanceOf(StoreClosedException.class)
			.hasMessageContaining("The embedding model to migrate to");
	}

	@Test
	void whatIsAskedOfItByHandFailsAsWell() {
		try (HnswVectorStore store = open(Duration.ofMillis(300), (builder) -> builder.embeddingModelName("words"))) {
			TestEmbeddingModel other = new SilentModel();
			assertThatExceptionOfType(StoreException.class).isThrownBy(() -> store.migrate(other))
				.withMessageStartingWith("The embedding model to migrate to has not given");
		}
	}

	@Test
	void aStoreIsClosedWhileCallersWaitForIt() throws InterruptedException {
		HnswVectorStore store = open(Duration.ofHours(1), (builder) -> {
		});
		Throwable[] thrown = new Throwable[1];
		Thread caller = new Thread(() -> {
			try {
				hit(store, this.documents.get(3), SearchMode.DENSE);
			}
			catch (RuntimeException ex) {
				thrown[0] = ex;
			}
		});
		caller.start();
		StoreFixture.await("the question", () -> this.silent.waiting.get() > 0);
		store.close();
		caller.join();
		assertThat(thrown[0]).hasMessageContaining("was stopped");
	}

	/** Answers nothing until it may. */
	private static final class SilentModel extends TestEmbeddingModel {

		private final CountDownLatch mayAnswer = new CountDownLatch(1);

		private final AtomicInteger waiting = new AtomicInteger();

		SilentModel() {
			super(96, "new-words");
		}

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			this.waiting.incrementAndGet();
			try {
				this.mayAnswer.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException("interrupted", ex);
			}
			finally {
				this.waiting.decrementAndGet();
			}
			return super.call(request);
		}

	}

}

package io.github.hnswspring.vectorstore.write;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.TooManyIngestsException;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** So many calls store documents at once, so many wait, and the next one is refused. */
class IngestGateTests {

	private final ExecutorService callers = Executors.newCachedThreadPool();

	@AfterEach
	void endCallers() {
		this.callers.shutdownNow();
	}

	@Test
	void twoRunThreeWaitAndTheSixthIsRefused(@TempDir Path directory) throws Exception {
		HeldEmbeddingModel model = new HeldEmbeddingModel();
		try (HnswVectorStore store = StoreFixture.open(directory, model,
				(builder) -> builder.limits(Limits.DEFAULTS.withConcurrentIngests(2).withWaitingIngests(3)))) {
			List<Future<?>> accepted = new ArrayList<>();
			for (int i = 0; i < 5; i++) {
				List<Document> documents = List.of(StoreFixture.document("d" + i, "text " + i));
				accepted.add(this.callers.submit(() -> store.add(documents)));
			}
			IngestGate gate = StoreSeams.pipeline(store).gate();
			StoreFixture.await("three to wait", () -> gate.waiting() == 3);
			StoreFixture.await("two to embed", () -> model.inside() == 2);
			assertThatExceptionOfType(TooManyIngestsException.class)
				.isThrownBy(() -> store.add(List.of(StoreFixture.document("d5", "text 5"))))
				.withMessageContaining("hnsw.limits.concurrent-ingests")
				.withMessageContaining("nothing of this call was changed");
			assertThatExceptionOfType(TooManyIngestsException.class).isThrownBy(
					() -> store.add(List.of(StoreFixture.document("d6", "text")), List.of(model.vector("text"))));
			model.release.countDown();
			for (Future<?> call : accepted) {
				call.get(60, TimeUnit.SECONDS);
			}
			assertThat(store.count()).isEqualTo(5);
			store.add(List.of(StoreFixture.document("d5", "text 5")));
			assertThat(store.count()).isEqualTo(6);
		}
	}

	@Test
	void aFailureAndAnInterruptionGiveThePlaceBack() throws Exception {
		IngestGate gate = new IngestGate(1, 1);
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> gate.pass(() -> {
			throw new IllegalStateException("failed");
		}));
		CountDownLatch held = new CountDownLatch(1);
		Future<?> running = this.callers.submit(() -> gate.pass(() -> awaitLatch(held)));
		StoreFixture.await("one to run", () -> gate.running() == 1);
		AtomicReference<Thread> thread = new AtomicReference<>();
		Future<?> interrupted = this.callers.submit(() -> {
			thread.set(Thread.currentThread());
			gate.pass(() -> {
			});
		});
		StoreFixture.await("one to wait", () -> gate.waiting() == 1);
		thread.get().interrupt();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> interrupted.get(60, TimeUnit.SECONDS))
			.withCauseInstanceOf(StoreException.class)
			.withMessageContaining("nothing was changed");
		Future<?> next = this.callers.submit(() -> gate.pass(() -> {
		}));
		StoreFixture.await("the next to wait in its place", () -> gate.waiting() == 1);
		held.countDown();
		running.get(60, TimeUnit.SECONDS);
		next.get(60, TimeUnit.SECONDS);
		assertThat(gate.running()).isZero();
	}

	private static void awaitLatch(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Keeps every call until it is told to go on. */
	private static final class HeldEmbeddingModel extends TestEmbeddingModel {

		private final CountDownLatch release = new CountDownLatch(1);

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			EmbeddingResponse response = super.call(request);
			awaitLatch(this.release);
			return response;
		}

		/** Calls so far, none of which has returned. */
		int inside() {
			return calls();
		}

	}

}

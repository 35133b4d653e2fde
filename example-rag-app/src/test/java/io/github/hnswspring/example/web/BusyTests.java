package io.github.hnswspring.example.web;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.hnswspring.embeddings.OnnxEmbeddingModel;
import io.github.hnswspring.fixtures.HostileFiles;
import io.github.hnswspring.example.OwnApplication;
import io.github.hnswspring.example.Rest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * More is sent than can be taken in: it is refused, and what was refused leaves nothing.
 */
@TestPropertySource(properties = "hnsw.ingest.sources=")
class BusyTests extends OwnApplication {

	/** What Ingestion lets wait. */
	private static final int WAITING = 100;

	private static final CountDownLatch RELEASE = new CountDownLatch(1);

	@Test
	void aFullQueueAndTooManyUploadsAtOnceAreRefused() throws Exception {
		assertThat(upload("first.txt").status()).isEqualTo(202);
		awaitState("INGESTING");
		for (int waiting = 0; waiting < WAITING; waiting++) {
			assertThat(upload("waiting" + waiting + ".txt").status()).isEqualTo(202);
		}
		Rest.Reply refused = upload("last.txt");
		assertThat(refused.problem(503)).contains("waiting");
		assertThat(refused.header("Retry-After")).isEqualTo("5");
		assertThat(this.rest.get("/api/documents").json().path("documents").size()).isEqualTo(1 + WAITING);
		assertThat(files()).hasSize(1 + WAITING);

		byte[] pdf = HostileFiles.pdf("Reading this takes a moment.");
		List<CompletableFuture<HttpResponse<String>>> replies = IntStream.range(0, 4)
			.mapToObj((i) -> this.rest.client()
				.sendAsync(this.rest.uploadRequest("at-once" + i + ".pdf", pdf), HttpResponse.BodyHandlers.ofString()))
			.toList();
		List<Integer> statuses = replies.stream().map((reply) -> reply.join().statusCode()).toList();
		assertThat(statuses).contains(429).allMatch((status) -> status == 429 || status == 503);

		RELEASE.countDown();
		assertThat(this.rest.awaitIdle()).hasSize(1 + WAITING)
			.extracting((document) -> document.path("source").asString())
			.doesNotContain("last.txt");
		assertThat(upload("last.txt").status()).isEqualTo(202);
		assertThat(this.rest.awaitIdle()).hasSize(2 + WAITING);
	}

	/** Also after a failure, as the application ends only once nothing is embedded. */
	@AfterEach
	void release() {
		RELEASE.countDown();
	}

	private Rest.Reply upload(String name) {
		return this.rest.upload(name, ("A few words in " + name).getBytes(StandardCharsets.UTF_8));
	}

	private static List<Path> files() throws IOException {
		try (Stream<Path> files = Files.list(directory.resolve("data/uploads"))) {
			return files.toList();
		}
	}

	private void awaitState(String state) throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
		while (!this.rest.get("/api/documents").body().contains(state)) {
			assertThat(System.nanoTime()).as("no document is " + state).isLessThan(deadline);
			Thread.sleep(50);
		}
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Blocking {

		@Bean
		static BeanPostProcessor blockingEmbeddings() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String name) {
					return (bean instanceof OnnxEmbeddingModel model) ? new BlockingModel(model) : bean;
				}

			};
		}

	}

	/** Embeds documents only when the test lets it. */
	private record BlockingModel(OnnxEmbeddingModel model) implements EmbeddingModel {

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			if (request.getInstructions().get(0).startsWith("A few words")) {
				try {
					RELEASE.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
			return this.model.call(request);
		}

		@Override
		public float[] embed(Document document) {
			return this.model.embed(document);
		}

	}

}

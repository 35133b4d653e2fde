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
import io.github.hnswspring.example.Rest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * More is sent than can be taken in: it is refused, and what was refused leaves nothing.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "hnsw.ingest.sources=")
@DirtiesContext
class BusyTests {

	/** What Ingestion lets wait. */
	private static final int WAITING = 100;

	private static final CountDownLatch RELEASE = new CountDownLatch(1);

	@TempDir
	private static Path directory;

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void dataDirectory(DynamicPropertyRegistry registry) {
		registry.add("rag.data-directory", directory::toString);
	}

	@Test
	void aFullQueueAndTooManyUploadsAtOnceAreRefused() throws Exception {
		Rest rest = new Rest(this.port);
		assertThat(upload(rest, "first.txt").status()).isEqualTo(202);
		awaitState(rest, "INGESTING");
		for (int waiting = 0; waiting < WAITING; waiting++) {
			assertThat(upload(rest, "waiting" + waiting + ".txt").status()).isEqualTo(202);
		}
		Rest.Reply refused = upload(rest, "last.txt");
		assertThat(refused.problem(503)).contains("waiting");
		assertThat(refused.header("Retry-After")).isEqualTo("5");
		assertThat(rest.get("/api/documents").json().path("documents").size()).isEqualTo(1 + WAITING);
		assertThat(files()).hasSize(1 + WAITING);

		byte[] pdf = HostileFiles.pdf("Reading this takes a moment.");
		List<CompletableFuture<HttpResponse<String>>> replies = IntStream.range(0, 4)
			.mapToObj((i) -> rest.client()
				.sendAsync(rest.uploadRequest("at-once" + i + ".pdf", pdf), HttpResponse.BodyHandlers.ofString()))
			.toList();
		List<Integer> statuses = replies.stream().map((reply) -> reply.join().statusCode()).toList();
		assertThat(statuses).contains(429).allMatch((status) -> status == 429 || status == 503);

		RELEASE.countDown();
		assertThat(rest.awaitIdle()).hasSize(1 + WAITING)
			.extracting((document) -> document.path("source").asString())
			.doesNotContain("last.txt");
		assertThat(upload(rest, "last.txt").status()).isEqualTo(202);
		assertThat(rest.awaitIdle()).hasSize(2 + WAITING);
	}

	private static Rest.Reply upload(Rest rest, String name) {
		return rest.upload(name, ("A few words in " + name).getBytes(StandardCharsets.UTF_8));
	}

	private static List<Path> files() throws IOException {
		try (Stream<Path> files = Files.list(directory.resolve("uploads"))) {
			return files.toList();
		}
	}

	private static void awaitState(Rest rest, String state) throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
		while (!rest.get("/api/documents").body().contains(state)) {
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
					RELEASE.await(60, TimeUnit.SECONDS);
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

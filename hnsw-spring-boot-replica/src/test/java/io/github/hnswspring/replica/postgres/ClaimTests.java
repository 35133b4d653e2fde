package io.github.hnswspring.replica.postgres;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each text is embedded once for all instances, and nobody waits for one that has gone.
 */
class ClaimTests extends SharedTestSupport {

	@Test
	void instancesThatAddTheSameTextsAtOncePayOnce() throws Exception {
		List<ReplicatedVectorStore> stores = List.of(started("one"), started("two"), started("three"));
		List<String> texts = IntStream.range(0, 60).mapToObj((i) -> "text number " + i).toList();
		List<CompletableFuture<Void>> running = new ArrayList<>();
		for (ReplicatedVectorStore store : stores) {
			running.add(Concurrently.run(() -> {
				for (int i = 0; i < texts.size(); i += 6) {
					List<Document> documents = new ArrayList<>();
					for (int j = i; j < i + 6; j++) {
						documents.add(document("d" + j, texts.get(j), j));
					}
					store.add(documents);
				}
			}));
		}
		for (CompletableFuture<Void> each : running) {
			each.get(60, TimeUnit.SECONDS);
		}
		assertInStep(stores.toArray(new ReplicatedVectorStore[0]));
		assertThat(stores.get(0).count()).isEqualTo(60);
		assertThat(this.model.timesEmbedded()).hasSize(60);
		assertThat(this.model.timesEmbedded().values()).containsOnly(1);
		assertThat(this.database.jdbc().queryForObject("select count(*) from hnsw.claim", Long.class)).isZero();
	}

	@Test
	void whatAKilledInstanceClaimedIsFreeAfterAWhile() {
		ReplicatedVectorStore one = started("one");
		one.add(List.of(document("a", "a river", 1)));
		byte[] hash = this.database.jdbc().queryForObject("select content_hash from hnsw.document", byte[].class);
		one.delete(List.of("a"));
		this.model.reset();
		// As one that was killed leaves it.
		OffsetDateTime until = this.database.jdbc()
			.queryForObject("insert into hnsw.claim (store, content_hash, holder, until) "
					+ "values (1, ?, gen_random_uuid(), clock_timestamp() + interval '1 second') returning until",
					OffsetDateTime.class, hash);
		one.add(List.of(document("a", "a river", 1)));
		assertThat(this.database.jdbc().queryForObject("select clock_timestamp() > ?", Boolean.class, until))
			.as("it has waited")
			.isTrue();
		assertThat(this.model.timesEmbedded()).containsEntry("a river", 1);
		assertInStep(one);
	}

	@Test
	void aWriteDoesNotWaitForAnEmbeddingOfAnother() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		ReplicatedVectorStore one = started("one");
		TestEmbeddingModel slow = new TestEmbeddingModel(Replicas.DIMENSIONS, "test-model") {

			@Override
			public EmbeddingResponse call(EmbeddingRequest request) {
				if (request.getInstructions().contains("a slow text")) {
					asked.countDown();
					try {
						answer.await();
					}
					catch (InterruptedException ex) {
						throw new IllegalStateException(ex);
					}
				}
				return super.call(request);
			}

		};
		try (ReplicatedVectorStore two = Replicas.shared(slow, this.pool, Replicas.shared(), Replicas.idle(),
				this.directory.resolve("two"), (builder) -> {
				})) {
			two.start();
			CompletableFuture<Void> adding = Concurrently.run(() -> two.add(List.of(document("s", "a slow text", 1))));
			asked.await();
			one.add(List.of(document("a", "a river", 1)));
			one.delete(List.of("a"));
			answer.countDown();
			adding.get(60, TimeUnit.SECONDS);
			assertInStep(one, two);
			assertThat(one.exists("s")).isTrue();
		}
	}

}

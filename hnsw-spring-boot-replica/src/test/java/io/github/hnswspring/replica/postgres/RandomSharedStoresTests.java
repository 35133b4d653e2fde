package io.github.hnswspring.replica.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.ResyncReason;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.SyncRequest;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three instances with two writers each do all that changes documents, at random and on
 * few ids: afterwards all are equal to the tables bit by bit.
 */
class RandomSharedStoresTests extends SharedTestSupport {

	private static final int ROUNDS = 40;

	@Test
	void replicasAreEqualToTheTables() throws Exception {
		long seed = System.nanoTime();
		System.out.println("RandomSharedStoresTests seed " + seed);
		List<ReplicatedVectorStore> stores = new ArrayList<>();
		List<CompletableFuture<Void>> running = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			ReplicatedVectorStore store = Replicas.shared(this.model, this.pool, Replicas.shared(), Replicas.settings(),
					this.directory.resolve("store" + i), (builder) -> {
					});
			stores.add(store);
			store.start();
		}
		try {
			for (int i = 0; i < 6; i++) {
				ReplicatedVectorStore store = stores.get(i / 2);
				String writer = "w" + i;
				Random random = new Random(seed + i);
				running.add(Concurrently.run(() -> {
					for (int round = 0; round < ROUNDS; round++) {
						change(store, random, writer, round);
					}
				}));
			}
			for (CompletableFuture<Void> each : running) {
				each.get(120, TimeUnit.SECONDS);
			}
			assertInStep(stores.toArray(new ReplicatedVectorStore[0]));
			for (ReplicatedVectorStore store : stores) {
				assertThat(store.replicaStatus().resyncs()).as("seed %s", seed).containsOnlyKeys(ResyncReason.FIRST);
				assertThat(store.replicaStatus().rebuilds()).isZero();
			}
			assertThat(stores.get(0).count()).as("seed %s", seed).isPositive();
		}
		finally {
			stores.forEach(ReplicatedVectorStore::close);
		}
	}

	/** What was written is seen at once: each writer has documents that are its own. */
	private static void change(ReplicatedVectorStore store, Random random, String writer, int round) {
		String id = "d" + random.nextInt(20);
		Document document = document(id, "text " + random.nextInt(30), random.nextInt(5));
		switch (random.nextInt(9)) {
			case 0 -> store.delete(List.of(id));
			case 1 -> store.delete("n == " + random.nextInt(5));
			case 2 -> store.replace(HnswSearchRequest.parseFilter("n == " + random.nextInt(5)), List.of(document));
			case 3 -> store.updateMetadata(HnswSearchRequest.parseFilter("n == " + random.nextInt(5)),
					MetadataChanges.set("m", round));
			case 4 -> store.sync(SyncRequest.of("source" + random.nextInt(2), List.of(document)).withMaxRemoved(1));
			case 5 -> store.scopedTo(Map.of("tenant", random.nextInt(2))).add(List.of(document));
			default -> {
				String own = writer + "-" + round;
				store.add(List.of(document, document(own, "own text of " + own, 9)));
				assertThat(store.exists(own)).as(own).isTrue();
				store.delete(List.of(own));
				assertThat(store.exists(own)).as(own).isFalse();
			}
		}
	}

}

package io.github.hnswspring.replica.postgres;

import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.replica.ReplicaConfigurationException;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreDirectoryException;
import io.github.hnswspring.vectorstore.StoreMetadata;
import io.github.hnswspring.vectorstore.SyncRequest;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A store of one instance becomes one of several, and back, without embedding anything.
 */
class PromotionTests extends SharedTestSupport {

	private HnswVectorStore single(String name) {
		HnswVectorStore store = HnswVectorStore.builder(this.model).directory(this.directory.resolve(name)).build();
		store.start();
		return store;
	}

	private void fill(String name) {
		try (HnswVectorStore store = single(name)) {
			// More than one part of a thousand rows, in more than one change.
			for (int i = 0; i < 1_100; i += 100) {
				List<Document> documents = new ArrayList<>();
				List<float[]> vectors = new ArrayList<>();
				for (int j = i; j < i + 100; j++) {
					documents.add(document("d" + j, "text " + j, j));
					vectors.add(this.model.vector("text " + j));
				}
				store.add(documents, vectors);
			}
			store.add(List.of(document("a", "a river", 1),
					new Document("b", "a lake", Map.of(StoreMetadata.EXPIRES_AT, Instant.now().plusSeconds(3_600)))));
			store.sync(SyncRequest.of("file", List.of(document("c", "a hill", 3))));
			store.scopedTo(Map.of("tenant", "t")).add(List.of(document("a", "a sea", 4)));
			store.delete(List.of("d7"));
		}
		this.model.reset();
	}

	@Test
	void aStoreOfOneInstanceIsMovedIntoAnEmptyTruth() {
		fill("one");
		ReplicatedVectorStore refused = described("one");
		assertThatThrownBy(refused::start).isInstanceOf(StoreDirectoryException.class)
			.hasMessageContaining("hnsw.replica.promote=true");
		ReplicatedVectorStore one = described("one");
		one.promote();
		one.start();
		assertThat(one.count()).isEqualTo(1_103);
		ReplicatedVectorStore two = started("two");
		assertInStep(one, two);
		assertThat(two.sources()).isEqualTo(Map.of("file", 1L));
		assertThat(two.scopedTo(Map.of("tenant", "t")).get(List.of("a"))).extracting(Document::getText)
			.containsExactly("a sea");
		two.add(List.of(document("e", "a river", 5)));
		assertInStep(one, two);
		assertThat(this.model.timesEmbedded()).as("nothing was embedded").isEmpty();
		one.stop();
		one.start();
		assertInStep(one);
		assertThat(one.replicaStatus().resyncs()).isEmpty();
	}

	@Test
	void whatWasCutOffAfterTheTruthHadAllOfItEndsAtTheNextStart() throws Exception {
		fill("one");
		ReplicatedVectorStore one = described("one");
		one.promote();
		one.start();
		one.close();
		Files.delete(this.directory.resolve("one").resolve("hnsw.replica"));
		ReplicatedVectorStore again = described("one");
		again.promote();
		again.start();
		assertInStep(again);
		assertThat(this.database.jdbc().queryForObject("select last_change from hnsw.store", Long.class)).isOne();
	}

	@Test
	void aTruthThatHasOtherDocumentsIsLeftAsItIs() {
		fill("one");
		started("two").add(List.of(document("other", "a river", 1)));
		ReplicatedVectorStore one = described("one");
		one.promote();
		assertThatThrownBy(one::start).isInstanceOf(ReplicaConfigurationException.class)
			.hasMessageContaining("other documents")
			.hasMessageContaining("hnsw.replica.store");
		assertThat(Replicas.digests(this.database, "default")).hasSize(1);
		try (HnswVectorStore store = single("one")) {
			assertThat(store.count()).as("it is still what it was").isEqualTo(1_103);
		}
	}

	@Test
	void aCopyIsAStoreOfOneInstance() {
		ReplicatedVectorStore one = started("one");
		one.add(List.of(document("a", "a river", 1)));
		one.sync(SyncRequest.of("file", List.of(document("c", "a hill", 3))));
		one.copyAsSingleStore(this.directory.resolve("copy"));
		try (HnswVectorStore store = single("copy")) {
			store.add(List.of(document("b", "a river", 2)));
			assertThat(store.count()).isEqualTo(3);
			assertThat(store.sources()).isEqualTo(Map.of("file", 1L));
		}
		assertInStep(one);
		assertThat(one.count()).isEqualTo(2);
		assertThat(this.model.timesEmbedded()).containsEntry("a river", 1);
	}

	@Test
	void workOfOneInstanceAtATimeGoesToAnotherWhenTheFirstHasGone() {
		ReplicatedVectorStore one = started("one");
		ReplicatedVectorStore two = started("two");
		assertThat(one.tryTake("ingest")).isTrue();
		assertThat(one.tryTake("ingest")).as("it keeps it").isTrue();
		assertThat(two.tryTake("ingest")).isFalse();
		assertThat(two.tryTake("something else")).isTrue();
		one.letGo("ingest");
		assertThat(two.tryTake("ingest")).isTrue();
		two.stop();
		assertThat(one.tryTake("ingest")).as("who stops lets go").isTrue();
		// As one that was killed leaves it.
		this.database.execute(
				"update hnsw.lease set holder = gen_random_uuid(), until = clock_timestamp() " + "+ interval '1 hour'");
		assertThat(one.tryTake("ingest")).isFalse();
		this.database.execute("update hnsw.lease set until = clock_timestamp() + interval '1 second'");
		Replicas.await("the lease to end", () -> one.tryTake("ingest"));
	}

}

package io.github.hnswspring.replica.postgres;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.replica.PostgresServer;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.ResyncReason;
import io.github.hnswspring.vectorstore.DocumentPage;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.StoreMetadata;
import io.github.hnswspring.vectorstore.SyncRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Two instances and one set of documents: all that a store can do is done for both.
 */
class SharedStoresTests {

	@TempDir
	Path directory;

	private final PostgresServer.Database database = PostgresServer.database();

	private final HikariDataSource pool = this.database.pool("postgres", 8);

	private ReplicatedVectorStore one;

	private ReplicatedVectorStore two;

	@BeforeEach
	void start() {
		this.one = started("one");
		this.two = started("two");
	}

	private ReplicatedVectorStore started(String name) {
		ReplicatedVectorStore store = Replicas.shared(this.pool, Replicas.shared(), Replicas.idle(),
				this.directory.resolve(name), (builder) -> {
				});
		store.start();
		return store;
	}

	@AfterEach
	void close() {
		this.one.close();
		this.two.close();
		this.pool.close();
	}

	private void assertInStep() {
		Replicas.look(this.one);
		Replicas.look(this.two);
		Map<Long, String> expected = Replicas.digests(this.database, "default");
		assertThat(Replicas.digests(this.one)).isEqualTo(expected);
		assertThat(Replicas.digests(this.two)).isEqualTo(expected);
		assertThat(this.one.count()).isEqualTo(expected.size());
		assertThat(this.one.replicaStatus().failure()).isNull();
		assertThat(this.two.replicaStatus().resyncs()).containsOnlyKeys(ResyncReason.FIRST);
	}

	@Test
	void whatOneAddsTheOtherFinds() {
		this.one.add(List.of(document("a", "a river", 1), document("b", "a hill", 2)));
		assertThat(this.one.exists("a")).isTrue();
		assertThat(this.two.exists("a")).isFalse();
		assertInStep();
		assertThat(this.two.similaritySearch(SearchRequest.builder().query("a river").topK(1).build()))
			.extracting(Document::getId)
			.containsExactly("a");
		this.two.add(List.of(document("a", "a lake", 3)));
		this.two.delete(List.of("b", "unknown"));
		assertInStep();
		assertThat(this.one.get(List.of("a", "b"))).extracting(Document::getText).containsExactly("a lake");
	}

	@Test
	void theFollowerFollowsByItself() {
		try (ReplicatedVectorStore follower = Replicas.shared(this.pool, Replicas.shared(), Replicas.settings(),
				this.directory.resolve("three"), (builder) -> {
				})) {
			follower.start();
			this.one.add(List.of(document("a", "a river", 1)));
			Replicas.await("the document to be followed", () -> follower.exists("a"));
			this.two.delete("n == 1");
			Replicas.await("the deletion to be followed", () -> !follower.exists("a"));
		}
	}

	@Test
	void aDeletionByFilterSeesWhatItsReplicaHasNotFollowedYet() {
		this.one.add(List.of(document("a", "a river", 1), document("b", "a hill", 2)));
		this.two.delete("n == 1");
		assertInStep();
		this.one.updateMetadata(List.of("b"), MetadataChanges.set("n", 1));
		this.one.add(List.of(document("c", "a lake", 1)));
		this.two.replace(HnswSearchRequest.parseFilter("n == 1"), List.of(document("d", "a sea", 1)));
		assertInStep();
		assertThat(this.one.list(null, DocumentPageRequest.first(10)).documents()).extracting(Document::getId)
			.containsExactly("d");
	}

	@Test
	void sourcesAreShared() {
		this.one.sync(SyncRequest.of("file", List.of(document("a", "a river", 1), document("b", "a hill", 2))));
		this.two.sync(SyncRequest.of("file", List.of(document("b", "a hill", 3))));
		assertInStep();
		assertThat(this.one.sources()).isEqualTo(Map.of("file", 1L)).isEqualTo(this.two.sources());
		assertThat(this.one.list(null, DocumentPageRequest.first(10)).documents())
			.extracting((found) -> found.getText() + found.getMetadata())
			.containsExactly("a hill{n=3}");
	}

	@Test
	void scopesThatWriteAreShared() {
		DocumentStore tenant = this.one.scopedTo(Map.of("tenant", "t"));
		tenant.add(List.of(document("a", "a river", 1)));
		this.two.scopedTo(Map.of("tenant", "u")).add(List.of(document("a", "a lake", 1)));
		assertInStep();
		assertThat(this.two.scopedTo(Map.of("tenant", "t")).get(List.of("a"))).extracting(Document::getText)
			.containsExactly("a river");
		this.two.scopedTo(Map.of("tenant", "t")).delete(List.of("a"));
		assertInStep();
		assertThat(tenant.count()).isZero();
		assertThat(this.one.count()).isOne();
	}

	@Test
	void endsAreShared() {
		Instant soon = Instant.now().plusMillis(1_500);
		this.one.add(List.of(new Document("a", "a river", Map.of(StoreMetadata.EXPIRES_AT, soon)),
				document("b", "a hill", 1)));
		assertInStep();
		Replicas.await("the end", () -> !this.two.exists("a"));
		assertThat(this.two.exists("b")).isTrue();
		Replicas.await("the row to be removed", () -> Replicas.digests(this.database, "default").size() == 1);
		assertInStep();
	}

	@Test
	void importsAreShared() {
		try (HnswVectorStore source = HnswVectorStore.builder(Replicas.model())
			.directory(this.directory.resolve("source"))
			.build()) {
			source.start();
			source.add(List.of(document("a", "a river", 1), document("b", "a hill", 2)));
			source.exportTo(this.directory.resolve("export"));
		}
		this.one.importFrom(this.directory.resolve("export"));
		assertInStep();
		assertThat(this.two.count()).isEqualTo(2);
		this.two.add(List.of(document("c", "a river", 3)));
		assertInStep();
		assertThat(this.one.status().embeddingsComputed()).isZero();
		assertThat(this.two.status().embeddingsComputed()).as("known by what was imported").isZero();
	}

	@Test
	void aTokenOfAPageGoesOnOnAnotherInstance() {
		for (int i = 0; i < 20; i++) {
			ReplicatedVectorStore store = (i % 2 == 0) ? this.one : this.two;
			store.add(List.of(document("d" + i, "text " + i, i)));
		}
		assertInStep();
		DocumentPage first = this.one.list(null, DocumentPageRequest.first(7));
		DocumentPage second = this.two.list(null, first.next());
		assertThat(first.documents()).hasSize(7);
		assertThat(second.documents()).extracting(Document::getId)
			.doesNotContainAnyElementsOf(first.documents().stream().map(Document::getId).toList());
		HnswSearchRequest search = HnswSearchRequest.of(SearchRequest.builder().query("text 3").topK(5).build());
		String token = this.one.search(search, null).next();
		assertThat(this.two.search(search, token).documents()).hasSize(5)
			.extracting(Document::getId)
			.containsExactlyElementsOf(
					this.one.search(search, token).documents().stream().map(Document::getId).toList());
	}

	@Test
	void whatCannotBeDoneIsRefusedByName() {
		assertThatThrownBy(() -> this.one.forget(Map.of("n", 1))).isInstanceOf(UnsupportedOperationException.class)
			.hasMessageContaining("several instances share");
		assertThatThrownBy(() -> this.one.migrate(Replicas.model())).isInstanceOf(UnsupportedOperationException.class)
			.hasMessageContaining("several instances share");
		assertThatThrownBy(() -> this.one.rollbackMigration()).isInstanceOf(UnsupportedOperationException.class);
	}

	@Test
	void storesOfOtherNamesHaveDocumentsOfTheirOwn() {
		PostgresSettings other = new PostgresSettings("other", null, true, Replicas.shared().retention(),
				Replicas.shared().writeTimeout());
		try (ReplicatedVectorStore store = Replicas.shared(this.pool, other, Replicas.idle(),
				this.directory.resolve("other"), (builder) -> {
				})) {
			store.start();
			store.add(List.of(document("a", "a lake", 1)));
			this.one.add(List.of(document("a", "a river", 1)));
			assertInStep();
			Replicas.look(store);
			assertThat(store.get(List.of("a"))).extracting(Document::getText).containsExactly("a lake");
			assertThat(Replicas.digests(store)).isEqualTo(Replicas.digests(this.database, "other"));
		}
	}

	static Document document(String id, String text, int number) {
		return new Document(id, text, Map.of("n", number));
	}

}

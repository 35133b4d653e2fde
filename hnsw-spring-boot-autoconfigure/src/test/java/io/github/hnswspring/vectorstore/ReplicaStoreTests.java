package io.github.hnswspring.vectorstore;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What a store does for a replica: it writes to its truth first, follows it, and compares
 * itself with it.
 */
class ReplicaStoreTests {

	private final TestEmbeddingModel model = new TestEmbeddingModel();

	private final MapTruth truth = new MapTruth();

	@TempDir
	Path directory;

	private ReplicaStore store;

	@BeforeEach
	void open() {
		this.store = ReplicaStore.of(HnswVectorStore.builder(this.model).directory(this.directory), this.truth);
		this.store.start();
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	@Test
	void whatIsAddedIsInTheTruthFirst() {
		this.truth.before = () -> assertThat(this.store.count()).isZero();
		this.store.add(List.of(new Document("a", "a river", Map.of("n", 1))));
		assertThat(this.truth.rows.get("a")).satisfies((row) -> {
			assertThat(row.text()).isEqualTo("a river");
			assertThat(row.metadata()).isEqualTo(Map.of("n", 1));
			assertThat(row.vector()).isEqualTo(this.model.vector("a river"));
		});
		assertThat(this.store.get(List.of("a"))).hasSize(1);
	}

	@Test
	void whatTheTruthRefusesIsNotStored() {
		this.truth.before = () -> {
			throw new StoreException("The truth is not there", null);
		};
		assertThatThrownBy(() -> this.store.add(List.of(new Document("a", "a river", Map.of()))))
			.isInstanceOf(PartialAddException.class)
			.hasMessageContaining("The truth is not there");
		assertThatThrownBy(() -> this.store.delete(List.of("a"))).hasMessageContaining("The truth is not there");
		assertThat(this.store.count()).isZero();
	}

	@Test
	void deletionsAndReplacementsReachTheTruth() {
		this.store.add(List.of(new Document("a", "a river", Map.of("n", 1)),
				new Document("b", "a mountain", Map.of("n", 2)), new Document("c", "a letter", Map.of("n", 2))));
		this.store.replace(HnswSearchRequest.parseFilter("n == 2"),
				List.of(new Document("c", "a letter", Map.of("n", 3)), new Document("d", "a river", Map.of())));
		assertThat(this.truth.rows).containsOnlyKeys("a", "c", "d");
		assertThat(ids()).containsExactlyInAnyOrder("a", "c", "d");
		this.store.delete(List.of("a"));
		this.store.delete("n == 3");
		assertThat(this.truth.rows).containsOnlyKeys("d");
		assertThat(ids()).containsExactly("d");
	}

	@Test
	void rowsRemovalsAndThePositionAreOneTransaction() {
		this.store.apply(List.of(row("a", "one"), row("b", "two")), List.of(), "first");
		this.store.apply(List.of(row("b", "three")), List.of("a"), "second");
		this.store.stop();
		this.store.start();
		assertThat(this.store.position()).isEqualTo("second");
		assertThat(this.store.get(List.of("a", "b"))).extracting(Document::getText).containsExactly("three");
	}

	@Test
	void whateverSearchesWaitsForItsMinimumPosition() {
		this.store.add(List.of(new Document("a", "a river", Map.of("tenant", "one"))));
		HnswSearchRequest request = HnswSearchRequest.of(SearchRequest.builder().query("a river").topK(1).build())
			.withMinimumPosition("there", Duration.ofSeconds(2));
		DocumentStore scoped = this.store.scopedTo(Map.of("tenant", "one"));
		this.store.similaritySearch(request);
		this.store.similaritySearch(request.withMode(SearchMode.HYBRID).withTopK(2));
		SearchPage page = this.store.search(request.withExactSearch(), null);
		this.store.explain(request, "a");
		this.store.profile(request);
		scoped.similaritySearch(request);
		scoped.search(request, null);
		scoped.explain(request, "a");
		assertThat(this.truth.awaited).hasSize(8).containsOnly("there PT2S");
		assertThat(page.documents()).hasSize(1);
		assertThatThrownBy(() -> this.store.similaritySearch(request.withTopK(1_000_000)))
			.hasMessageContaining("top-k");
		assertThat(this.truth.awaited).as("what is refused does not wait").hasSize(8);
	}

	@Test
	void aStoreThatIsNoReplicaHasNothingToWaitFor(@TempDir Path other) {
		HnswSearchRequest request = HnswSearchRequest.of(SearchRequest.builder().query("a river").build())
			.withMinimumPosition("there", Duration.ZERO);
		try (HnswVectorStore single = HnswVectorStore.builder(this.model).directory(other).build()) {
			assertThatThrownBy(() -> single.similaritySearch(request)).isInstanceOf(UnsupportedOperationException.class)
				.hasMessageContaining("no replica")
				.hasMessageContaining("withMinimumPosition");
		}
	}

	@Test
	void whatCannotBeStoredKeepsNoOtherOut() {
		Map<String, String> refused = this.store
			.apply(List.of(row("a", "one"), new ReplicaRow("zero", "no direction", Map.of(), new float[64]),
					new ReplicaRow("short", "too few", Map.of(), new float[] { 1, 2 })), List.of(), "p");
		assertThat(refused).containsOnlyKeys("zero", "short");
		assertThat(refused.get("short")).contains("64", " 2");
		assertThat(ids()).containsExactly("a");
	}

	@Test
	void aTextThatWasEmbeddedHereStaysKnownWhenItComesBack() {
		this.store.add(List.of(new Document("a", "a river", Map.of("n", 1))));
		this.store.apply(List.of(new ReplicaRow("a", "a river", Map.of("n", 2), this.model.vector("a river"))),
				List.of(), "p");
		int calls = this.model.calls();
		this.store.add(List.of(new Document("other", "a river", Map.of())));
		assertThat(this.model.calls()).isEqualTo(calls);
		assertThat(this.store.get(List.of("a"))).singleElement()
			.satisfies((found) -> assertThat(found.getMetadata()).containsEntry("n", 2));
	}

	@Test
	void aTextWithAnotherVectorIsNotKnownByThat() {
		this.store.add(List.of(new Document("a", "a river", Map.of())));
		this.store.apply(List.of(new ReplicaRow("a", "a river", Map.of(), this.model.vector("a sea"))), List.of(), "p");
		int calls = this.model.calls();
		this.store.add(List.of(new Document("other", "a river", Map.of())));
		assertThat(this.model.calls()).isGreaterThan(calls);
	}

	@Test
	void aResyncRemovesWhatTheTruthDoesNotHave() {
		this.store.apply(List.of(row("same", "one"), row("changed", "two"), row("gone", "three"), row("newer", "four"),
				row("own", "five")), List.of(), "old");
		ReplicaResync resync = this.store.resync();
		resync.put(List.of(row("same", "one"), row("changed", "six")), List.of());
		resync.put(List.of(row("new", "seven")), List.of("newer"));
		assertThat(this.store.position()).isEqualTo("old");
		assertThat(resync.end(List.of("own"), "new position")).isEqualTo(1);
		resync.close();
		assertThat(ids()).containsExactlyInAnyOrder("same", "changed", "newer", "new", "own");
		assertThat(this.store.position()).isEqualTo("new position");
		assertThat(this.store.similaritySearch(this.model.vector("six"), SearchRequest.builder().topK(1).build()))
			.extracting(Document::getId)
			.containsExactly("changed");
	}

	@Test
	void nothingEndsThatTheTruthHas() {
		this.store.apply(List.of(new ReplicaRow("a", "one", Map.of(StoreMetadata.EXPIRES_AT, "2001-01-01T00:00:00Z"),
				this.model.vector("one"))), List.of(), "p");
		assertThat(this.store.exists("a")).isTrue();
		assertThat(this.store.count()).isOne();
	}

	@Test
	void aStoreOfItsOwnDoesNotOpenTheDirectoryOfAReplica() throws Exception {
		this.store.stop();
		Files.writeString(this.directory.resolve("hnsw.replica"), "truth=somewhere");
		HnswVectorStore other = HnswVectorStore.builder(this.model).directory(this.directory).build();
		assertThatThrownBy(other::start).isInstanceOf(StoreDirectoryException.class)
			.hasMessageContaining("it is a replica")
			.hasMessageContaining("hnsw.directory");
		other.close();
		this.store.start();
	}

	@Test
	void whatTheTruthHasNoPlaceForIsRefusedAndChangesNothing() {
		this.store.add(List.of(new Document("a", "a river", Map.of("tenant", "x"))));
		ReplicaStore replica = this.store;
		refused(() -> replica.sync("letters", List.of(new Document("b", "a letter", Map.of()))), "sync", "delete");
		refused(() -> replica.updateMetadata(List.of("a"), MetadataChanges.set("n", 1)), "updateMetadata", "again");
		refused(() -> replica.updateMetadata(HnswSearchRequest.parseFilter("tenant == 'x'"),
				MetadataChanges.set("n", 1)), "updateMetadata", "again");
		refused(() -> replica.forget(Map.of("tenant", "x")), "forget", "delete");
		refused(() -> replica.importFrom(this.directory), "import", "exportTo");
		refused(() -> replica.importSimpleVectorStore(this.directory), "import", "exportTo");
		refused(() -> replica.migrate(new TestEmbeddingModel()), "migration");
		refused(replica::rollbackMigration, "migration");
		refused(replica::switchWithoutRefused, "migration");
		refused(replica::removeFormerEmbeddings, "migration");
		assertThat(this.truth.rows).containsOnlyKeys("a");
		assertThat(ids()).containsExactly("a");
		assertThat(this.store.get(List.of("a"))).singleElement()
			.satisfies((found) -> assertThat(found.getMetadata()).isEqualTo(Map.of("tenant", "x")));
	}

	/** The truth knows no walls: it would lose what is behind another one. */
	@Test
	void withinAScopeAReplicaIsReadAndSearchedOnly() {
		this.store.add(List.of(new Document("a", "a river", Map.of("tenant", "x"))));
		Filter.Expression all = HnswSearchRequest.parseFilter("tenant != 'none'");
		List<Document> documents = List.of(new Document("a", "a letter", Map.of()));
		for (DocumentStore foreign : List.of(this.store.scopedTo(Map.of("tenant", "y")),
				this.store.scopedTo(Map.of("tenant", "y")).scopedTo(Map.of("user", 1)))) {
			refused(() -> foreign.add(documents), "add within a scope");
			refused(() -> foreign.add(documents, List.of(this.model.vector("a letter"))), "add within a scope");
			refused(() -> foreign.replace(all, documents), "replace within a scope");
			refused(() -> foreign.delete(List.of("a")), "delete within a scope");
			refused(() -> foreign.delete(all), "delete within a scope");
			refused(() -> foreign.delete("tenant != 'none'"), "delete within a scope");
			refused(() -> foreign.sync("letters", documents), "sync within a scope");
			refused(() -> foreign.updateMetadata(List.of("a"), MetadataChanges.set("n", 1)), "updateMetadata within");
			refused(() -> foreign.updateMetadata(all, MetadataChanges.set("n", 1)), "updateMetadata within");
			assertThat(foreign.exists("a")).isFalse();
		}
		assertThat(this.truth.rows.get("a").text()).isEqualTo("a river");
		assertThat(ids()).containsExactly("a");
		DocumentStore own = this.store.scopedTo(Map.of("tenant", "x"));
		assertThat(own.count()).isOne();
		assertThat(own.similaritySearch("a river")).extracting(Document::getId).containsExactly("a");
	}

	private static void refused(ThrowingCallable call, String... words) {
		assertThatThrownBy(call).isInstanceOf(UnsupportedOperationException.class)
			.hasMessageContaining("A replica")
			.hasMessageContainingAll(words);
	}

	private ReplicaRow row(String id, String text) {
		return new ReplicaRow(id, text, Map.of(), this.model.vector(text));
	}

	private List<String> ids() {
		return this.store.list(null, DocumentPageRequest.first(100)).documents().stream().map(Document::getId).toList();
	}

	/** A truth of one process. */
	private final class MapTruth implements StoreTruth {

		private final Map<String, ReplicaRow> rows = new HashMap<>();

		private Runnable before = () -> {
		};

		private final List<String> awaited = new ArrayList<>();

		@Override
		public void await(String position, Duration timeout) {
			this.awaited.add(position + " " + timeout);
		}

		@Override
		public void put(List<ReplicaRow> added, Consumer<List<ReplicaRow>> locally) {
			this.before.run();
			added.forEach((row) -> this.rows.put(row.id(), row));
			locally.accept(added);
		}

		@Override
		public void delete(List<String> ids, Runnable locally) {
			this.before.run();
			ids.forEach(this.rows::remove);
			locally.run();
		}

		@Override
		public void replace(Filter.Expression filter, List<ReplicaRow> added,
				BiConsumer<List<String>, List<ReplicaRow>> locally) {
			List<String> removed = new ArrayList<>();
			for (Document document : ReplicaStoreTests.this.store.list(filter, DocumentPageRequest.first(100))
				.documents()) {
				this.rows.remove(document.getId());
				removed.add(document.getId());
			}
			added.forEach((row) -> this.rows.put(row.id(), row));
			locally.accept(removed, added);
		}

	}

}

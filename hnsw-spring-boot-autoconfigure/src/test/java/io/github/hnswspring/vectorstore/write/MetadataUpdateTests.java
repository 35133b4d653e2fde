package io.github.hnswspring.vectorstore.write;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.EmbedsMetadataModel;
import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.UpdateResult;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;

import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Metadata that changes while the text stays. */
class MetadataUpdateTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel();

	/** Vectors put into or taken out of an index, counted. */
	private final AtomicInteger indexed = new AtomicInteger();

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.store = open(this.model);
	}

	private HnswVectorStore open(TestEmbeddingModel other) {
		return StoreFixture.open(this.directory, other,
				(builder) -> StoreSeams.indexes(builder, (index) -> counting(index)));
	}

	private HnswIndex counting(HnswIndex index) {
		return (HnswIndex) Proxy.newProxyInstance(HnswIndex.class.getClassLoader(), new Class<?>[] { HnswIndex.class },
				(proxy, method, arguments) -> {
					switch (method.getName()) {
						case "add", "remove" -> this.indexed.incrementAndGet();
						case "addAll" -> this.indexed.addAndGet(((long[]) arguments[0]).length);
						default -> {
							// Nothing is put in or taken out.
						}
					}
					try {
						return method.invoke(index, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private DocumentRow row(String id) {
		return Objects.requireNonNull(StoreSeams.session(this.store)
			.reader()
			.<DocumentRow>read((connection) -> DocumentTable.row(connection, id)));
	}

	private Map<String, Object> metadata(String id) {
		return this.store.get(List.of(id)).get(0).getMetadata();
	}

	private static Filter.Expression filter(String text) {
		return HnswSearchRequest.parseFilter(text);
	}

	private List<String> find(String query, SearchMode mode, String filter) {
		return this.store
			.similaritySearch(HnswSearchRequest
				.of(SearchRequest.builder().query(query).topK(10).filterExpression(filter(filter)).build())
				.withMode(mode))
			.stream()
			.map(Document::getId)
			.toList();
	}

	private void addThree() {
		this.store.add(List.of(document("a", "river", "state", "draft", "n", 1),
				document("b", "lake", "state", "draft"), document("c", "sea", "state", "final")));
		this.model.reset();
		this.indexed.set(0);
	}

	@Test
	void moreThanMayBeHeldAreNotEmbeddedAnewAtOnce() {
		close();
		TestEmbeddingModel withMetadata = new TestEmbeddingModel() {
			@Override
			public String getEmbeddingContent(Document document) {
				return document.getFormattedContent(org.springframework.ai.document.MetadataMode.EMBED);
			}
		};
		this.store = StoreFixture.open(this.directory, withMetadata,
				(builder) -> builder.limits(Limits.DEFAULTS.withDocumentsPerCall(2)));
		for (String id : List.of("a", "b", "c")) {
			this.store.add(List.of(document(id, "river " + id, "kind", "note")));
		}
		int calls = withMetadata.calls();
		assertThatIllegalArgumentException()
			.isThrownBy(
					() -> this.store.updateMetadata(filter("kind == 'note'"), MetadataChanges.set("title", "On water")))
			.withMessageContaining("at most 2")
			.withMessageContaining("no document was changed")
			.withMessageContaining("hnsw.limits.documents-per-call");
		assertThat(withMetadata.calls()).isEqualTo(calls);
		assertThat(metadata("a")).doesNotContainKey("title");
		assertThat(this.store.updateMetadata(List.of("a", "b"), MetadataChanges.set("title", "On water")).reembedded())
			.isEqualTo(2);
	}

	@Test
	void whatSearchesWriteIsNoMetadataToSet() {
		assertThatIllegalArgumentException().isThrownBy(() -> MetadataChanges.set("distance", 1))
			.withMessageContaining("'distance'")
			.withMessageContaining("searches");
		assertThat(MetadataChanges.remove("distance").keys()).containsExactly("distance");
	}

	@Test
	void whatTheModelDoesNotSeeChangesInPlace() {
		addThree();
		DocumentRow before = row("a");
		assertThat(this.store.updateMetadata(List.of("a", "x", "a", "y"),
				MetadataChanges.set("state", "final").andSet("by", List.of("me")).andRemove("n", "none")))
			.isEqualTo(new UpdateResult(1, 0, 0, 0, List.of("x", "y")));
		assertThat(metadata("a")).isEqualTo(Map.of("state", "final", "by", List.of("me")));
		DocumentRow after = row("a");
		assertThat(after.key()).isEqualTo(before.key());
		assertThat(after.embedding()).isEqualTo(before.embedding());
		assertThat(after.contentHash()).isEqualTo(before.contentHash());
		assertThat(this.model.calls()).isZero();
		assertThat(this.indexed).hasValue(0);
		for (SearchMode mode : SearchMode.values()) {
			assertThat(find("river", mode, "state == 'final'")).as(mode.name()).contains("a").doesNotContain("b");
			assertThat(find("river", mode, "state == 'draft'")).as(mode.name()).doesNotContain("a");
			assertThat(find("river", mode, "by == 'me'")).as(mode.name()).containsExactly("a");
			assertThat(find("river", mode, "n == 1")).as(mode.name()).isEmpty();
		}
	}

	@Test
	void aFilterChoosesAsWell() {
		addThree();
		assertThat(this.store.updateMetadata(filter("state == 'draft'"), MetadataChanges.set("state", "final")))
			.isEqualTo(new UpdateResult(2, 0, 0, 0, List.of()));
		assertThat(this.store.updateMetadata(filter("state == 'draft'"), MetadataChanges.set("state", "final")))
			.isEqualTo(new UpdateResult(0, 0, 0, 0, List.of()));
		assertThat(this.store.updateMetadata(filter("state != 'draft'"), MetadataChanges.set("state", "final")))
			.isEqualTo(new UpdateResult(0, 0, 3, 0, List.of()));
		assertThat(this.store.updateMetadata(List.of("a"), MetadataChanges.remove()).unchanged()).isOne();
	}

	@Test
	void aRestartHasNothingToPutIntoTheIndexAndFindsTheRowsSound() throws IOException {
		addThree();
		this.store.stop();
		this.store.start();
		this.store.updateMetadata(filter("state == 'draft'"), MetadataChanges.set("state", "final"));
		this.indexed.set(0);
		// As after a crash: of the change there is what the database has.
		Path copy = Files.createDirectory(this.directory.resolve("copy"));
		try (Stream<Path> files = Files.list(this.directory).filter(Files::isRegularFile)) {
			for (Path file : files.toList()) {
				Files.copy(file, copy.resolve(file.getFileName()));
			}
		}
		this.store.close();
		this.store = StoreFixture.open(copy, this.model,
				(builder) -> StoreSeams.indexes(builder, (index) -> counting(index)));
		assertThat(this.indexed).as("neither a replay nor a rebuild").hasValue(0);
		assertThat(this.store.index().size()).isEqualTo(3);
		assertThat(this.store.count(filter("state == 'final'"))).isEqualTo(3);
		assertThat(this.store.status().damagedRows()).isZero();
		assertThat(this.store.status().damage()).isNull();
		assertThat(this.store.index().audit().isSound()).isTrue();
	}

	@Test
	void aReaderFollowsWithoutPuttingAnythingIntoItsIndex() {
		addThree();
		this.store.stop();
		this.store.start();
		AtomicInteger others = new AtomicInteger();
		HnswVectorStore reader = StoreFixture.open(this.directory, this.model,
				(builder) -> StoreSeams.indexes(builder.readOnly(true), (index) -> {
					others.incrementAndGet();
					return counting(index);
				}));
		try {
			assertThat(others.get()).isPositive();
			this.indexed.set(0);
			this.store.updateMetadata(List.of("a"), MetadataChanges.set("state", "gone"));
			await("the reader", () -> reader.count(filter("state == 'gone'")) == 1);
			this.store.add(List.of(document("d", "bay", "state", "gone")));
			await("the reader's index", () -> reader.index().size() == 4);
			// It is counted after it is there.
			await("the document that was added, by both", () -> this.indexed.get() >= 2);
			assertThat(this.indexed).hasValue(2);
		}
		finally {
			reader.close();
		}
	}

	@Test
	void whatTheModelSeesIsEmbeddedAnew() {
		this.store.close();
		EmbedsMetadataModel sees = new EmbedsMetadataModel();
		this.store = open(sees);
		this.store.sync("s", List.of(document("x", "river", "title", "Rhine", "chunk_index", 0)));
		this.store.add(List.of(document("a", "river", "title", "Danube", "chunk_index", 0),
				document("b", "river", "title", "Rhine", "chunk_index", 1), document("c", "lake", "title", "Rhine")));
		sees.reset();
		long key = row("a").key();
		assertThat(this.store.updateMetadata(List.of("a"), MetadataChanges.set("chunk_index", 7)))
			.as("the model is not given that key")
			.isEqualTo(new UpdateResult(1, 0, 0, 0, List.of()));
		assertThat(row("a").key()).isEqualTo(key);
		assertThat(this.store.updateMetadata(List.of("a"), MetadataChanges.set("title", "Rhine")))
			.as("the vector of another document")
			.isEqualTo(new UpdateResult(0, 1, 0, 0, List.of()));
		assertThat(row("a").key()).isGreaterThan(key);
		assertThat(row("a").embedding()).isEqualTo(row("b").embedding());
		assertThat(sees.calls()).isZero();
		assertThat(this.store.updateMetadata(filter("title == 'Rhine'"), MetadataChanges.set("title", "Rhône")))
			.as("three with one text, one with another")
			.isEqualTo(new UpdateResult(0, 4, 0, 2, List.of()));
		assertThat(sees.timesEmbedded()).hasSize(2);
		assertThat(this.store.count(filter("title == 'Rhône'"))).isEqualTo(4);
		assertThat(this.store.sources()).containsEntry("s", 1L);
		assertThat(this.store.index().audit().isSound()).isTrue();
	}

	@Test
	void aFailureChangesNothingAndWhatWasPaidForIsKept() {
		this.store.close();
		EmbedsMetadataModel sees = new EmbedsMetadataModel();
		this.store = StoreFixture.open(this.directory, sees,
				(builder) -> builder.batchingStrategy((all) -> all.stream().map(List::of).toList()));
		this.store.add(List.of(document("a", "river"), document("b", "lake"), document("c", "sea")));
		sees.reset();
		sees.failFromCall(3);
		assertThatExceptionOfType(StoreException.class)
			.isThrownBy(() -> this.store.updateMetadata(List.of("a", "b", "c"), MetadataChanges.set("title", "Waters")))
			.withMessageContaining("title")
			.withMessageContaining("the embedding service is down")
			.withMessageContaining("No document was changed")
			.withMessageContaining("change it again");
		assertThat(this.store.count(filter("title == 'Waters'"))).isZero();
		sees.failFromCall(Integer.MAX_VALUE);
		assertThat(this.store.updateMetadata(List.of("a", "b", "c"), MetadataChanges.set("title", "Waters")))
			.isEqualTo(new UpdateResult(0, 3, 0, 1, List.of()));
	}

	@Test
	void aVectorThatWasGivenStays() {
		this.store.close();
		EmbedsMetadataModel sees = new EmbedsMetadataModel();
		this.store = open(sees);
		float[] vector = sees.vector("something else");
		this.store.add(List.of(document("a", "river", "title", "Rhine")), List.of(vector));
		assertThat(this.store.updateMetadata(List.of("a"), MetadataChanges.set("title", "Danube")).inPlace()).isOne();
		assertThat(row("a").embedding()).isEqualTo(vector);
		assertThat(sees.calls()).isZero();
	}

	@Test
	void aModelThatGivesNoUsableVectorChangesNothing() {
		this.store.close();
		this.store = open(new TestEmbeddingModel() {

			@Override
			public String getEmbeddingContent(Document document) {
				return document.getFormattedContent(org.springframework.ai.document.MetadataMode.EMBED);
			}

			@Override
			public float[] vector(String text) {
				return text.contains("Nowhere") ? new float[super.vector(text).length] : super.vector(text);
			}

		});
		this.store.add(List.of(document("a", "river", "title", "Rhine")));
		assertThatExceptionOfType(StoreException.class)
			.isThrownBy(() -> this.store.updateMetadata(List.of("a"), MetadataChanges.set("title", "Nowhere")))
			.withMessageContaining("the zero vector")
			.withMessageContaining("No document was changed");
		assertThat(metadata("a")).containsEntry("title", "Rhine");
	}

	@Test
	void whatADocumentCannotHaveIsRefusedAndNothingIsChanged() {
		this.store.close();
		this.store = StoreFixture.open(this.directory, this.model,
				(builder) -> builder.limits(Limits.DEFAULTS.withMetadataLength(60)));
		addThree();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.store.updateMetadata(filter("state == 'draft' OR n == 1"),
					MetadataChanges.set("text", "x".repeat(60)).andRemove("state")))
			.withMessageContaining("'a'")
			.withMessageContaining("no document was");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.store.updateMetadata(List.of("a"), MetadataChanges.set("thread", new Object())))
			.withMessageContaining("'a'")
			.withMessageContaining("thread");
		for (String key : HitMetadata.KEYS) {
			assertThatIllegalArgumentException().isThrownBy(() -> MetadataChanges.set(key, 1))
				.withMessageContaining(key);
		}
		assertThatIllegalArgumentException().isThrownBy(() -> MetadataChanges.set("key", null))
			.withMessageContaining("remove the key");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.store.updateMetadata(List.of("a"), (MetadataChanges) null))
			.withMessageContaining("changes");
		assertThat(metadata("b")).isEqualTo(Map.of("state", "draft"));
	}

	@Test
	void theLaterOfTwoChangesOfAKeyCounts() {
		addThree();
		this.store.updateMetadata(List.of("a"),
				MetadataChanges.set("x", 1).andRemove("x").andRemove("n").andSet("n", 2).andSet("n", 3));
		assertThat(metadata("a")).isEqualTo(Map.of("state", "draft", "n", 3));
	}

	@Test
	void typesStayWhatTheyAre() {
		this.store.add(List.of(document("a", "river", "long", 7L, "numbers", new int[] { 1, 2 })));
		this.store.updateMetadata(List.of("a"), MetadataChanges.set("float", 1.5f));
		assertThat(metadata("a")).containsEntry("long", 7L).containsEntry("float", 1.5f);
		assertThat(metadata("a").get("numbers")).isEqualTo(new int[] { 1, 2 });
		assertThat(this.store.updateMetadata(List.of("a"), MetadataChanges.set("numbers", new int[] { 1, 2 })))
			.as("equal arrays are no change")
			.isEqualTo(new UpdateResult(0, 0, 1, 0, List.of()));
	}

	@Test
	void behindAWallNothingElseChangesAndNothingLeaves() {
		DocumentStore acme = this.store.scopedTo(Map.of("tenant", "acme"));
		DocumentStore other = this.store.scopedTo(Map.of("tenant", "other"));
		acme.add(List.of(document("a", "river", "state", "draft"), document("b", "lake", "state", "draft")));
		other.add(List.of(document("a", "river", "state", "draft"), document("c", "sea", "state", "draft")));
		this.store.add(List.of(document("outside", "bay", "state", "draft")));
		assertThat(acme.updateMetadata(List.of("a", "c", "outside"), MetadataChanges.set("state", "final")))
			.isEqualTo(new UpdateResult(1, 0, 0, 0, List.of("c", "outside")));
		assertThat(
				acme.updateMetadata(filter("state == 'draft' OR tenant == 'other'"), MetadataChanges.remove("state")))
			.isEqualTo(new UpdateResult(1, 0, 0, 0, List.of()));
		assertThat(this.store.count(filter("state == 'draft'"))).isEqualTo(3);
		for (MetadataChanges changes : List.of(MetadataChanges.set("tenant", "other"), MetadataChanges.remove("tenant"),
				MetadataChanges.set("tenant", List.of("acme", "other")))) {
			assertThatIllegalArgumentException().isThrownBy(() -> acme.updateMetadata(List.of("a"), changes))
				.withMessageContaining("'a'")
				.withMessageContaining("scope");
		}
		assertThat(acme.updateMetadata(List.of("a"), MetadataChanges.set("tenant", "acme")).unchanged()).isOne();
		assertThat(acme.count()).isEqualTo(2);
		assertThat(other.count()).isEqualTo(2);
	}

	@Test
	void behindAWallADocumentIsEmbeddedAnewInItsOwnPlace() {
		this.store.close();
		EmbedsMetadataModel sees = new EmbedsMetadataModel();
		this.store = open(sees);
		// One from outside, and one of the same id from within: two documents.
		this.store.add(List.of(document("a", "river", "tenant", "acme", "n", 1)));
		String outside = row("a").id();
		DocumentStore acme = this.store.scopedTo(Map.of("tenant", "acme"));
		this.store.add(List.of(document("{\"tenant\":\"acme\"}a", "lake", "tenant", "acme", "n", 2)));
		assertThat(acme.updateMetadata(filter("n >= 1"), MetadataChanges.set("title", "Waters")).reembedded())
			.isEqualTo(2);
		assertThat(acme.count()).isEqualTo(2);
		assertThat(row(outside).text()).isEqualTo("river");
		assertThat(row("{\"tenant\":\"acme\"}a").text()).isEqualTo("lake");
	}

	@Test
	void anotherSpellingOfTheValueOfTheScopeIsNoChange() {
		DocumentStore first = this.store.scopedTo(Map.of("tenant", 1));
		first.add(List.of(document("a", "river")));
		assertThat(first.updateMetadata(List.of("a"), MetadataChanges.set("tenant", 1.0)))
			.isEqualTo(new UpdateResult(0, 0, 1, 0, List.of()));
		assertThat(first.get(List.of("a")).get(0).getMetadata()).containsEntry("tenant", 1);
	}

	@Test
	void whatHasEndedIsNotThereAndAnEndCanBeChanged() {
		Instant past = Instant.now().minusSeconds(60);
		Instant future = Instant.now().plusSeconds(600);
		this.store.add(List.of(document("a", "river", "expiresAt", future, "state", "x"),
				document("b", "lake", "state", "x")));
		assertThat(this.store.updateMetadata(List.of("b"), MetadataChanges.set("expiresAt", past)).inPlace()).isOne();
		assertThat(this.store.exists("b")).isFalse();
		assertThat(this.store.updateMetadata(List.of("b"), MetadataChanges.set("state", "y")).unknownIds())
			.containsExactly("b");
		assertThat(this.store.updateMetadata(filter("state == 'x'"), MetadataChanges.remove("expiresAt")))
			.isEqualTo(new UpdateResult(1, 0, 0, 0, List.of()));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.store.updateMetadata(List.of("a"), MetadataChanges.set("expiresAt", "soon")))
			.withMessageContaining("expiresAt");
	}

}

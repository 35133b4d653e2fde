package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import ch.qos.logback.classic.Level;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.SearchExplanation.Verdict;
import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A document that has ended is in no answer, whether it is removed yet or not. The writer
 * lock is held meanwhile, so that the background does not remove it.
 */
class ExpiryTests {

	private static final Duration HOUR = Duration.ofHours(1);

	@TempDir
	Path directory;

	private TestEmbeddingModel model = new TestEmbeddingModel();

	private final SettableClock clock = new SettableClock();

	private HnswVectorStore store;

	private ReentrantLock writerLock;

	@BeforeEach
	void open() {
		open((builder) -> {
		});
	}

	private void open(Consumer<HnswVectorStore.Builder> settings) {
		this.store = StoreFixture.open(this.directory, this.model, (builder) -> {
			StoreSeams.faults(builder, (options) -> options.clock = this.clock);
			settings.accept(builder);
		});
		this.writerLock = StoreSeams.session(this.store).database().writerLock();
		this.writerLock.lock();
	}

	@AfterEach
	void close() {
		this.writerLock.unlock();
		this.store.close();
	}

	private void reopen(Consumer<HnswVectorStore.Builder> settings) {
		close();
		open(settings);
	}

	private HnswVectorStore reader() {
		return StoreFixture.open(this.directory, this.model, (builder) -> {
			StoreSeams.faults(builder, (options) -> options.clock = this.clock);
			builder.readOnly(true);
		});
	}

	private void add(String id, String text, Object... metadata) {
		this.store.add(List.of(document(id, text, metadata)));
	}

	private Instant soon() {
		return this.clock.in(HOUR);
	}

	private static List<String> ids(List<Document> documents) {
		return documents.stream().map(Document::getId).toList();
	}

	private List<String> find(SearchMode mode, String text) {
		return ids(this.store.similaritySearch(
				HnswSearchRequest.of(SearchRequest.builder().query(text).topK(10).build()).withMode(mode)));
	}

	private static Filter.Expression filter(String text) {
		return HnswSearchRequest.parseFilter(text);
	}

	@ParameterizedTest
	@EnumSource(SearchMode.class)
	void isFoundUntilItsEndAndNotFromThenOn(SearchMode mode) {
		add("short", "copper river bridge", "expiresAt", soon());
		add("long", "copper river candle");
		this.clock.advance(HOUR.minusMillis(1));
		assertThat(find(mode, "copper river bridge")).containsExactly("short", "long");
		this.clock.advance(Duration.ofMillis(1));
		assertThat(find(mode, "copper river bridge")).containsExactly("long");
	}

	@Test
	void isNowhereElseEither() {
		add("a", "river", "expiresAt", soon(), "kind", "note");
		add("b", "river bank", "kind", "note");
		this.clock.advance(HOUR);
		assertThat(this.store.exists("a")).isFalse();
		assertThat(ids(this.store.get(List.of("a", "b")))).containsExactly("b");
		assertThat(this.store.count()).isEqualTo(1);
		assertThat(this.store.count(filter("kind == 'note'"))).isEqualTo(1);
		assertThat(this.store.count(filter("NOT kind == 'other'"))).isEqualTo(1);
		assertThat(this.store.count(filter("expiresAt < '2030-01-01'"))).isZero();
		assertThat(ids(this.store.list(null, DocumentPageRequest.first(10)).documents())).containsExactly("b");
		assertThat(ids(this.store.list(filter("kind == 'note'"), DocumentPageRequest.first(10)).documents()))
			.containsExactly("b");
		List<String> exported = new ArrayList<>();
		this.store.exportTo((document, vector) -> exported.add(document.getId()));
		assertThat(exported).containsExactly("b");
	}

	@Test
	void neitherTheIndexNorTheStatusHasIt() {
		add("a", "river", "expiresAt", soon());
		add("b", "river bank");
		HnswIndex index = this.store.index();
		this.clock.advance(HOUR);
		float[] question = this.model.vector("river");
		assertThat(index.search(question, 5)).extracting(Neighbor::id).containsExactly(2L);
		assertThat(index.search(VectorQuery.of(question).filter((id) -> id < 9)).stream().map(Neighbor::id))
			.containsExactly(2L);
		assertThat(index.search(VectorQuery.of(question).filter(KeySet.of(1, 2))).stream().map(Neighbor::id))
			.containsExactly(2L);
		assertThat(index.search(VectorQuery.of(question).filter(KeySet.of(1)))).isEmpty();
		assertThat(index.contains(1)).isFalse();
		assertThat(index.vector(1)).isEmpty();
		assertThat(index.vector(2)).isPresent();
		assertThat(index.size()).isEqualTo(1);
		assertThat(this.store.status().documents()).isEqualTo(1);
	}

	@Test
	void aFilterWithNotLeavesItOutToo() {
		add("a", "river", "expiresAt", soon(), "kind", "note");
		add("b", "river bank", "kind", "letter");
		this.clock.advance(HOUR);
		SearchRequest request = SearchRequest.builder().query("river").filterExpression("NOT kind == 'x'").build();
		assertThat(ids(this.store.similaritySearch(request))).containsExactly("b");
	}

	@Test
	void groupsAndNeighboursDoNotShowIt() {
		for (int i = 0; i < 4; i++) {
			Object[] metadata = { "parent_document_id", "d", "chunk_index", i };
			Document passage = document("p" + i, "river passage " + i, metadata);
			this.store.add(List.of((i != 1) ? passage : passage.mutate().metadata("expiresAt", soon()).build()));
		}
		this.clock.advance(HOUR);
		HnswSearchRequest groups = HnswSearchRequest
			.of(SearchRequest.builder().query("river passage 2").topK(3).build())
			.withGroupBy(4);
		assertThat(ids(this.store.similaritySearch(groups))).containsExactlyInAnyOrder("p0", "p2", "p3");
		HnswSearchRequest around = HnswSearchRequest
			.of(SearchRequest.builder().query("river passage 2").topK(1).build())
			.withNeighbors(1, 1);
		assertThat(ids(this.store.similaritySearch(around))).containsExactly("p0", "p2", "p3");
	}

	@ParameterizedTest
	@EnumSource(SearchMode.class)
	void thousandsThatHaveEndedDoNotHideTheOthers(SearchMode mode) {
		Random random = new Random(3);
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < 3_000; i++) {
			documents.add(document("old" + i, "copper river bridge " + i, "expiresAt", soon()));
		}
		for (int i = 0; i < 20; i++) {
			documents.add(document("new" + i, StoreFixture.text("river", random)));
		}
		StoreFixture.addDirectly(this.store, this.model, documents);
		this.clock.advance(HOUR);
		assertThat(find(mode, "copper river bridge 7")).hasSize(10).allMatch((id) -> id.startsWith("new"));
		String token = null;
		List<String> paged = new ArrayList<>();
		do {
			SearchPage page = this.store.search(SearchRequest.builder().query("copper river").topK(7).build(), token);
			paged.addAll(ids(page.documents()));
			token = page.next();
		}
		while (token != null);
		assertThat(paged).hasSize(20).doesNotHaveDuplicates().allMatch((id) -> id.startsWith("new"));
		assertThat(this.store.count()).isEqualTo(20);
	}

	@Test
	void explainSaysSo() {
		add("a", "river", "expiresAt", soon(), "kind", "note");
		this.clock.advance(HOUR);
		int calls = this.model.calls();
		SearchRequest request = SearchRequest.builder().query("river").build();
		SearchExplanation explanation = this.store.explain(request, "a");
		assertThat(explanation.verdict()).isEqualTo(Verdict.EXPIRED);
		assertThat(explanation.reason()).contains("2026-06-01T13:00:00Z", "expiresAt", "hnsw.time-to-live");
		assertThat(this.model.calls()).isEqualTo(calls);
		SearchRequest hidden = SearchRequest.builder().query("river").filterExpression("kind == 'x'").build();
		assertThat(this.store.explain(hidden, "a").verdict()).isEqualTo(Verdict.NOT_STORED);
	}

	@Test
	void isRemovedInTheBackground() {
		Random random = new Random(5);
		List<Document> documents = new ArrayList<>();
		for (Document document : StoreFixture.documents("d", 600, random)) {
			documents.add(document.mutate().metadata("expiresAt", soon()).build());
		}
		documents.add(document("stays", "river"));
		StoreFixture.addDirectly(this.store, this.model, documents);
		this.clock.advance(HOUR);
		this.writerLock.unlock();
		StoreFixture.await("removal from the graph", () -> this.store.index().statistics().size() == 1);
		this.writerLock.lock();
		assertThat(this.store.exists("stays")).isTrue();
		assertThat(this.store.count()).isEqualTo(1);
		long change = this.store.status().lastChange();
		this.writerLock.unlock();
		// What has nothing to do writes nothing.
		StoreFixture.await("some ticks", () -> this.store.status().lastChange() == change);
		this.writerLock.lock();
	}

	@Test
	void theDefaultHoldsForDocumentsThatDoNotSayAnything() {
		reopen((builder) -> builder.timeToLive(HOUR));
		add("default", "river");
		add("own", "river bank", "expiresAt", this.clock.in(HOUR.multipliedBy(3)));
		this.clock.advance(HOUR);
		assertThat(find(SearchMode.DENSE, "river")).containsExactly("own");
		this.clock.advance(HOUR.multipliedBy(2));
		assertThat(find(SearchMode.DENSE, "river")).isEmpty();
		assertThat(this.store.count()).isZero();
	}

	@Test
	void addedAgainItLivesOnWithoutAnEmbeddingOrANewRow() {
		reopen((builder) -> builder.timeToLive(HOUR));
		add("a", "river");
		int calls = this.model.calls();
		long change = this.store.status().lastChange();
		this.clock.advance(HOUR.dividedBy(2));
		add("a", "river");
		this.clock.advance(HOUR.dividedBy(2));
		assertThat(this.store.exists("a")).isTrue();
		assertThat(this.model.calls()).isEqualTo(calls);
		assertThat(this.store.status().lastChange()).isEqualTo(change);
		this.clock.advance(HOUR.dividedBy(2));
		assertThat(this.store.exists("a")).isFalse();
		add("a", "river");
		assertThat(this.store.exists("a")).as("it is back, though it had ended").isTrue();
		assertThat(this.model.calls()).isEqualTo(calls);
	}

	@Test
	void withALaterEndItIsNotEmbeddedAgainEvenIfMetadataIs() {
		TestEmbeddingModel withMetadata = new TestEmbeddingModel() {
			@Override
			public String getEmbeddingContent(Document document) {
				return document.getFormattedContent(org.springframework.ai.document.MetadataMode.EMBED);
			}
		};
		try (HnswVectorStore other = at(this.directory.resolve("other"), withMetadata)) {
			other.add(List.of(document("a", "river", "title", "On water", "expiresAt", soon())));
			other
				.add(List.of(document("a", "river", "title", "On water", "expiresAt", this.clock.in(HOUR.plus(HOUR)))));
			assertThat(withMetadata.timesEmbedded()).hasSize(1).containsValue(1);
		}
	}

	@Test
	void aLaterEndTakesNoNewRow() {
		add("a", "river", "expiresAt", soon());
		int calls = this.model.calls();
		add("a", "river", "expiresAt", this.clock.in(HOUR.multipliedBy(2)));
		assertThat(this.model.calls()).isEqualTo(calls);
		assertThat(this.store.index().statistics().removedSlots()).as("nothing was removed").isZero();
		this.clock.advance(HOUR);
		assertThat(find(SearchMode.DENSE, "river")).containsExactly("a");
		this.clock.advance(HOUR);
		assertThat(find(SearchMode.DENSE, "river")).isEmpty();
	}

	@Test
	void aChangeOfMetadataChangesTheEndIfItSaysSo() {
		reopen((builder) -> builder.timeToLive(HOUR));
		add("a", "river");
		add("b", "lake", "expiresAt", this.clock.in(HOUR.multipliedBy(9)));
		add("gone", "sea", "expiresAt", this.clock.in(HOUR.dividedBy(9)));
		this.clock.advance(HOUR.dividedBy(2));
		UpdateResult tagged = this.store.updateMetadata(List.of("a", "gone"), MetadataChanges.set("tag", 1));
		assertThat(tagged.unknownIds()).containsExactly("gone");
		this.store.updateMetadata(List.of("b"), MetadataChanges.remove("expiresAt"));
		this.clock.advance(HOUR.dividedBy(2));
		assertThat(this.store.exists("a")).as("to be tagged is not to be added").isFalse();
		assertThat(this.store.exists("b")).isTrue();
		this.clock.advance(HOUR.dividedBy(2));
		assertThat(this.store.exists("b")).as("the default, from when its own end was removed").isFalse();
		add("c", "river");
		this.store.updateMetadata(new FilterExpressionBuilder().isNull("tag").build(),
				MetadataChanges.set("expiresAt", this.clock.in(HOUR.dividedBy(4))));
		this.clock.advance(HOUR.dividedBy(4));
		assertThat(this.store.exists("c")).isFalse();
	}

	@Test
	void whatIsEmbeddedAnewForItsMetadataEndsWhenItWould() {
		Path elsewhere = this.directory.resolve("elsewhere");
		try (HnswVectorStore other = at(elsewhere, new EmbedsMetadataModel())) {
			other.add(List.of(document("never", "river")));
		}
		try (HnswVectorStore other = at(elsewhere, new EmbedsMetadataModel(), (builder) -> builder.timeToLive(HOUR))) {
			other.add(List.of(document("soon", "lake")));
			this.clock.advance(HOUR.dividedBy(2));
			assertThat(other.updateMetadata(List.of("never", "soon"), MetadataChanges.set("tag", 1)).reembedded())
				.isEqualTo(2);
			this.clock.advance(HOUR.dividedBy(2));
			assertThat(other.exists("soon")).isFalse();
			this.clock.advance(HOUR);
			assertThat(other.exists("never")).isTrue();
		}
	}

	@Test
	void withoutTheDefaultWhatIsAddedAgainDoesNotEnd() {
		reopen((builder) -> builder.timeToLive(HOUR));
		add("a", "river");
		reopen((builder) -> {
		});
		add("a", "river");
		this.clock.advance(HOUR.multipliedBy(5));
		assertThat(this.store.exists("a")).isTrue();
	}

	@Test
	void whatHasEndedAlreadyIsNotEmbeddedAndReplacesWhatThereWas() {
		add("a", "river");
		int calls = this.model.calls();
		add("a", "river two", "expiresAt", this.clock.instant());
		assertThat(this.store.exists("a")).isFalse();
		assertThat(this.store.status().documents()).isZero();
		this.store.replace(filter("kind == 'x'"),
				List.of(document("b", "lake", "expiresAt", this.clock.in(HOUR.negated()))));
		assertThat(this.store.exists("b")).isFalse();
		assertThat(this.model.calls()).isEqualTo(calls);
	}

	@Test
	void allKindsOfDatesAreUnderstood() {
		Instant end = soon();
		Map<String, Object> dates = Map.of("instant", end, "date", Date.from(end), "text", end.toString(), "offset",
				end.atOffset(ZoneOffset.ofHours(2)), "offsetText", end.atOffset(ZoneOffset.ofHours(2)).toString(),
				"zoned", end.atZone(ZoneOffset.UTC));
		dates.forEach((id, date) -> add(id, "river " + id, "expiresAt", date));
		this.clock.advance(HOUR.minusMillis(1));
		assertThat(this.store.count()).isEqualTo(dates.size());
		this.clock.advance(Duration.ofMillis(1));
		assertThat(this.store.count()).isZero();
		add("never", "river", "expiresAt", "9999-12-31");
		assertThat(this.store.exists("never")).isTrue();
		assertThatIllegalArgumentException().isThrownBy(() -> add("x", "river", "expiresAt", 1_780_315_200L))
			.withMessageContaining("'x'")
			.withMessageContaining("expiresAt")
			.withMessageContaining("1780315200")
			.withMessageContaining("Long")
			.withMessageContaining("2026-12-31T12:00:00Z");
		assertThatIllegalArgumentException().isThrownBy(() -> add("x", "river", "expiresAt", "tomorrow"));
	}

	@Test
	void aClockSetBackLetsItLiveUntilItsTime() {
		add("a", "river", "expiresAt", soon());
		this.clock.advance(HOUR);
		assertThat(this.store.exists("a")).isFalse();
		this.clock.advance(HOUR.negated());
		assertThat(this.store.exists("a")).isTrue();
		assertThat(find(SearchMode.DENSE, "river")).containsExactly("a");
	}

	@Test
	void readersSeeEndsAsTheOwnerDoes() {
		Random random = new Random(7);
		List<Document> documents = new ArrayList<>();
		StoreFixture.documents("d", 300, random)
			.forEach((document) -> documents.add(document.mutate().metadata("expiresAt", soon()).build()));
		StoreFixture.addDirectly(this.store, this.model, documents);
		add("stays", "river");
		try (HnswVectorStore reader = reader()) {
			assertThat(reader.count()).isEqualTo(301);
			this.clock.advance(HOUR);
			assertThat(reader.count()).isEqualTo(1);
			assertThat(ids(reader.similaritySearch(SearchRequest.builder().query("d1").topK(5).build())))
				.containsExactly("stays");
			// What it remembers of 300 that have ended does not outlive a later end.
			String text = documents.get(1).getText();
			this.store.add(List.of(document("d1", text, "number", 1, "even", false, "expiresAt", soon())));
			assertThat(reader.exists("d1")).isTrue();
			assertThat(ids(reader.list(null, DocumentPageRequest.first(10)).documents())).containsExactly("stays",
					"d1");
		}
	}

	@Test
	void whatAReaderRemembersDoesNotOutliveALongerLife() {
		reopen((builder) -> builder.timeToLive(HOUR));
		List<Document> documents = StoreFixture.documents("d", 300, new Random(9));
		StoreFixture.addDirectly(this.store, this.model, documents);
		try (HnswVectorStore reader = reader()) {
			this.clock.advance(HOUR);
			assertThat(reader.count()).isZero();
			StoreFixture.addDirectly(this.store, this.model, documents.subList(0, 1));
			assertThat(reader.count()).isEqualTo(1);
			assertThat(ids(reader.list(null, DocumentPageRequest.first(10)).documents())).containsExactly("d0");
		}
	}

	@Test
	void aSyncCountsAsAnAddition() {
		reopen((builder) -> builder.timeToLive(HOUR));
		List<Document> read = List.of(new Document("river"), new Document("lake"),
				document("offer", "copper", "expiresAt", this.clock.in(HOUR.dividedBy(4))));
		this.store.sync("handbook", read);
		int calls = this.model.calls();
		this.clock.advance(HOUR.dividedBy(2));
		assertThat(this.store.count()).isEqualTo(2);
		assertThat(this.store.sources()).containsEntry("handbook", 2L);
		SyncResult again = this.store.sync(SyncRequest.of("handbook", read).withMaxRemoved(0));
		assertThat(again.unchanged()).isEqualTo(2);
		assertThat(again.added() + again.changed() + again.embedded()).isZero();
		assertThat(this.model.calls()).isEqualTo(calls);
		assertThat(this.store.status().documents()).as("what had ended is removed").isEqualTo(2);
		this.clock.advance(HOUR.multipliedBy(3).dividedBy(4));
		assertThat(this.store.count()).as("it lives on").isEqualTo(2);
		this.clock.advance(HOUR.dividedBy(4));
		assertThat(this.store.count()).isZero();
		assertThat(this.store.sources()).isEmpty();
		assertThat(this.store.sync(SyncRequest.of("handbook", List.of()).withMaxRemoved(0)).removed()).isEqualTo(2);
	}

	@Test
	void behindAWallItEndsToo() {
		DocumentStore acme = this.store.scopedTo(Map.of("tenant", "acme"));
		acme.add(List.of(document("a", "river", "expiresAt", soon()), document("b", "river bank")));
		DocumentStore other = this.store.scopedTo(Map.of("tenant", "other"));
		other.add(List.of(document("a", "river")));
		this.clock.advance(HOUR);
		assertThat(acme.exists("a")).isFalse();
		assertThat(acme.count()).isEqualTo(1);
		assertThat(ids(acme.similaritySearch("river"))).containsExactly("b");
		assertThat(acme.explain(SearchRequest.builder().query("river").build(), "a").verdict())
			.isEqualTo(Verdict.EXPIRED);
		assertThat(ids(acme.list(null, DocumentPageRequest.first(10)).documents())).containsExactly("b");
		assertThat(other.exists("a")).isTrue();
		acme.add(List.of(document("a", "river")));
		assertThat(ids(acme.get(List.of("a", "b")))).containsExactly("a", "b");
		acme.add(List.of(document("a", "river", "expiresAt", this.clock.instant())));
		assertThat(acme.exists("a")).isFalse();
		assertThat(other.exists("a")).as("not its own").isTrue();
	}

	/** As a store of an earlier version is, which knows nothing of ends. */
	private void forgetEnds() throws SQLException {
		StoreSeams.session(this.store).database().update((connection) -> {
			connection.execute("DELETE FROM document_expiry");
			connection.execute("DELETE FROM meta WHERE name = 'expiry_covered'");
		});
	}

	private void awaitEnds() {
		this.writerLock.unlock();
		StoreFixture.await("ends for all",
				() -> StoreSeams.session(this.store)
					.reader()
					.read((connection) -> "all".equals(MetaTable.get(connection, MetaTable.EXPIRY_COVERED))));
		this.writerLock.lock();
	}

	@Test
	void documentsOfAnOlderStoreAreGivenTheirEndUnlessItWasPast() throws SQLException {
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < 600; i++) {
			documents
				.add(document("d" + i, "river " + i, "expiresAt", (i % 3 == 0) ? soon().toString() : "9999-12-31"));
		}
		StoreFixture.addDirectly(this.store, this.model, documents);
		add("late", "river", "expiresAt", this.clock.in(HOUR.multipliedBy(2)));
		add("odd", "lake");
		forgetEnds();
		StoreSeams.session(this.store)
			.database()
			.update((connection) -> connection
				.execute("UPDATE document SET metadata = '{\"expiresAt\":5}' WHERE id = 'odd'"));
		// A change has the store notice what another tool did.
		this.store.delete(List.of("nothing"));
		this.clock.advance(HOUR);
		try (LogCapture log = new LogCapture()) {
			reopen((builder) -> {
			});
			awaitEnds();
			assertThat(log.messages(Level.WARN)).filteredOn((line) -> line.contains("expiresAt"))
				.hasSize(1)
				.first()
				.asString()
				.contains("401 end then", "200 say a date that was past", "1 say nothing",
						"delete(\"expiresAt < '2026-06-01T13:00:00Z'\")");
		}
		assertThat(this.store.count()).isEqualTo(602);
		this.clock.advance(HOUR);
		assertThat(this.store.exists("late")).isFalse();
		assertThat(this.store.count()).isEqualTo(601);
		this.store.delete("expiresAt < '2026-06-01T13:00:00Z'");
		this.store.delete("expiresAt <= '2026-06-01T13:00:00Z'");
		assertThat(this.store.count()).isEqualTo(401);
	}

	@Test
	void whatEndsBetweenTheUpgradeAndItsTurnHasEnded() throws SQLException {
		add("before", "river", "expiresAt", soon());
		add("between", "river", "expiresAt", this.clock.in(HOUR.multipliedBy(2)));
		forgetEnds();
		this.clock.advance(HOUR);
		reopen((builder) -> {
		});
		this.clock.advance(HOUR);
		reopen((builder) -> {
		});
		awaitEnds();
		assertThat(this.store.exists("before")).isTrue();
		assertThat(this.store.exists("between")).isFalse();
	}

	@Test
	void whatStaysDespiteItsDateStaysWhateverIsDoneToIt(@TempDir Path elsewhere) throws SQLException {
		TestEmbeddingModel withMetadata = new TestEmbeddingModel() {
			@Override
			public String getEmbeddingContent(Document document) {
				return document.getFormattedContent(org.springframework.ai.document.MetadataMode.EMBED);
			}
		};
		this.model = withMetadata;
		reopen((builder) -> {
		});
		for (String id : List.of("in place", "embedded", "edited", "exported", "ended")) {
			add(id, "river", "expiresAt", soon());
		}
		forgetEnds();
		this.clock.advance(HOUR);
		reopen((builder) -> {
		});
		awaitEnds();
		this.store.updateMetadata(List.of("in place"), MetadataChanges.set("chunk_index", 1));
		this.store.updateMetadata(List.of("embedded"), MetadataChanges.set("title", "On water"));
		this.store.updateMetadata(List.of("ended"), MetadataChanges.set("expiresAt", this.clock.in(HOUR.negated())));
		StoreSeams.session(this.store)
			.database()
			.update((connection) -> connection.execute(
					"UPDATE document SET metadata = " + "json_set(metadata, '$.kind', 'note') WHERE id = 'edited'"));
		add("other", "lake");
		assertThat(this.store.count(filter("kind == 'note'"))).isEqualTo(1);
		assertThat(this.store.exists("ended")).as("said anew").isFalse();
		assertThat(this.store.count()).isEqualTo(5);
		this.store.exportTo(elsewhere.resolve("export"));
		try (HnswVectorStore imported = at(elsewhere.resolve("imported"))) {
			imported.importFrom(elsewhere.resolve("export"));
			assertThat(imported.count()).isEqualTo(5);
		}
	}

	@Test
	void endsSurviveARestartABackupAnExportAndASalvage(@TempDir Path elsewhere) {
		reopen((builder) -> builder.timeToLive(HOUR));
		add("default", "river");
		add("own", "lake", "expiresAt", soon());
		// A backup waits until the index is saved, which needs the lock.
		this.writerLock.unlock();
		this.store.backup(elsewhere.resolve("backup"));
		this.writerLock.lock();
		this.store.exportTo(elsewhere.resolve("export"));
		reopen((builder) -> {
		});
		try (HnswVectorStore imported = at(elsewhere.resolve("imported"))) {
			imported.importFrom(elsewhere.resolve("export"));
			try (HnswVectorStore backup = at(elsewhere.resolve("backup"))) {
				close();
				HnswVectorStore.salvage(this.directory, elsewhere.resolve("salvaged"), Metric.COSINE);
				open();
				try (HnswVectorStore salvaged = at(elsewhere.resolve("salvaged"))) {
					for (HnswVectorStore each : List.of(this.store, imported, backup, salvaged)) {
						assertThat(each.count()).isEqualTo(2);
					}
					this.clock.advance(HOUR);
					for (HnswVectorStore each : List.of(this.store, imported, backup, salvaged)) {
						assertThat(each.count()).isZero();
						assertThat(each.exists("default")).isFalse();
					}
				}
			}
		}
	}

	private HnswVectorStore at(Path path) {
		return at(path, this.model);
	}

	private HnswVectorStore at(Path path, TestEmbeddingModel embeddingModel) {
		return at(path, embeddingModel, (builder) -> {
		});
	}

	private HnswVectorStore at(Path path, TestEmbeddingModel embeddingModel,
			Consumer<HnswVectorStore.Builder> settings) {
		return StoreFixture.open(path, embeddingModel, (builder) -> {
			StoreSeams.faults(builder, (options) -> options.clock = this.clock);
			settings.accept(builder);
		});
	}

}

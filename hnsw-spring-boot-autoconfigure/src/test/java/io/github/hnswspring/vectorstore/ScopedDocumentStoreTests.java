package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.SearchExplanation.Verdict;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a part of a store is, seen from inside and from outside. */
class ScopedDocumentStoreTests {

	private static final Map<String, String> ACME = Map.of("tenant", "acme");

	private static final Map<String, String> EVIL = Map.of("tenant", "evil");

	private static final FilterExpressionBuilder FILTER = new FilterExpressionBuilder();

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel();

	private HnswVectorStore store;

	private DocumentStore acme;

	private DocumentStore evil;

	@BeforeEach
	void open() {
		this.store = StoreFixture.open(this.directory, this.model);
		this.acme = this.store.scopedTo(ACME);
		this.evil = this.store.scopedTo(EVIL);
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private static Document document(String id, String text, Object... metadata) {
		return StoreFixture.document(id, text, metadata);
	}

	private static SearchRequest ask(String question) {
		return SearchRequest.builder().query(question).topK(10).build();
	}

	private static List<String> ids(List<Document> documents) {
		return documents.stream().map(Document::getId).toList();
	}

	@Test
	void oneIdNamesAnotherDocumentInEachScopeAndHasItsOwnNameOutside() {
		this.acme.add(List.of(document("order", "copper river")));
		this.evil.add(List.of(document("order", "silver river")));
		assertThat(this.acme.get(List.of("order"))).singleElement().satisfies((document) -> {
			assertThat(document.getText()).isEqualTo("copper river");
			assertThat(document.getMetadata()).containsEntry("tenant", "acme");
		});
		assertThat(this.evil.get(List.of("order"))).extracting(Document::getText).containsExactly("silver river");
		assertThat(ids(this.store.list(null, DocumentPageRequest.first(10)).documents()))
			.containsExactly("{\"tenant\":\"acme\"}order", "{\"tenant\":\"evil\"}order");
		this.acme.add(List.of(document("order", "copper mountain")));
		assertThat(this.store.count()).isEqualTo(2);
		this.evil.delete(List.of("order", "{\"tenant\":\"acme\"}order"));
		assertThat(this.evil.count()).isZero();
		assertThat(this.acme.exists("order")).isTrue();
		assertThat(this.acme.exists("{\"tenant\":\"acme\"}order")).isFalse();
	}

	@ParameterizedTest
	@EnumSource(SearchMode.class)
	void searchesOfEveryKindFindWhatBelongsHere(SearchMode mode) {
		this.acme.add(List.of(document("a", "copper river", "parent_document_id", "book", "chunk_index", 1),
				document("b", "copper river bridge", "parent_document_id", "book", "chunk_index", 2)));
		this.evil.add(List.of(document("c", "copper river", "parent_document_id", "book", "chunk_index", 0),
				document("d", "copper river garden", "parent_document_id", "book", "chunk_index", 3)));
		this.store.add(List.of(document("e", "copper river"),
				document("f", "copper river", "tenant", List.of("acme", "evil"))));
		HnswSearchRequest plain = HnswSearchRequest.of(ask("copper river")).withMode(mode);
		for (HnswSearchRequest request : List.of(plain, plain.withGroupBy(5), plain.withDiversity(0.5),
				plain.withNeighbors(3, 3), plain.withGroupBy(5).withNeighbors(3, 3), plain.withExactSearch())) {
			assertThat(ids(this.acme.similaritySearch(request))).as(request.toString())
				.containsExactlyInAnyOrder("a", "b");
			assertThat(ids(this.acme.search(request, null).documents())).containsExactlyInAnyOrder("a", "b");
		}
		HnswSearchRequest one = plain.withTopK(1).withNeighbors(3, 3);
		List<Document> around = this.acme.similaritySearch(one);
		assertThat(ids(around)).containsExactly("a", "b");
		assertThat(around.get(1).getMetadata()).containsEntry(HitMetadata.NEIGHBOR_OF, "a");
	}

	@Test
	void aSearchByVectorFindsWhatBelongsHere() {
		this.acme.add(List.of(document("a", "copper river")));
		this.evil.add(List.of(document("a", "silver river")));
		assertThat(this.acme.similaritySearch(this.model.vector("silver river"), ask(""))).extracting(Document::getText)
			.containsExactly("copper river");
	}

	@Test
	void noFilterReachesBeyond() {
		this.acme.add(List.of(document("a", "copper river")));
		this.evil.add(List.of(document("b", "copper river")));
		Filter.Expression all = FILTER.or(FILTER.eq("tenant", "evil"), FILTER.not(FILTER.eq("tenant", "evil"))).build();
		Filter.Expression isNull = FILTER.isNull("nothing").build();
		for (Filter.Expression filter : List.of(all, isNull, FILTER.ne("tenant", "acme").build(),
				FILTER.in("tenant", "acme", "evil").build(),
				HnswSearchRequest.parseFilter("tenant == 'evil' OR nothing IS NULL"),
				new Filter.Expression(Filter.ExpressionType.OR, new Filter.Group(all), new Filter.Group(isNull)))) {
			List<String> seen = new ArrayList<>(ids(this.acme
				.similaritySearch(SearchRequest.builder().query("copper").topK(10).filterExpression(filter).build())));
			seen.addAll(ids(this.acme.list(filter, DocumentPageRequest.first(10)).documents()));
			assertThat(seen).as(filter.toString()).doesNotContain("b").doesNotContain("{\"tenant\":\"evil\"}b");
			assertThat(this.acme.count(filter)).isLessThanOrEqualTo(1);
			this.acme.replace(filter, List.of());
			this.acme.delete(filter);
			assertThat(this.evil.count()).isEqualTo(1);
			this.acme.add(List.of(document("a", "copper river")));
		}
		this.acme.delete("tenant == 'evil' OR tenant == 'acme'");
		assertThat(this.acme.count()).isZero();
		assertThat(this.evil.count()).isEqualTo(1);
	}

	@Test
	void aFilterMayBeAsLargeWithinAsOutside() {
		this.acme.add(List.of(document("a", "copper")));
		Filter.Expression chain = new FilterExpressionBuilder().ne("n", 0).build();
		for (int i = 1; i < 1_000; i++) {
			chain = new Filter.Expression(ExpressionType.AND, chain, new FilterExpressionBuilder().ne("n", i).build());
		}
		Filter.Expression nested = new FilterExpressionBuilder().ne("n", 0).build();
		for (int i = 1; i < 128; i++) {
			nested = new Filter.Expression((i % 2 == 0) ? ExpressionType.AND : ExpressionType.OR, nested,
					new FilterExpressionBuilder().ne("n", i).build());
		}
		for (Filter.Expression filter : List.of(chain, nested)) {
			assertThat(this.store.count(filter)).isPositive();
			assertThat(this.acme.count(filter)).isPositive();
			assertThat(this.acme.scopedTo(Map.of("user", "bob")).count(filter)).isZero();
		}
	}

	@Test
	void aModelThatIsGivenMetadataIsNotGivenTheScope() {
		EmbedsMetadataModel sees = new EmbedsMetadataModel();
		try (HnswVectorStore other = StoreFixture.open(this.directory.resolve("other"), sees)) {
			DocumentStore bob = other.scopedTo(ACME).scopedTo(Map.of("user", "bob"));
			bob.add(List.of(document("a", "river", "title", "Waters")));
			assertThat(sees.timesEmbedded()).containsOnlyKeys("title: Waters\n\nriver");
			bob.add(List.of(document("a", "river", "title", "Waters", "user", "bob")));
			List<Document> stored = other.list(null, DocumentPageRequest.first(1)).documents();
			other.add(stored);
			other.updateMetadata(List.of(stored.get(0).getId()), MetadataChanges.set("expiresAt", "2999-01-01"));
			bob.sync("s", List.of(document("any", "river", "title", "Waters")));
			assertThat(sees.timesEmbedded()).as("nothing else, and that once")
				.isEqualTo(Map.of("title: Waters\n\nriver", 1));
			assertThat(bob.updateMetadata(List.of("a"), MetadataChanges.set("title", "Floods")).reembedded()).isOne();
			assertThat(sees.timesEmbedded()).containsKey("title: Floods\n\nriver").hasSize(2);
			// Outside, nobody knows that these keys are walls.
			other.add(List.of(document("{x", "lake", "tenant", "acme")));
			assertThat(sees.timesEmbedded()).containsKey("tenant: acme\n\nlake");
		}
	}

	@Test
	void nullAmongIdsIsRefusedWithinAndOutside() {
		List<String> ids = Arrays.asList("a", null);
		for (DocumentStore door : List.of(this.store, this.acme)) {
			for (ThrowingCallable call : List.<ThrowingCallable>of(() -> door.get(ids), () -> door.delete(ids),
					() -> door.updateMetadata(ids, MetadataChanges.set("n", 1)))) {
				assertThatIllegalArgumentException().isThrownBy(call)
					.withMessageContaining("None of the ids may be null");
			}
		}
	}

	@Test
	void withoutAFilterNothingIsDeleted() {
		this.acme.add(List.of(document("a", "copper river")));
		assertThatIllegalArgumentException().isThrownBy(() -> this.acme.delete((Filter.Expression) null));
		assertThatIllegalArgumentException().isThrownBy(() -> this.acme.replace(null, List.of()));
		assertThatIllegalArgumentException().isThrownBy(() -> this.acme.count(null));
		assertThat(this.acme.count()).isEqualTo(1);
	}

	@Test
	void aDocumentThatSaysItBelongsElsewhereIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.acme.add(List.of(document("a", "copper river", "tenant", "evil"))))
			.withMessageContaining("'a'")
			.withMessageContaining("tenant")
			.withMessageContaining("acme");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.acme.add(List.of(document("a", "copper river", "tenant", List.of("acme")))));
		this.acme.add(List.of(document("a", "copper river", "tenant", "acme")));
		assertThat(this.store.count()).isEqualTo(1);
	}

	@Test
	void whatWasStoredFromOutsideIsSeenUnderItsOwnIdAndReplacedThere() {
		this.store.add(List.of(document("old", "copper river", "tenant", "acme"), document("other", "copper river"),
				document("list", "copper river", "tenant", List.of("acme", "evil"))));
		assertThat(ids(this.acme.similaritySearch(ask("copper")))).containsExactly("old");
		this.acme.add(List.of(document("old", "silver river"), document("other", "silver river")));
		assertThat(this.store.get(List.of("old")).get(0).getText()).isEqualTo("silver river");
		assertThat(this.store.get(List.of("other")).get(0).getText()).isEqualTo("copper river");
		assertThat(this.acme.count()).isEqualTo(2);
		this.acme.delete(List.of("old", "other", "list"));
		assertThat(ids(this.store.list(null, DocumentPageRequest.first(10)).documents()))
			.containsExactlyInAnyOrder("other", "list");
	}

	@Test
	void anIdThatWasTakenFromOutsideIsNeitherTouchedNorTold() {
		// As an operator may do it who moves a document from one tenant to another.
		this.store.add(List.of(document("{\"tenant\":\"acme\"}a", "copper river", "tenant", "evil")));
		assertThat(this.acme.exists("a")).isFalse();
		assertThat(this.acme.explain(ask("copper"), "a").verdict()).isEqualTo(Verdict.NOT_STORED);
		this.acme.add(List.of(document("a", "silver river")));
		this.acme.add(List.of(document("a", "silver mountain")));
		assertThat(this.acme.get(List.of("a"))).extracting(Document::getText).containsExactly("silver mountain");
		assertThat(this.acme.count()).isEqualTo(1);
		assertThat(this.evil.count()).isEqualTo(1);
		this.acme.delete(List.of("a"));
		assertThat(this.acme.count()).isZero();
		assertThat(this.evil.get(List.of("{\"tenant\":\"acme\"}a"))).hasSize(1);
	}

	@Test
	void idsThatLookLikeThoseOfAScopeAreIds() {
		String id = "{\"tenant\":\"acme\"}a";
		this.acme.add(List.of(document("a", "copper river")));
		this.acme.add(List.of(document(id, "silver river"), document("{\"tenant\":\"evil\"}a", "garden")));
		assertThat(this.acme.count()).isEqualTo(3);
		assertThat(this.acme.get(List.of("a")).get(0).getText()).isEqualTo("copper river");
		assertThat(this.acme.get(List.of(id)).get(0).getText()).isEqualTo("silver river");
		assertThat(this.evil.get(List.of("a"))).isEmpty();
		this.acme.delete(List.of(id));
		assertThat(this.acme.exists("a")).isTrue();
	}

	@Test
	void valuesAreOneOnlyIfTheyAreOfOneKindAndSpelledTheSame() {
		List<Object> values = List.of("1", 1, true, "true", "acme", "Acme", "acme ", "\u00e9", "e\u0301", "2024-01-01",
				"2024-01-01T00:00:00Z", "a\"b", "a\\", "a\u0000", "{}", 0, false, "null");
		List<DocumentStore> scopes = values.stream().map((value) -> this.store.scopedTo(Map.of("t", value))).toList();
		for (int i = 0; i < scopes.size(); i++) {
			scopes.get(i).add(List.of(document("same", "text " + i)));
		}
		this.store.add(List.of(document("outside", "text", "t", Instant.parse("2024-01-01T00:00:00Z"))));
		this.store.add(List.of(document("nested", "text", "t", Map.of("t", "acme"))));
		for (int i = 0; i < scopes.size(); i++) {
			assertThat(scopes.get(i).similaritySearch(ask("text"))).as("scope " + values.get(i))
				.extracting(Document::getText)
				.containsExactly("text " + i);
			assertThat(scopes.get(i).count()).isEqualTo(1);
		}
		assertThat(this.store.scopedTo(Map.of("t", 1L)).count()).isEqualTo(1);
	}

	@Test
	void aPartOfAPartIsThePartOfBoth() {
		DocumentStore bob = this.acme.scopedTo(Map.of("user", "bob"));
		bob.add(List.of(document("note", "copper river")));
		Map<String, Object> both = new LinkedHashMap<>();
		both.put("user", "bob");
		both.put("tenant", "acme");
		assertThat(ids(this.store.scopedTo(both).similaritySearch(ask("copper")))).containsExactly("note");
		assertThat(this.evil.scopedTo(Map.of("user", "bob")).count()).isZero();
		assertThat(ids(this.acme.list(null, DocumentPageRequest.first(10)).documents()))
			.containsExactly("{\"tenant\":\"acme\",\"user\":\"bob\"}note");
		assertThat(this.acme.scopedTo(ACME).count()).isEqualTo(1);
		assertThatIllegalArgumentException().isThrownBy(() -> this.acme.scopedTo(EVIL)).withMessageContaining("tenant");
		assertThatIllegalArgumentException().isThrownBy(() -> this.acme.scopedTo(Map.of()));
	}

	@Test
	void aScopeHasToBeOneWithoutDoubt() {
		Map<String, Object> nothing = new HashMap<>();
		nothing.put("tenant", null);
		Map<String, Object> noKey = new HashMap<>();
		noKey.put(null, "acme");
		List<Map<String, Object>> refused = List.of(Map.of(), nothing, noKey, Map.of("", "a"),
				Map.of("expiresAt", "2026"), Map.of(" ", "a"), Map.of("a.b", "c"), Map.of("t", ""), Map.of("t", " "),
				Map.of("t", Double.NaN), Map.of("t", 1.0), Map.of("t", List.of("a")), Map.of("t", Map.of()),
				Map.of("t", Instant.EPOCH), Map.of("t", "\ud800"), Map.of("t", "\ufffd"), Map.of("t\ud800", "a"),
				Map.of(HitMetadata.NEIGHBOR_OF, "a"), Map.of("distance", "a"), Map.of("t", "a".repeat(2_000)));
		for (Map<String, Object> scope : refused) {
			assertThatIllegalArgumentException().as(scope.toString()).isThrownBy(() -> this.store.scopedTo(scope));
		}
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.scopedTo(null));
	}

	@Test
	void pagesOfAnotherScopeAreRefused() {
		for (int i = 0; i < 5; i++) {
			this.acme.add(List.of(document("a" + i, "copper river " + i)));
			this.evil.add(List.of(document("e" + i, "copper river " + i)));
		}
		SearchRequest request = SearchRequest.builder().query("copper").topK(2).build();
		String token = this.acme.search(request, null).next();
		assertThat(ids(this.acme.search(request, token).documents())).hasSize(2).allMatch((id) -> id.startsWith("a"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.evil.search(request, token));
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.search(request, token));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.acme.search(request, this.store.search(request, null).next()));
	}

	@Test
	void pagesOfAListAreWhole() {
		for (int i = 0; i < 7; i++) {
			this.acme.add(List.of(document("a" + i, "copper river " + i)));
			this.evil.add(List.of(document("e" + i, "copper river " + i)));
		}
		List<String> seen = new ArrayList<>();
		DocumentPageRequest next = DocumentPageRequest.first(3);
		while (next != null) {
			DocumentPage page = this.acme.list(null, next);
			seen.addAll(ids(page.documents()));
			next = page.next();
		}
		assertThat(seen).containsExactly("a0", "a1", "a2", "a3", "a4", "a5", "a6");
	}

	@Test
	void anExplanationKnowsNoOthers() {
		this.acme.add(List.of(document("a", "copper river"), document("b", "garden", "year", 2)));
		this.evil.add(List.of(document("c", "copper river")));
		SearchRequest request = SearchRequest.builder().query("copper").topK(1).build();
		assertThat(this.acme.explain(request, "a").verdict()).isEqualTo(Verdict.FOUND);
		for (String id : List.of("c", "{\"tenant\":\"evil\"}c", "unknown")) {
			SearchExplanation explanation = this.acme.explain(request, id);
			assertThat(explanation.verdict()).isEqualTo(Verdict.NOT_STORED);
			assertThat(explanation.documentId()).isEqualTo(id);
		}
		SearchExplanation beyond = this.acme.explain(request, "b");
		assertThat(beyond.verdict()).isEqualTo(Verdict.BEYOND_TOP_K);
		assertThat(beyond.dense().rank()).isEqualTo(2);
		SearchExplanation filtered = this.acme
			.explain(SearchRequest.builder().query("copper").filterExpression("year == 3").build(), "b");
		assertThat(filtered.failedComparisons()).containsExactly("year == 3");
	}

	@Test
	void whatCannotBeStoredIsNamedAsTheCallerKnowsIt() {
		this.model.failFromCall(1);
		assertThatThrownBy(() -> this.acme.add(List.of(document("a", "copper river"))))
			.isInstanceOfSatisfying(PartialAddException.class, (failure) -> {
				assertThat(failure.unstoredIds()).containsExactly("a");
				assertThat(failure.getMessage()).doesNotContain("tenant");
			});
	}

	@Test
	void thoseWhoOperateTheStoreHaveAnotherDoor() {
		assertThat(this.acme).isNotInstanceOf(StoreOperations.class);
		assertThat(this.acme.getNativeClient()).isEmpty();
	}

	@Test
	void replacingIsConfined() {
		this.acme.add(List.of(document("a", "copper river", "source", "x"), document("b", "garden", "source", "y")));
		this.evil.add(List.of(document("a", "copper river", "source", "x")));
		this.acme.replace(FILTER.eq("source", "x").build(), List.of(document("n", "silver", "source", "x")));
		assertThat(ids(this.acme.list(null, DocumentPageRequest.first(10)).documents())).containsExactlyInAnyOrder("b",
				"n");
		assertThat(this.evil.count()).isEqualTo(1);
		this.acme.replace(FILTER.eq("source", "x").build(), List.of(document("n", "silver", "source", "x")));
		assertThat(this.acme.count()).isEqualTo(2);
		this.acme.add(List.of(document("v", "given")), List.of(this.model.vector("given")));
		assertThat(this.acme.exists("v")).isTrue();
	}

	@Test
	void sourcesOfOneNameAreSyncedEachForItself() {
		List<Document> documents = List.of(document("1", "copper river"), document("2", "silver river"));
		assertThat(this.acme.sync("guide", documents).added()).isEqualTo(2);
		assertThat(this.evil.sync("guide", documents).added()).isEqualTo(2);
		assertThat(this.acme.sync("guide", documents).isUnchanged()).isTrue();
		assertThat(this.evil.sync("guide", List.of()).removed()).isEqualTo(2);
		assertThat(this.acme.sources()).isEqualTo(Map.of("guide", 2L));
		assertThat(this.evil.sources()).isEmpty();
		assertThat(this.store.sources()).isEqualTo(Map.of("{\"tenant\":\"acme\"}guide", 2L));
		assertThat(this.acme.sync("guide", List.of(document("x", "copper river"))).removed()).isEqualTo(1);
		assertThat(this.acme.count()).isEqualTo(1);
	}

	@Test
	void aSourceThatWasSyncedFromOutsideIsTakenOverAsFarAsItBelongsHere() {
		this.store.sync("guide", List.of(document("1", "copper river", "tenant", "acme"),
				document("2", "silver river", "tenant", "acme"), document("3", "garden", "tenant", "evil")));
		assertThat(this.acme.sources()).isEqualTo(Map.of("guide", 2L));
		SyncResult result = this.acme.sync("guide", List.of(document("1", "copper river")));
		assertThat(result).isEqualTo(new SyncResult(0, 0, 1, 1, 0));
		assertThat(this.evil.count()).isEqualTo(1);
		assertThat(this.store.count()).isEqualTo(2);
	}

	@Test
	void aSyncedDocumentThatMovedElsewhereIsNotTakenBack() {
		this.acme.sync("guide", List.of(document("1", "copper river")));
		Document moved = this.store.list(null, DocumentPageRequest.first(1)).documents().get(0);
		moved.getMetadata().put("tenant", "evil");
		this.store.add(List.of(moved));
		assertThat(this.acme.sources()).isEmpty();
		assertThat(this.acme.sync("guide", List.of()).removed()).isZero();
		assertThat(this.evil.count()).isEqualTo(1);
		assertThat(this.acme.sync("guide", List.of(document("1", "copper river"))).added()).isEqualTo(1);
		assertThat(this.evil.count()).isEqualTo(1);
		assertThat(this.acme.count()).isEqualTo(1);
	}

}

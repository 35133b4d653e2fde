package io.github.hnswspring.vectorstore.search;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchExplanation.Place;
import io.github.hnswspring.vectorstore.SearchExplanation.Verdict;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreSeams;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Every verdict, in a case of its own, and what is said of it. */
class SearchExplanationTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(32, "words");

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.store = StoreFixture.open(this.directory, this.model);
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	/** The texts share fewer and fewer words with "one two three four five". */
	private void addSteps() {
		String[] words = { "one", "two", "three", "four", "five" };
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			StringBuilder text = new StringBuilder();
			for (int word = 0; word < 20; word++) {
				text.append((word < 20 - i) ? words[word % words.length] : "other" + i + "x" + word).append(' ');
			}
			documents.add(StoreFixture.document("d" + i, text.toString().strip(), "number", i));
		}
		this.store.add(documents);
	}

	private static HnswSearchRequest request(String query, int topK, SearchMode mode) {
		return HnswSearchRequest.of(SearchRequest.builder().query(query).topK(topK).build()).withMode(mode);
	}

	private static HnswSearchRequest above(HnswSearchRequest request, double threshold) {
		return HnswSearchRequest.of(SearchRequest.from(request).similarityThreshold(threshold).build())
			.withMode((request.getMode() != null) ? request.getMode() : SearchMode.DENSE);
	}

	private String rankedAt(String query, int rank) {
		return this.store.similaritySearch(request(query, rank, SearchMode.DENSE)).get(rank - 1).getId();
	}

	@Test
	void aDocumentThatIsFound() {
		addSteps();
		SearchExplanation explanation = this.store.explain(request("one two three four five", 3, SearchMode.DENSE),
				"d0");
		assertThat(explanation.verdict()).isEqualTo(Verdict.FOUND);
		assertThat(explanation.isFound()).isTrue();
		assertThat(explanation.reason()).isEqualTo("The search returns it, in place 1.");
		assertThat(explanation.dense()).isNotNull();
		assertThat(explanation.dense().rank()).isEqualTo(1);
		assertThat(explanation.mode()).isEqualTo(SearchMode.DENSE);
	}

	@Test
	void aDocumentThereIsNot() {
		addSteps();
		this.model.failFromCall(0);
		SearchExplanation explanation = this.store.explain(request("one", 3, SearchMode.DENSE), "nobody");
		assertThat(explanation.verdict()).isEqualTo(Verdict.NOT_STORED);
		assertThat(explanation.reason()).contains("no document with the id 'nobody'");
		assertThat(explanation.dense()).isNull();
		assertThat(explanation.toString()).isEqualTo("NOT_STORED: " + explanation.reason());
	}

	@Test
	void theFourteenthOfTen() {
		addSteps();
		String query = "one two three four five";
		SearchExplanation explanation = this.store.explain(request(query, 10, SearchMode.DENSE), rankedAt(query, 14));
		assertThat(explanation.verdict()).isEqualTo(Verdict.BEYOND_TOP_K);
		assertThat(explanation.reason()).isEqualTo("It is 14th by meaning; topK is 10: ask for at least 14.");
		assertThat(explanation.dense()).extracting(Place::rank).isEqualTo(14);
		assertThat(explanation.sufficientTopK()).isEqualTo(14);
		assertThat(this.store.explain(request(query, 14, SearchMode.DENSE), explanation.documentId()).isFound())
			.isTrue();
		assertThat(explanation.toString().lines()).hasSize(3).contains("  a topK that contains it: 14");
	}

	@Test
	void theLimitOfTopKIsSaidToBeOne() {
		addSteps();
		this.store.close();
		this.store = StoreFixture.open(this.directory, this.model,
				(builder) -> builder.limits(io.github.hnswspring.vectorstore.Limits.DEFAULTS.withTopK(12)));
		String query = "one two three four five";
		List<String> found = this.store.similaritySearch(request(query, 12, SearchMode.DENSE))
			.stream()
			.map(Document::getId)
			.toList();
		String missing = Stream.iterate(0, (i) -> i + 1)
			.map((i) -> "d" + i)
			.filter((id) -> !found.contains(id))
			.findFirst()
			.orElseThrow();
		SearchExplanation explanation = this.store.explain(request(query, 12, SearchMode.DENSE), missing);
		assertThat(explanation.verdict()).isEqualTo(Verdict.BEYOND_TOP_K);
		assertThat(explanation.sufficientTopK()).isNull();
		assertThat(explanation.reason()).contains("More than 12 (the limit of topK)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.store.explain(request(query, 13, SearchMode.DENSE), missing))
			.withMessageContaining("topK");
	}

	@Test
	void whatTheThresholdLeavesOut() {
		addSteps();
		HnswSearchRequest request = above(request("one two three four five", 20, SearchMode.DENSE), 0.9);
		SearchExplanation explanation = this.store.explain(request, "d12");
		assertThat(explanation.verdict()).isEqualTo(Verdict.BELOW_THRESHOLD);
		assertThat(explanation.threshold()).isEqualTo(0.9);
		double score = explanation.dense().score();
		assertThat(score).isLessThan(0.9);
		double enough = Math.floor(score * 10_000) / 10_000;
		assertThat(explanation.reason()).startsWith("Its similarity is ")
			.endsWith("and the threshold 0.9: ask with a threshold of " + enough + " or less.");
		assertThat(this.store.explain(above(request, enough), "d12").verdict()).isEqualTo(Verdict.FOUND);
	}

	@Test
	void whatTheFilterLeavesOutAndByWhichComparison() {
		this.store.add(List.of(StoreFixture.document("a", "a text", "year", 1998, "tag", "old", "pages", "12")));
		expectFailures("year >= 2020 && tag == 'old'", "year >= 2020");
		expectFailures("year >= 2020 || tag == 'new'", "year >= 2020", "tag == 'new'");
		expectFailures("NOT (year < 2020)", "not (year < 2020)");
		expectFailures("tag NIN ['old', 'older']", "tag not in ['old', 'older']");
		expectFailures("author == 'me'", "author == 'me'");
		expectFailures("pages > 10", "pages > 10");
		SearchExplanation explanation = this.store
			.explain(request("a text", 1, SearchMode.DENSE).withFilterExpression("year >= 2020"), "a");
		assertThat(explanation.reason()).isEqualTo("The filter leaves it out, which asks for year >= 2020. "
				+ "Change the filter or the document's metadata.");
	}

	private void expectFailures(String filter, String... failures) {
		for (SearchMode mode : SearchMode.values()) {
			SearchExplanation explanation = this.store.explain(request("a text", 1, mode).withFilterExpression(filter),
					"a");
			assertThat(explanation.verdict()).isEqualTo(Verdict.FILTERED_OUT);
			assertThat(explanation.failedComparisons()).containsExactly(failures);
		}
	}

	/** A filter may be what somebody is allowed to see. */
	@ParameterizedTest
	@EnumSource(SearchMode.class)
	void whatTheFilterLeavesOutStaysHidden(SearchMode mode) {
		this.store.add(List.of(StoreFixture.document("secret", "the budget is gone", "tenant", "B", "cost", 7),
				StoreFixture.document("mine", "the budget of mine", "tenant", "A", "cost", 8)));
		HnswSearchRequest request = request("is the budget gone", 5, mode);
		SearchExplanation hidden = this.store.explain(request.withFilterExpression("tenant == 'A' && cost > 100"),
				"secret");
		assertThat(hidden).isEqualTo(new SearchExplanation("secret", Verdict.FILTERED_OUT,
				"The filter leaves it out, which asks for tenant == 'A'; cost > 100. Change the filter or the "
						+ "document's metadata.",
				mode, 5, 0, null, null, null, List.of(), List.of(), List.of("tenant == 'A'", "cost > 100"), null, null,
				List.of(), 0));
		assertThat(hidden.toString()).doesNotContain("'B'", "7", "gone", "score");
		SearchExplanation without = this.store.explain(request, "secret");
		assertThat(without.isFound()).isTrue();
		assertThat(without.words().isEmpty()).isEqualTo(mode == SearchMode.DENSE);
	}

	@Test
	void aDocumentWithoutTheWords() {
		addSteps();
		this.store.add(List.of(new Document("zebra", "zebras graze", Map.of())));
		this.model.reset();
		this.model.failFromCall(0);
		SearchExplanation explanation = this.store.explain(request("one two", 5, SearchMode.TEXT), "zebra");
		assertThat(explanation.verdict()).isEqualTo(Verdict.NO_WORDS_IN_COMMON);
		assertThat(explanation.words()).isEmpty();
		assertThat(explanation.missingWords()).containsExactly("one", "two");
		assertThat(explanation.text()).isNull();
		assertThat(explanation.dense()).as("the model is not asked").isNull();
		assertThat(this.model.calls()).isZero();
	}

	@Test
	void aDocumentThatRanksLowByWords() {
		addSteps();
		this.model.failFromCall(0);
		List<String> ranking = this.store.similaritySearch(request("one zebra", 20, SearchMode.TEXT))
			.stream()
			.map(Document::getId)
			.toList();
		SearchExplanation explanation = this.store.explain(request("one zebra", 2, SearchMode.TEXT), ranking.get(2));
		assertThat(explanation.verdict()).isEqualTo(Verdict.BEYOND_TOP_K);
		assertThat(explanation.reason()).isEqualTo("It is 3rd by words; topK is 2: ask for at least 3.");
		assertThat(explanation.text().rank()).isEqualTo(3);
		assertThat(explanation.text().score()).isGreaterThan(0);
		assertThat(explanation.words()).containsExactly("one");
		assertThat(explanation.missingWords()).containsExactly("zebra");
	}

	@Test
	void aThresholdCountsInTextModeToo() {
		addSteps();
		HnswSearchRequest request = above(request("one two three four five", 20, SearchMode.TEXT), 0.9);
		SearchExplanation explanation = this.store.explain(request, "d12");
		assertThat(explanation.verdict()).isEqualTo(Verdict.BELOW_THRESHOLD);
		assertThat(explanation.text()).as("it has no rank among the others").isNull();
		assertThat(explanation.words()).isNotEmpty();
		assertThat(this.store.explain(request, "d0").isFound()).isTrue();
	}

	@Test
	void aDocumentBeyondBothListsOfAHybridSearch() {
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			documents.add(new Document("d" + i, "river bridge " + "harbour ".repeat(i % 7) + "n" + i, Map.of()));
		}
		for (int i = 0; i < 320; i++) {
			// Words of most documents would not count.
			documents.add(new Document("o" + i, "mountain o" + i, Map.of()));
		}
		this.store.add(documents);
		HnswSearchRequest request = request("river bridge", 5, SearchMode.HYBRID);
		int beyond = 0;
		for (int i = 0; i < 300; i += 3) {
			SearchExplanation explanation = this.store.explain(request, "d" + i);
			if (explanation.fused() != null) {
				continue;
			}
			beyond++;
			assertThat(explanation.verdict()).isEqualTo(Verdict.BEYOND_TOP_K);
			assertThat(explanation.dense().rank()).isGreaterThan(100);
			assertThat(explanation.text().rank()).isGreaterThan(100);
			assertThat(explanation.reason()).contains("puts the best 100 of each together: ask for ");
			assertThat(this.store
				.similaritySearch(request("river bridge", explanation.sufficientTopK(), SearchMode.HYBRID)))
				.extracting(Document::getId)
				.contains("d" + i);
		}
		assertThat(beyond).isPositive();
	}

	@Test
	void aHybridSearchNamesAllThreePlaces() {
		addSteps();
		HnswSearchRequest request = request("one two three four five", 2, SearchMode.HYBRID);
		assertThat(this.store.explain(request, "d5").text()).as("words of most documents").isNull();
		SearchExplanation explanation = this.store.explain(request.withTextWeight(0.5), "d5");
		assertThat(explanation.verdict()).isEqualTo(Verdict.BEYOND_TOP_K);
		assertThat(explanation.dense()).isNotNull();
		assertThat(explanation.text()).isNotNull();
		assertThat(explanation.fused().rank()).isEqualTo(explanation.sufficientTopK());
		assertThat(explanation.reason()).isEqualTo("It is " + Reasons.ordinal(explanation.fused().rank()) + " by both ("
				+ Reasons.ordinal(explanation.dense().rank()) + " by meaning and "
				+ Reasons.ordinal(explanation.text().rank()) + " by words); topK is 2: ask for at least "
				+ explanation.sufficientTopK() + ".");
	}

	@Test
	void aHybridSearchThatWentByWordsAlone() {
		addSteps();
		HnswSearchRequest request = request("one two", 5, SearchMode.HYBRID);
		this.model.failFromCall(0);
		assertThatIllegalStateException().isThrownBy(() -> this.store.explain(request, "d0"));
		SearchExplanation explanation = this.store.explain(request.withTextFallback(), "d0");
		assertThat(explanation.mode()).isEqualTo(SearchMode.TEXT);
		assertThat(explanation.verdict()).isEqualTo(Verdict.FOUND);
		assertThat(explanation.reason()).contains("The embedding model failed");
	}

	@Test
	void theQuestionIsEmbeddedOnce() {
		addSteps();
		for (SearchMode mode : SearchMode.values()) {
			this.model.reset();
			this.store.explain(request("one two", 1, mode), "d19");
			assertThat(this.model.calls()).isEqualTo((mode == SearchMode.TEXT) ? 0 : 1);
		}
		this.model.reset();
		this.store.explain(request("", 1, SearchMode.DENSE).withVector(this.model.vector("one two")), "d19");
		assertThat(this.model.calls()).isZero();
	}

	@Test
	void aTextIndexThatIsBeingBuilt() throws SQLException {
		addSteps();
		this.store.close();
		sql("DELETE FROM document_text WHERE rowid > 1", "UPDATE meta SET value = '1' WHERE name = 'text_covered'");
		this.store = StoreFixture.open(this.directory, this.model, (builder) -> builder.readOnly(true));
		SearchExplanation explanation = this.store.explain(request("one two", 20, SearchMode.TEXT), "d5");
		assertThat(explanation.verdict()).isEqualTo(Verdict.TEXT_INDEX_NOT_READY);
		assertThat(explanation.reason()).contains("(5 % done)");
		assertThat(explanation.words()).containsExactly("one", "two");
		assertThat(this.store.explain(request("one two", 20, SearchMode.TEXT), "d0").isFound()).isTrue();
		assertThat(this.store.explain(request("one two", 2, SearchMode.HYBRID), "d10").reason())
			.contains("The text index is being built");
	}

	@Test
	void anEmbeddingThatAnotherToolWrote() throws SQLException {
		addSteps();
		this.store.close();
		sql("UPDATE document SET embedding = zeroblob(60), content_hash = zeroblob(32), embedding_checksum = "
				+ "content_checksum * 0 WHERE id = 'd3'");
		this.store = StoreFixture.open(this.directory, this.model);
		SearchExplanation explanation = this.store.explain(request("one two", 20, SearchMode.DENSE), "d3");
		assertThat(explanation.verdict()).isEqualTo(Verdict.NO_USABLE_EMBEDDING);
		assertThat(explanation.reason()).endsWith("add the document again.");
	}

	@Test
	void whatGroupingLeavesOut() {
		this.store.add(List.of(StoreFixture.document("a1", "one two three", "book", "a"),
				StoreFixture.document("a2", "one two three other", "book", "a"),
				StoreFixture.document("a3", "one two other more", "book", "a"),
				StoreFixture.document("b1", "one two other different again", "book", "b"),
				StoreFixture.document("c1", "one nothing else at all here", "book", "c")));
		for (SearchMode mode : SearchMode.values()) {
			HnswSearchRequest request = request("one two three", 2, mode).withGroupBy("book", 2);
			assertThat(this.store.similaritySearch(request)).extracting(Document::getId)
				.containsExactly("a1", "a2", "b1");
			for (String id : List.of("a3", "c1")) {
				SearchExplanation explanation = this.store.explain(request, id);
				assertThat(explanation.verdict()).isEqualTo(Verdict.LEFT_OUT_BY_REQUEST);
				assertThat(explanation.reason()).startsWith("It is " + (id.equals("c1") ? "5th" : "3rd"))
					.endsWith("ask for more documents, or for more passages of each.");
			}
			assertThat(this.store.explain(request, "b1").reason()).isEqualTo("The search returns it, in place 3.");
			assertThat(this.store.explain(request.withGroupBy("book", 3), "a3").isFound()).isTrue();
		}
	}

	@Test
	void whatDiversityLeavesOut() {
		this.store.add(List.of(new Document("a", "one two three four", Map.of()),
				new Document("like-a", "one two three four five", Map.of()),
				new Document("b", "one nine ten eleven twelve", Map.of())));
		HnswSearchRequest request = request("one two three four", 2, SearchMode.DENSE).withDiversity(0.9);
		assertThat(this.store.similaritySearch(request)).extracting(Document::getId).containsExactly("a", "b");
		SearchExplanation explanation = this.store.explain(request, "like-a");
		assertThat(explanation.verdict()).isEqualTo(Verdict.LEFT_OUT_BY_REQUEST);
		assertThat(explanation.reason()).contains("2nd by meaning").contains("diversity below 0.9");
		assertThat(this.store.explain(request, "b").isFound()).isTrue();
		assertThat(this.store.explain(request.withDiversity(0), "like-a").isFound()).isTrue();
	}

	@Test
	void aReadOnlyStore() {
		addSteps();
		this.store.close();
		this.store = StoreFixture.open(this.directory, this.model, (builder) -> builder.readOnly(true));
		assertThat(this.store.explain(request("one two", 20, SearchMode.HYBRID), "d3").verdict())
			.isEqualTo(Verdict.FOUND);
		assertThat(this.store.explain(request("one two", 1, SearchMode.DENSE), "d19").verdict())
			.isEqualTo(Verdict.BEYOND_TOP_K);
	}

	@Test
	void aDocumentThatIsNotInTheIndexYet() {
		this.store.close();
		AtomicBoolean broken = new AtomicBoolean();
		HnswVectorStore.Builder builder = HnswVectorStore.builder(this.model).directory(this.directory);
		this.store = StoreSeams.indexes(builder, (index) -> refusing(index, broken)).build();
		this.store.start();
		addSteps();
		broken.set(true);
		this.store.add(List.of(new Document("late", "one two three four five", Map.of())));
		SearchExplanation found = this.store.explain(request("one two three four five", 1, SearchMode.DENSE), "late");
		assertThat(found.verdict()).isEqualTo(Verdict.FOUND);
		assertThat(found.dense().rank()).isEqualTo(1);
		String other = "other19x3 other19x7";
		SearchExplanation explanation = this.store.explain(request(other, 1, SearchMode.DENSE), "late");
		assertThat(explanation.verdict()).isEqualTo(Verdict.BEYOND_TOP_K);
		assertThat(this.store.explain(request(other, explanation.sufficientTopK(), SearchMode.DENSE), "late").isFound())
			.isTrue();
		broken.set(false);
	}

	@Test
	void theIndexLearnsNothingFromIt() {
		this.store.close();
		AtomicBoolean searched = new AtomicBoolean();
		HnswVectorStore.Builder builder = HnswVectorStore.builder(this.model).directory(this.directory);
		this.store = StoreSeams.indexes(builder, (index) -> refusing(index, "search", searched)).build();
		this.store.start();
		addSteps();
		searched.set(true);
		for (SearchMode mode : SearchMode.values()) {
			HnswSearchRequest request = above(request("one two", 3, mode), 0.1);
			assertThatIllegalArgumentException().isThrownBy(() -> this.store.similaritySearch(request))
				.withMessage("broken");
			for (String id : List.of("d0", "d10", "d19")) {
				assertThat(this.store.explain(request, id).dense()).isNotNull();
				assertThat(this.store.explain(request.withGroupBy("number", 1), id).dense()).isNotNull();
				assertThat(this.store.explain(request.withFilterExpression("number > 5"), id)).isNotNull();
			}
		}
		searched.set(false);
	}

	/** An index that takes nothing while it is broken. */
	private static HnswIndex refusing(HnswIndex index, AtomicBoolean broken) {
		return refusing(index, "add", broken);
	}

	private static HnswIndex refusing(HnswIndex index, String what, AtomicBoolean broken) {
		return (HnswIndex) Proxy.newProxyInstance(HnswIndex.class.getClassLoader(), new Class<?>[] { HnswIndex.class },
				(proxy, method, arguments) -> {
					if (broken.get() && method.getName().startsWith(what)) {
						throw new IllegalArgumentException("broken");
					}
					try {
						return method.invoke(index, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

	@Test
	void whileOthersWrite() throws InterruptedException {
		addSteps();
		this.store.add(List.of(new Document("fixed", "alpha beta gamma", Map.of())));
		AtomicBoolean done = new AtomicBoolean();
		List<Throwable> failures = new ArrayList<>();
		Thread writer = new Thread(() -> {
			for (int i = 0; !done.get(); i++) {
				this.store.add(List.of(new Document("d" + i % 20, "one two number " + i, Map.of("number", i))));
				this.store.delete(List.of("d" + (i + 7) % 20));
			}
		});
		writer.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
		writer.start();
		for (int i = 0; i < 60; i++) {
			SearchMode mode = SearchMode.values()[i % 3];
			assertThat(this.store.explain(request("alpha beta gamma", 1, mode), "fixed").verdict())
				.isEqualTo(Verdict.FOUND);
			SearchExplanation other = this.store.explain(request("one two", 2, mode), "d" + i % 20);
			assertThat(other.verdict()).isIn(Verdict.FOUND, Verdict.NOT_STORED, Verdict.BEYOND_TOP_K,
					Verdict.CHANGED_MEANWHILE);
		}
		done.set(true);
		writer.join();
		assertThat(failures).isEmpty();
	}

	@Test
	void whatIsNoRequestIsRefused() {
		addSteps();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.store.explain(request("one", 1, SearchMode.DENSE), null))
			.withMessageContaining("id of the document");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.store.explain(request("", 1, SearchMode.DENSE).withVector(new float[3]), "d0"))
			.withMessageContaining("32 dimensions");
		assertThat(this.store.explain(request("one", 0, SearchMode.DENSE), "d0").verdict())
			.isEqualTo(Verdict.BEYOND_TOP_K);
	}

	private void sql(String... statements) throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.directory.resolve("hnsw.db"));
				Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

}

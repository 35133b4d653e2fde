package io.github.hnswspring.vectorstore.search;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreFixture;

import org.springframework.ai.document.Document;
import org.springframework.ai.transformer.splitter.TokenTextSplitter;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Documents are found, each with its best passages. */
class GroupingTests {

	private static final String KEY = "book";

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(24, "words");

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.store = StoreFixture.open(this.directory, this.model);
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	/** Passages of a few long books, many short ones, and none. */
	private static List<Document> passages(int count, Random random) {
		List<Document> passages = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			int draw = random.nextInt(100);
			Object book = (draw < 50) ? "long " + draw / 25 : (draw < 95) ? (Object) random.nextInt(count / 5) : null;
			Document.Builder passage = StoreFixture
				.document("p" + i, StoreFixture.text("n" + i, random), "even", i % 2 == 0, "at", i)
				.mutate();
			passages.add(((book != null) ? passage.metadata(KEY, book) : passage).build());
		}
		return passages;
	}

	private static HnswSearchRequest request(SearchMode mode, String query, int topK) {
		return HnswSearchRequest.of(SearchRequest.builder().query(query).topK(topK).build()).withMode(mode);
	}

	/** Groups a list of all passages, the plain way. */
	private static Map<Object, List<String>> groups(List<Document> all, int groups, int passages) {
		Map<Object, List<String>> found = new LinkedHashMap<>();
		for (Document passage : all) {
			Object book = book(passage);
			if (found.containsKey(book) || found.size() < groups) {
				List<String> ids = found.computeIfAbsent(book, (key) -> new ArrayList<>());
				if (ids.size() < passages) {
					ids.add(passage.getId());
				}
			}
		}
		return found;
	}

	private static Object book(Document passage) {
		return passage.getMetadata().getOrDefault(KEY, "only " + passage.getId());
	}

	private static Map<Object, List<String>> byBook(List<Document> passages) {
		Map<Object, List<String>> found = new LinkedHashMap<>();
		passages.forEach(
				(passage) -> found.computeIfAbsent(book(passage), (key) -> new ArrayList<>()).add(passage.getId()));
		return found;
	}

	private static Map<Object, List<String>> byRank(List<Document> grouped) {
		List<Object> books = new ArrayList<>(byBook(grouped).keySet());
		assertThat(grouped).allSatisfy((passage) -> assertThat(passage.getMetadata())
			.containsEntry(HitMetadata.GROUP_RANK, books.indexOf(book(passage)) + 1));
		return byBook(grouped);
	}

	@ParameterizedTest
	@EnumSource(SearchMode.class)
	void groupsAreThoseOfTheListOfAllPassages(SearchMode mode) {
		// Deeper than that, words and meaning together are not one list.
		compareWithThePlainWay(mode, (mode == SearchMode.HYBRID) ? 90 : 700);
	}

	private void compareWithThePlainWay(SearchMode mode, int count) {
		long seed = Long.getLong("hnsw.test.seed", System.nanoTime());
		System.out.println("GroupingTests seed " + seed);
		Random random = new Random(seed);
		this.store.add(passages(count, random));
		for (int i = 0; i < 60; i++) {
			HnswSearchRequest all = request(mode, StoreFixture.text("question", random), count);
			if (i % 3 == 1) {
				all = all.withFilterExpression("even == true");
			}
			if (i % 4 == 3) {
				all = HnswSearchRequest.of(SearchRequest.from(all).similarityThreshold(0.3).build()).withMode(mode);
			}
			int groups = 1 + random.nextInt(80);
			int passages = 1 + random.nextInt(5);
			HnswSearchRequest grouped = HnswSearchRequest.of(SearchRequest.from(all).topK(groups).build())
				.withMode(mode)
				.withGroupBy(KEY, passages);
			List<Document> found = this.store.similaritySearch(grouped);
			byRank(found);
			assertThat(numbers(found, all)).as("seed %s, search %s: %s groups of %s", seed, i, groups, passages)
				.isEqualTo(numbers(plainly(this.store.similaritySearch(all), groups, passages), all));
		}
	}

	/** The passages of the groups, group by group. */
	private static List<Document> plainly(List<Document> all, int groups, int passages) {
		Map<String, Document> byId = new LinkedHashMap<>();
		all.forEach((passage) -> byId.put(passage.getId(), passage));
		return groups(all, groups, passages).values().stream().flatMap(List::stream).map(byId::get).toList();
	}

	/**
	 * What passages were ordered by, group by group. Of groups whose best are equal any
	 * may come first; of those equal to the last one it is not known which are wanted.
	 */
	private static List<List<String>> numbers(List<Document> found, HnswSearchRequest request) {
		String key = (request.getMode() == SearchMode.TEXT) ? HitMetadata.TEXT_SCORE : "distance";
		assertThat(found).extracting(Document::getId).doesNotHaveDuplicates();
		Map<Object, List<String>> numbers = new LinkedHashMap<>();
		found.forEach((passage) -> numbers.computeIfAbsent(book(passage), (book) -> new ArrayList<>())
			.add(String.format(Locale.ROOT, "%.5f", (double) passage.getMetadata().get(key))));
		List<List<String>> groups = new ArrayList<>(numbers.values());
		String last = groups.isEmpty() ? "" : groups.get(groups.size() - 1).get(0);
		groups.removeIf((group) -> group.get(0).equals(last));
		groups.sort(Comparator.comparing(List::toString));
		assertThat(numbers.values()).extracting((group) -> Double.valueOf(group.get(0)))
			.isSortedAccordingTo((a, b) -> (request.getMode() == SearchMode.TEXT) ? Double.compare(b, a)
					: (request.getMode() == SearchMode.DENSE) ? Double.compare(a, b) : 0);
		return groups;
	}

	@Test
	void aHybridSearchGoesBehindWhatItPutsTogetherFirst() {
		Random random = new Random(7);
		List<Document> passages = passages(700, random);
		this.store.add(passages);
		Map<Object, List<String>> books = groups(passages, 700, 700);
		for (int groups : new int[] { 3, 40, 200 }) {
			List<Document> found = this.store
				.similaritySearch(request(SearchMode.HYBRID, "river engine n17", groups).withGroupBy(KEY, 3));
			Map<Object, List<String>> ranked = byRank(found);
			assertThat(ranked).hasSize(Math.min(groups, books.size()));
			ranked.forEach((book, ids) -> assertThat(ids).hasSize(Math.min(3, books.get(book).size()))
				.isSubsetOf(books.get(book)));
			assertThat(firstOfEach(found)).extracting(Document::getScore)
				.isSortedAccordingTo(Collections.reverseOrder());
		}
	}

	private static List<Document> firstOfEach(List<Document> found) {
		Map<Object, Document> first = new LinkedHashMap<>();
		found.forEach((passage) -> first.putIfAbsent(passage.getMetadata().get(HitMetadata.GROUP_RANK), passage));
		return List.copyOf(first.values());
	}

	@ParameterizedTest
	@EnumSource(SearchMode.class)
	void thousandsOfPassagesOfOneDocumentHideNoOther(SearchMode mode) {
		List<Document> passages = new ArrayList<>();
		for (int i = 0; i < 3_000; i++) {
			passages.add(StoreFixture.document("huge" + i, "river", KEY, "huge"));
		}
		for (int i = 0; i < 4; i++) {
			passages.add(StoreFixture.document("small" + i, "river and some other words about mountain " + i, KEY, i));
			passages.add(StoreFixture.document("far" + i, "river once, then kitchen window velvet puzzle candle " + i,
					KEY, i));
		}
		StoreFixture.addDirectly(this.store, this.model, passages);
		List<Document> found = this.store.similaritySearch(request(mode, "river", 5).withGroupBy(KEY, 2));
		assertThat(byRank(found)).hasSize(5).allSatisfy((book, ids) -> assertThat(ids).hasSize(2));
		assertThat(found.get(0).getMetadata()).containsEntry(KEY, "huge");
	}

	@Test
	void aDocumentIsWhatHasEqualValuesOfOneKind() {
		this.store.add(List.of(StoreFixture.document("a", "river a", KEY, 1),
				StoreFixture.document("b", "river b", KEY, 1.0), StoreFixture.document("c", "river c", KEY, "1"),
				StoreFixture.document("d", "river d", KEY, List.of(1)),
				StoreFixture.document("e", "river e", KEY, List.of(1)),
				StoreFixture.document("f", "river f", KEY, "2026-11-29"),
				StoreFixture.document("g", "river g", KEY, "2026-11-29"),
				StoreFixture.document("h", "river h", "part", Map.of(KEY, "1")),
				StoreFixture.document("i", "river i", KEY, LocalDate.of(2026, 11, 29)),
				StoreFixture.document("j", "river j", KEY, Instant.parse("2026-11-29T00:00:00Z")),
				StoreFixture.document("k", "river k", KEY, "2026-11-29T00:00:00Z")));
		assertThat(this.store.similaritySearch(request(SearchMode.DENSE, "river", 20).withGroupBy(KEY, 5))
			.stream()
			.map((passage) -> passage.getMetadata().get(HitMetadata.GROUP_RANK))
			.distinct()).hasSize(8);
		assertThat(this.store.similaritySearch(request(SearchMode.DENSE, "river h", 20).withGroupBy("part." + KEY, 5)))
			.hasSize(11);
	}

	@ParameterizedTest
	@ValueSource(ints = { 4, 130 })
	void aPassageWithSeveralValuesIsADocumentOfItsOwn(int groups) {
		List<Document> passages = new ArrayList<>();
		Instant date = Instant.parse("2024-01-01T00:00:00Z");
		for (int i = 0; i < 50; i++) {
			passages.add(StoreFixture.document("x" + i, "river " + i, "a.b", "x"));
			passages.add(StoreFixture.document("y" + i, "river " + i, "a", Map.of("b", "y")));
			passages.add(StoreFixture.document("d" + i, "river " + i, "a.b", "2024-02-01"));
			passages.add(StoreFixture.document("1 xy" + i, "river " + i, "a.b", "x", "a", Map.of("b", "y")));
			passages
				.add(StoreFixture.document("2 dates" + i, "river " + i, "a.b", date, "a", Map.of("b", "2024-02-01")));
		}
		passages.add(StoreFixture.document("x again", "river 7", "a.b", "x", "a", Map.of("b", "x")));
		Collections.shuffle(passages, new Random(3));
		this.store.add(passages);
		Map<Object, List<String>> found = new LinkedHashMap<>();
		for (Document passage : this.store
			.similaritySearch(request(SearchMode.DENSE, "river 7", groups).withGroupBy("a.b", 60))) {
			found.computeIfAbsent(passage.getMetadata().get(HitMetadata.GROUP_RANK), (rank) -> new ArrayList<>())
				.add(passage.getId());
		}
		assertThat(found).hasSize(Math.min(groups, 103));
		assertThat(found.values().stream().flatMap(List::stream)).doesNotHaveDuplicates();
		assertThat(found.values()).allSatisfy((ids) -> {
			char kind = ids.get(0).charAt(0);
			assertThat(ids).allMatch((id) -> id.charAt(0) == kind)
				.hasSize((kind == '1' || kind == '2') ? 1 : (kind == 'x') ? 51 : 50);
		});
	}

	@Test
	void theStoreKnowsWhatSpringsSplittersWrite() {
		String text = String.join(" ", IntStream.range(0, 400).mapToObj((i) -> "river" + i).toList());
		List<Document> passages = TokenTextSplitter.builder()
			.withChunkSize(100)
			.build()
			.apply(List.of(new Document("one " + text), new Document("two " + text)));
		this.store.add(passages);
		List<Document> found = this.store.similaritySearch(request(SearchMode.HYBRID, "river5", 10).withGroupBy(2));
		assertThat(found).extracting((passage) -> passage.getMetadata().get(HitMetadata.GROUP_RANK))
			.containsExactly(1, 1, 2, 2);
		assertThat(found).extracting((passage) -> passage.getMetadata().get("parent_document_id")).doesNotContainNull();
	}

	@Test
	void aStoreCanBeToldAnotherKey() {
		this.store.close();
		this.store = StoreFixture.open(this.directory, this.model, (builder) -> builder.passages(KEY, "at"));
		this.store.add(passages(60, new Random(1)));
		HnswSearchRequest request = request(SearchMode.DENSE, "river", 7);
		assertThat(this.store.similaritySearch(request.withGroupBy(2))).extracting(Document::getId)
			.isEqualTo(this.store.similaritySearch(request.withGroupBy(KEY, 2)).stream().map(Document::getId).toList());
	}

	@Test
	void whatMakesNoSenseIsRefused() {
		HnswSearchRequest request = request(SearchMode.DENSE, "river", 100);
		assertThatIllegalArgumentException().isThrownBy(() -> request.withGroupBy(KEY, 0)).withMessageContaining("0");
		assertThatIllegalArgumentException().isThrownBy(() -> request.withGroupBy(" ", 1))
			.withMessageContaining("hnsw.passages.document-key");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> HnswVectorStore.builder(this.model).passages("", "at").build())
			.withMessageContaining("hnsw.passages.document-key");
		this.store.close();
		this.store = StoreFixture.open(this.directory, this.model,
				(builder) -> builder.limits(Limits.DEFAULTS.withTopK(150)));
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.similaritySearch(request.withGroupBy(KEY, 2)))
			.withMessageContaining("passages of each document is 200")
			.withMessageContaining("150");
	}

	@Test
	void requestsWithTheSameGroupsAreEqual() {
		HnswSearchRequest request = request(SearchMode.DENSE, "river", 10);
		assertThat(request.withGroupBy(KEY, 2)).isEqualTo(request.withGroupBy(KEY, 2))
			.hasSameHashCodeAs(request.withGroupBy(KEY, 2))
			.isNotEqualTo(request.withGroupBy(KEY, 3))
			.isNotEqualTo(request);
		assertThat(request.isGrouped()).isFalse();
		assertThat(request.withEfSearch(7).withGroupBy(KEY, 2).getEfSearch()).isEqualTo(7);
	}

}

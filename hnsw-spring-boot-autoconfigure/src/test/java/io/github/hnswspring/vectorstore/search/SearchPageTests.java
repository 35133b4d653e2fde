package io.github.hnswspring.vectorstore.search;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SearchPage;
import io.github.hnswspring.vectorstore.StoreFixture;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** The results of a search, page by page. */
class SearchPageTests {

	private static final String WORDS = "river engine garden";

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

	private static HnswSearchRequest request(SearchMode mode, int topK) {
		return request(mode, topK, 0);
	}

	private static HnswSearchRequest request(SearchMode mode, int topK, double threshold) {
		return HnswSearchRequest
			.of(SearchRequest.builder().query(WORDS).topK(topK).similarityThreshold(threshold).build())
			.withMode(mode);
	}

	private static List<String> ids(List<Document> documents) {
		return documents.stream().map(Document::getId).toList();
	}

	private List<Document> allPages(SearchRequest request) {
		List<Document> all = new ArrayList<>();
		String token = null;
		do {
			SearchPage page = this.store.search(request, token);
			assertThat(page.documents()).as("a page, and none is empty").isNotEmpty();
			all.addAll(page.documents());
			token = page.next();
		}
		while (token != null);
		return all;
	}

	@ParameterizedTest
	@EnumSource(value = SearchMode.class, names = { "DENSE", "TEXT" })
	void pagesTogetherAreTheWholeSearch(SearchMode mode) {
		this.store.add(StoreFixture.documents("d", 500, new Random(1)));
		List<Document> whole = this.store.similaritySearch(request(mode, 500));
		for (int size : new int[] { 1, 7, 100, 500 }) {
			if (size > 1 || mode == SearchMode.DENSE) {
				List<Document> pages = allPages(request(mode, size));
				assertThat(ids(pages)).isEqualTo(ids(whole));
				assertThat(pages).extracting(Document::getScore)
					.isEqualTo(whole.stream().map(Document::getScore).toList());
			}
		}
	}

	@Test
	void hybridPagesBeginLikeASearchAndMissNothing() {
		this.store.add(StoreFixture.documents("d", 500, new Random(1)));
		List<Document> pages = allPages(request(SearchMode.HYBRID, 20));
		assertThat(ids(pages)).doesNotHaveDuplicates().hasSize(500);
		assertThat(ids(pages).subList(0, 20))
			.isEqualTo(ids(this.store.similaritySearch(request(SearchMode.HYBRID, 20))));
		assertThat(pages).extracting(Document::getScore).isSortedAccordingTo((a, b) -> Double.compare(b, a));
	}

	@Test
	void pagesGoBeyondAThousandResultsWhereResultsHaveAPlace() {
		StoreFixture.addDirectly(this.store, this.model, StoreFixture.documents("d", 2_200, new Random(1)));
		assertThat(ids(allPages(request(SearchMode.HYBRID, 250)))).doesNotHaveDuplicates().hasSize(1_000);
		for (SearchMode mode : List.of(SearchMode.DENSE, SearchMode.TEXT)) {
			assertThat(ids(allPages(request(mode, 250)))).hasSizeGreaterThan(1_000)
				.isEqualTo(ids(this.store.similaritySearch(request(mode, 2_200))));
		}
	}

	/**
	 * Score and rank of the best passage of each document: those of others are bounds.
	 */
	private static Map<Object, List<Object>> bestOfEach(List<Document> passages) {
		Map<Object, List<Object>> best = new LinkedHashMap<>();
		passages.forEach((passage) -> best.putIfAbsent(passage.getMetadata().get(HitMetadata.GROUP_RANK),
				Arrays.asList(passage.getScore(), passage.getMetadata().get(HitMetadata.TEXT_RANK))));
		return best;
	}

	@ParameterizedTest
	@EnumSource(SearchMode.class)
	void groupsComePageByPage(SearchMode mode) {
		Random random = new Random(2);
		List<Document> passages = StoreFixture.documents("d", 300, random)
			.stream()
			.map((passage) -> passage.mutate().metadata("book", random.nextInt(60)).build())
			.toList();
		this.store.add(passages);
		HnswSearchRequest request = request(mode, 7).withGroupBy("book", 2);
		List<Document> pages = allPages(request);
		assertThat(ids(pages)).doesNotHaveDuplicates();
		assertThat(pages).extracting((passage) -> passage.getMetadata().get(HitMetadata.GROUP_RANK))
			.isSortedAccordingTo((a, b) -> Integer.compare((int) a, (int) b));
		if (mode != SearchMode.HYBRID) {
			assertThat(ids(pages))
				.isEqualTo(ids(this.store.similaritySearch(request(mode, 100).withGroupBy("book", 2))));
		}
		List<Document> once = this.store.similaritySearch(request(mode, 25).withGroupBy("book", 2));
		List<Document> first = pages.subList(0, once.size());
		assertThat(ids(first)).isEqualTo(ids(once));
		assertThat(bestOfEach(first)).isEqualTo(bestOfEach(once));
		Map<Object, List<Document>> books = new HashMap<>();
		pages.forEach((passage) -> books.computeIfAbsent(passage.getMetadata().get("book"), (key) -> new ArrayList<>())
			.add(passage));
		books.forEach((book, found) -> assertThat(found).hasSizeLessThanOrEqualTo(2)
			.extracting((passage) -> passage.getMetadata().get(HitMetadata.GROUP_RANK))
			.containsOnly(found.get(0).getMetadata().get(HitMetadata.GROUP_RANK)));
	}

	@ParameterizedTest
	@EnumSource(SearchMode.class)
	void allAboveAThresholdAreHadBeyondTheLimitOfOneSearch(SearchMode mode) {
		this.store.add(StoreFixture.documents("d", 400, new Random(1)));
		double threshold = this.store.similaritySearch(request(SearchMode.DENSE, 400)).get(150).getScore();
		Set<String> above = new HashSet<>(ids(this.store.similaritySearch(request(mode, 400, threshold))));
		this.store.close();
		this.store = StoreFixture.open(this.directory, this.model,
				(builder) -> builder.limits(Limits.DEFAULTS.withTopK(30)));
		List<String> pages = ids(allPages(request(mode, 30, threshold)));
		assertThat(pages).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(above);
		assertThat(above).hasSizeGreaterThan(30);
	}

	@ParameterizedTest
	@EnumSource(SearchMode.class)
	void whatIsNotChangedComesOnceWhileOthersWrite(SearchMode mode) throws InterruptedException {
		List<Document> documents = StoreFixture.documents("d", 400, new Random(1));
		StoreFixture.addDirectly(this.store, this.model, documents);
		Set<String> expected = new HashSet<>(ids(this.store.similaritySearch(request(mode, 400))));
		AtomicBoolean ended = new AtomicBoolean();
		Thread writer = new Thread(() -> {
			Random random = new Random(3);
			for (int i = 0; !ended.get(); i++) {
				int batch = i;
				// Words of their own: scores by words move, and their order does not.
				StoreFixture.addDirectly(this.store, this.model,
						IntStream.range(0, 5)
							.mapToObj((n) -> StoreFixture.document("w" + n, "other" + batch + ' ' + random.nextInt(),
									"by", "the writer"))
							.toList());
			}
		});
		writer.start();
		try {
			for (int repetition = 0; repetition < 5; repetition++) {
				List<String> pages = new ArrayList<>(ids(allPages(request(mode, 23))));
				pages.removeIf((id) -> id.startsWith("w"));
				assertThat(pages).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(expected);
			}
		}
		finally {
			ended.set(true);
			writer.join();
		}
	}

	@Test
	void aTokenIsGoodAfterARestart() {
		this.store.add(StoreFixture.documents("d", 50, new Random(1)));
		HnswSearchRequest request = request(SearchMode.HYBRID, 10).withFilterExpression("even == true && number < 90");
		String token = this.store.search(request, null).next();
		List<String> second = ids(this.store.search(request, token).documents());
		this.store.close();
		this.store = StoreFixture.open(this.directory, this.model);
		assertThat(token).matches("[A-Za-z0-9_-]+").hasSizeLessThan(200);
		assertThat(ids(this.store.search(request, token).documents())).isEqualTo(second);
	}

	@ParameterizedTest
	@EnumSource(SearchMode.class)
	void aTokenThatWasChangedIsRefused(SearchMode mode) {
		this.store.add(StoreFixture.documents("d", 50, new Random(1)));
		HnswSearchRequest request = request(mode, 10);
		String token = this.store.search(request, null).next();
		assertThat(token).isNotNull();
		for (int i = 0; i < token.length(); i++) {
			for (char other : "AZaz09-_=+ é".toCharArray()) {
				if (other != token.charAt(i)) {
					refused(request, token.substring(0, i) + other + token.substring(i + 1));
				}
			}
			refused(request, token.substring(0, i));
			refused(request, token + token.charAt(i));
		}
		refused(request, "");
		refused(request, "x".repeat(100_000));
		assertThat(this.store.search(request, token).documents()).isNotEmpty();
	}

	private void refused(SearchRequest request, String token) {
		assertThatIllegalArgumentException().as(token)
			.isThrownBy(() -> this.store.search(request, token))
			.withMessageContaining("begin again");
	}

	@Test
	void aTokenOfAnotherRequestIsRefused() {
		this.store.add(StoreFixture.documents("d", 50, new Random(1)));
		HnswSearchRequest request = request(SearchMode.DENSE, 10).withFilterExpression("even == true");
		String token = this.store.search(request, null).next();
		float[] vector = this.model.vector(WORDS);
		for (SearchRequest other : List.of(request(SearchMode.DENSE, 10), request.withFilterExpression("even == false"),
				request.withFilterExpression("even == 'true'"), request.withMode(SearchMode.TEXT),
				SearchRequest.from(request).topK(11).build(), SearchRequest.from(request).query("river").build(),
				SearchRequest.from(request).similarityThreshold(0.1).build(), request.withGroupBy("book", 1),
				request.withDiversity(0.5), request.withNeighbors(1, 0), request.withEfSearch(100),
				request.withExactSearch(), request.withVector(vector), request.withTextWeight(0.4))) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.store.search(other, token))
				.withMessageContaining("another request");
		}
		assertThat(this.store.search(request.withFilterExpression("even == true"), token).documents()).isNotEmpty();
	}

	@Test
	void aTokenOfAnotherStoreIsRefused(@TempDir Path elsewhere) {
		this.store.add(StoreFixture.documents("d", 50, new Random(1)));
		HnswSearchRequest request = request(SearchMode.DENSE, 10);
		String token = this.store.search(request, null).next();
		try (HnswVectorStore other = StoreFixture.open(elsewhere, this.model)) {
			other.add(StoreFixture.documents("d", 50, new Random(1)));
			assertThatIllegalArgumentException().isThrownBy(() -> other.search(request, token))
				.withMessageContaining("another store");
		}
	}

	@Test
	void aSearchThatFindsNothingHasOnePage() {
		assertThat(this.store.search(request(SearchMode.DENSE, 10), null)).isEqualTo(new SearchPage(List.of(), null));
		this.store.add(StoreFixture.documents("d", 10, new Random(1)));
		assertThat(this.store.search(request(SearchMode.DENSE, 10), null).next()).isNull();
		assertThat(this.store.search(request(SearchMode.TEXT, 10).withFilterExpression("even == 7"), null))
			.isEqualTo(new SearchPage(List.of(), null));
	}

}

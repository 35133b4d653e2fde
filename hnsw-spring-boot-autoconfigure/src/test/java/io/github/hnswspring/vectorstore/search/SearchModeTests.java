package io.github.hnswspring.vectorstore.search;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SearchPage;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.fixtures.TestEmbeddingModel;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

/** What is found by words, by meaning and by both, and what the documents say of it. */
class SearchModeTests {

	private static final Map<String, String> PASSAGES = Map.ofEntries(
			Map.entry("zh", "向量数据库把文档保存为向量，并通过近似最近邻搜索来查找相似的内容。"), Map.entry("zh2", "今天的天气很好，我们去公园散步。"),
			Map.entry("ja", "ベクトルデータベースは文書をベクトルとして保存し、近傍探索で似た内容を見つけます。"), Map.entry("ja2", "東京の天気は晴れで、公園には猫がいます。"),
			Map.entry("de", "Die Vektordatenbank speichert Schlüssel und Häuser; die Straße führt nach München."),
			Map.entry("de2", "Der Hund läuft im Wald und das Wetter ist schön."),
			Map.entry("ar", "قاعدة البيانات المتجهة تحفظ المستندات وتبحث عن أقرب الجيران."),
			Map.entry("ar2", "الطقس جميل اليوم ونحن نمشي في الحديقة."),
			Map.entry("ko", "벡터 데이터베이스는 문서를 저장하고 가까운 이웃을 찾습니다."),
			Map.entry("hikari", "The pool is tuned with spring.datasource.hikari.maxIdleTime and a --pool-size flag."),
			Map.entry("rust",
					"The compiler reports error[E0599]: no method named `push_str` found for type `std::vec::Vec<T>`."),
			Map.entry("cpp", "Written in C++ and C#, it runs on .NET since version 1.31.22 of the tool."),
			Map.entry("filler", "The pool of the compiler and the tool, and what you do with it, is what it is."));

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

	private void addPassages() {
		this.store.add(PASSAGES.entrySet()
			.stream()
			.map((entry) -> new Document(entry.getKey(), entry.getValue(), Map.of()))
			.toList());
	}

	private static HnswSearchRequest request(String query, int topK, SearchMode mode) {
		return HnswSearchRequest.of(SearchRequest.builder().query(query).topK(topK).build()).withMode(mode);
	}

	private List<Document> search(String query, int topK, SearchMode mode) {
		return this.store.similaritySearch(request(query, topK, mode));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			value = { "什么是向量数据库？ | zh", "怎么查找相似的内容 | zh", "天气怎么样 | zh2", "散步 | zh2", "ベクトルデータベースとは何ですか | ja", "猫 | ja2",
					"文書の保存 | ja", "Wie speichert die Vektordatenbank Schlussel? | de", "strasse nach munchen | de",
					"Schlüssel | de", "Wetter schon | de2", "قاعدة البيانات | ar", "أقرب الجِيران | ar",
					"ما هو الطقس اليوم | ar2", "데이터베이스 | ko", "spring.datasource.hikari.maxIdleTime | hikari",
					"how do I use maxIdleTime? | hikari", "what is the max idle time of the pool | hikari",
					"what does --pool-size mean | hikari", "pool-size | hikari", "E0599 | rust",
					"what does e0599 mean? | rust", "push_str | rust", "std::vec::Vec | rust",
					"how do you do it in c++? | cpp", "c# | cpp", "what is .NET | cpp", "what is in 1.31.22 | cpp",
					"what is in \"version 1.31.22\"? | cpp" })
	void aQuestionFindsItsPassageByWordsInAnyLanguage(String question, String expected) {
		addPassages();
		this.model.failFromCall(0);
		assertThat(search(question, 3, SearchMode.TEXT)).extracting(Document::getId).startsWith(expected);
	}

	@Test
	void aLanguageFindsOtherFormsOfAWord() {
		addPassages();
		assertThat(search("Haus am See", 3, SearchMode.TEXT)).isEmpty();
		this.store.close();
		this.store = StoreFixture.open(this.directory, this.model, (builder) -> builder.textLanguage("de"));
		StoreFixture.await("stems", () -> this.store.status().textIndexState().name().equals("READY"));
		assertThat(search("Haus am See", 3, SearchMode.TEXT)).extracting(Document::getId).containsExactly("de");
	}

	@Test
	void textModeAsksNoModelAndSaysWhatItKnows() {
		addPassages();
		this.model.reset();
		List<Document> found = search("pool tool compiler", 5, SearchMode.TEXT);
		assertThat(this.model.calls()).isZero();
		assertThat(found).hasSizeGreaterThan(2);
		double before = 1.1;
		for (int i = 0; i < found.size(); i++) {
			Document document = found.get(i);
			assertThat(document.getScore()).isLessThan(before).isBetween(0.0, 1.0);
			before = document.getScore();
			assertThat(document.getMetadata()).containsEntry(HitMetadata.TEXT_RANK, i + 1)
				.containsKey(HitMetadata.TEXT_SCORE)
				.doesNotContainKeys(HitMetadata.DENSE_SCORE, HitMetadata.DENSE_RANK, "distance", HitMetadata.FALLBACK);
		}
	}

	@Test
	void everyHybridHitHasItsExactDenseScore() {
		this.store.add(StoreFixture.documents("d", 300, new Random(1)));
		String query = "river engine d17";
		List<Document> dense = search(query, 300, SearchMode.DENSE);
		List<Document> hybrid = search(query, 20, SearchMode.HYBRID);
		assertThat(hybrid).hasSize(20);
		double before = 1.1;
		for (Document hit : hybrid) {
			Document same = dense.stream()
				.filter((other) -> other.getId().equals(hit.getId()))
				.findFirst()
				.orElseThrow();
			assertThat((Double) hit.getMetadata().get(HitMetadata.DENSE_SCORE)).isCloseTo(same.getScore(),
					within(1e-6));
			assertThat(hit.getMetadata()).containsKey("distance");
			assertThat(hit.getScore()).isLessThanOrEqualTo(before).isBetween(0.0, 1.0);
			before = hit.getScore();
			Integer rank = (Integer) hit.getMetadata().get(HitMetadata.DENSE_RANK);
			if (rank != null) {
				assertThat(rank).isEqualTo(dense.indexOf(same) + 1);
			}
		}
		assertThat(hybrid.get(0).getId()).as("the only one with that word").isEqualTo("d17");
	}

	@Test
	void weightsGoFromMeaningToWords() {
		this.store.add(StoreFixture.documents("d", 300, new Random(1)));
		HnswSearchRequest request = request("river engine d17", 10, SearchMode.HYBRID);
		assertThat(ids(request.withTextWeight(0))).isEqualTo(ids(request.withMode(SearchMode.DENSE)));
		assertThat(ids(request.withTextWeight(1))).isEqualTo(ids(request.withMode(SearchMode.TEXT)));
		assertThatIllegalArgumentException().isThrownBy(() -> request.withTextWeight(1.5)).withMessageContaining("1.5");
		assertThatIllegalArgumentException().isThrownBy(() -> request.withTextWeight(Double.NaN));
	}

	@Test
	void theQuestionDecidesHowMuchWordsCountUnlessTheRequestDoes() {
		this.store.add(StoreFixture.documents("d", 300, new Random(1)));
		HnswSearchRequest name = request("d17", 10, SearchMode.HYBRID);
		assertThat(name.getTextWeight()).isNull();
		assertThat(scores(name)).isEqualTo(scores(name.withTextWeight(2 / 3.0)))
			.isNotEqualTo(scores(name.withTextWeight(0.5)));
		HnswSearchRequest ordinary = request("river", 10, SearchMode.HYBRID);
		assertThat(scores(ordinary)).isNotEqualTo(scores(ordinary.withTextWeight(2 / 3.0)));
	}

	private List<Double> scores(SearchRequest request) {
		return this.store.similaritySearch(request).stream().map(Document::getScore).toList();
	}

	private List<String> ids(SearchRequest request) {
		return this.store.similaritySearch(request).stream().map(Document::getId).toList();
	}

	/** In any mode. */
	@ParameterizedTest
	@EnumSource(SearchMode.class)
	void theThresholdIsTheDenseScoreOfEveryHit(SearchMode mode) {
		this.store.add(StoreFixture.documents("d", 300, new Random(1)));
		String query = "river engine harbour letter";
		List<Document> dense = search(query, 300, SearchMode.DENSE);
		double threshold = dense.get(40).getScore();
		List<Document> found = this.store.similaritySearch(HnswSearchRequest
			.of(SearchRequest.builder().query(query).topK(300).similarityThreshold(threshold).build())
			.withMode(mode));
		List<String> near = dense.subList(0, 41).stream().map(Document::getId).toList();
		if (mode == SearchMode.TEXT) {
			List<String> words = search(query, 300, SearchMode.TEXT).stream().map(Document::getId).toList();
			assertThat(found).extracting(Document::getId)
				.isEqualTo(words.stream().filter(near::contains).toList())
				.isNotEmpty();
		}
		else {
			assertThat(found).extracting(Document::getId).containsExactlyInAnyOrderElementsOf(near);
		}
	}

	@Test
	void hybridGoesOnByWordsOnlyWhereTheRequestAllowsIt() {
		addPassages();
		this.model.failFromCall(0);
		HnswSearchRequest request = request("what does E0599 mean?", 3, SearchMode.HYBRID);
		assertThatIllegalStateException().isThrownBy(() -> this.store.similaritySearch(request))
			.withMessageContaining("embedding service is down");
		assertThat(this.store.similaritySearch(request.withTextFallback())).isNotEmpty()
			.allSatisfy((document) -> assertThat(document.getMetadata()).containsEntry(HitMetadata.FALLBACK, "text")
				.doesNotContainKey(HitMetadata.DENSE_SCORE))
			.first()
			.extracting(Document::getId)
			.isEqualTo("rust");
		this.model.reset();
		assertThat(this.store.similaritySearch(request.withTextFallback()))
			.allSatisfy((document) -> assertThat(document.getMetadata()).doesNotContainKey(HitMetadata.FALLBACK));
	}

	@ParameterizedTest
	@ValueSource(strings = { "NaN", "zero", "dimensions", "name", "empty", "null", "no class" })
	void aModelWhoseVectorCannotBeUsedHasFailedToo(String failure) {
		addPassages();
		this.store.close();
		BrokenModel broken = new BrokenModel(failure);
		this.store = StoreFixture.open(this.directory, broken);
		HnswSearchRequest request = request("what does E0599 mean?", 3, SearchMode.HYBRID);
		assertThatThrownBy(() -> this.store.similaritySearch(request)).isInstanceOfAny(IllegalStateException.class,
				LinkageError.class);
		assertThat(this.store.similaritySearch(request.withTextFallback())).isNotEmpty()
			.allSatisfy((document) -> assertThat(document.getMetadata()).containsEntry(HitMetadata.FALLBACK, "text"))
			.first()
			.extracting(Document::getId)
			.isEqualTo("rust");
		assertThat(this.store.explain(request.withTextFallback(), "rust").reason())
			.contains("The embedding model failed");
		assertThatThrownBy(() -> this.store.explain(request, "rust")).isInstanceOfAny(IllegalStateException.class,
				LinkageError.class);
		assertThat(this.store.status().embeddingMismatch() != null).as("health says what the search does not")
			.isEqualTo(failure.equals("name") || failure.equals("dimensions"));
	}

	@Test
	void memoryThatIsFullIsNoReasonToGoOn() {
		addPassages();
		this.store.close();
		this.store = StoreFixture.open(this.directory, new BrokenModel("memory"));
		assertThatExceptionOfType(OutOfMemoryError.class)
			.isThrownBy(() -> this.store.similaritySearch(request("E0599", 3, SearchMode.HYBRID).withTextFallback()));
	}

	/** Answers what cannot be used, or not at all. */
	private static final class BrokenModel extends TestEmbeddingModel {

		private final String failure;

		BrokenModel(String failure) {
			super(failure.equals("dimensions") ? 31 : 32, failure.equals("name") ? "other" : "words");
			this.failure = failure;
		}

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			return switch (this.failure) {
				case "no class" -> throw new NoClassDefFoundError("ai/onnxruntime/OrtException");
				case "memory" -> throw new OutOfMemoryError("planted");
				case "null" -> null;
				case "empty" -> new EmbeddingResponse(List.of(), super.call(request).getMetadata());
				default -> super.call(request);
			};
		}

		@Override
		public float[] vector(String text) {
			float[] vector = super.vector(text);
			if (this.failure.equals("NaN") || this.failure.equals("zero")) {
				Arrays.fill(vector, this.failure.equals("NaN") ? Float.NaN : 0);
			}
			return vector;
		}

	}

	/** The hundreds that words rank first are unlike the question. */
	@Test
	void theTextListOfAHybridSearchHasTheBestThatReachTheThreshold() {
		List<Document> documents = new ArrayList<>();
		List<float[]> vectors = new ArrayList<>();
		float[] near = this.model.vector("river");
		float[] far = new float[near.length];
		for (int i = 0; i < near.length; i++) {
			far[i] = -near[i];
		}
		for (int i = 0; i < 300; i++) {
			documents.add(StoreFixture.document("far" + i, "river river", "book", i));
			vectors.add(far);
		}
		for (int i = 0; i < 150; i++) {
			float[] vector = near.clone();
			vector[i % near.length] += 0.001f * i;
			documents.add(StoreFixture.document("near" + i, "the river is near" + " word".repeat(i), "book", i / 5));
			vectors.add(vector);
		}
		this.store.add(documents, vectors);
		HnswSearchRequest request = HnswSearchRequest
			.of(SearchRequest.builder().query("river").topK(30).similarityThreshold(0.5).build());
		List<String> byWords = ids(request.withMode(SearchMode.TEXT));
		assertThat(byWords).hasSize(30).allMatch((id) -> id.startsWith("near"));
		HnswSearchRequest hybrid = request.withMode(SearchMode.HYBRID);
		assertThat(ids(hybrid.withTextWeight(1))).isEqualTo(byWords);
		assertThat(ids(hybrid.withTextWeight(1).withVector(near))).isEqualTo(byWords);
		for (double weight : new double[] { 0.3, 1 }) {
			HnswSearchRequest weighted = hybrid.withTextWeight(weight);
			assertThat(this.store.similaritySearch(weighted)).hasSize(30)
				.anySatisfy((hit) -> assertThat(hit.getMetadata()).containsEntry(HitMetadata.TEXT_RANK, 1));
			assertThat(ids(weighted.withGroupBy("book", 1))).hasSize(30);
			SearchPage page = this.store.search(weighted, null);
			Set<String> seen = new HashSet<>();
			while (true) {
				page.documents().forEach((document) -> seen.add(document.getId()));
				if (page.next() == null) {
					break;
				}
				page = this.store.search(weighted, page.next());
			}
			assertThat(seen).hasSize(150);
			for (String id : List.of("near0", "near40", "near149")) {
				SearchExplanation explanation = this.store.explain(weighted, id);
				Integer topK = explanation.isFound() ? Integer.valueOf(30) : explanation.sufficientTopK();
				assertThat(ids(HnswSearchRequest.of(SearchRequest.from(weighted).topK(topK).build())
					.withMode(SearchMode.HYBRID)
					.withTextWeight(weight))).contains(id);
			}
		}
	}

	@Test
	void plainRequestsAreAnsweredInTheModeOfTheStore() {
		addPassages();
		this.store.close();
		this.store = StoreFixture.open(this.directory, this.model, (builder) -> builder.searchMode(SearchMode.HYBRID));
		SearchRequest plain = SearchRequest.builder().query("E0599").topK(2).build();
		assertThat(this.store.similaritySearch(plain).get(0).getMetadata()).containsKey(HitMetadata.TEXT_RANK);
		assertThat(this.store.similaritySearch(HnswSearchRequest.of(plain).withMode(SearchMode.DENSE))
			.get(0)
			.getMetadata()).doesNotContainKey(HitMetadata.TEXT_RANK);
		// Of a vector alone no words are known.
		assertThat(this.store.similaritySearch(this.model.vector("pool"), plain).get(0).getMetadata())
			.doesNotContainKey(HitMetadata.TEXT_RANK);
		assertThat(this.store.similaritySearch(
				HnswSearchRequest.of(plain).withVector(this.model.vector("pool")).withMode(SearchMode.HYBRID)))
			.anySatisfy((document) -> assertThat(document.getMetadata()).containsKey(HitMetadata.TEXT_RANK));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"pool", "pool OR", "pool AND NOT compiler", "words : pool", "NEAR(pool compiler)",
			"{words} : (pool)", "' OR pool=1 --", "^pool + \"tool", "(pool", "\"\"\"pool", "pool\u0000*", "-pool" })
	void aQuestionIsWordsAndNoExpression(String question) {
		addPassages();
		assertThat(search(question, 20, SearchMode.TEXT)).extracting(Document::getId).contains("hikari", "filler");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "*", "\"", "poo*", "(", "\uD83D\uDE00", "--" })
	void aQuestionWithoutAKnownWordFindsNothing(String question) {
		addPassages();
		assertThat(search(question, 20, SearchMode.TEXT)).isEmpty();
	}

	@Test
	void aStoreWithoutTextIndexSaysSo() {
		addPassages();
		this.store.close();
		this.store = StoreFixture.open(this.directory, this.model, (builder) -> builder.textIndex(false));
		assertThat(search("pool", 3, SearchMode.DENSE)).hasSize(3);
		assertThatIllegalStateException().isThrownBy(() -> search("pool", 3, SearchMode.TEXT))
			.withMessageContaining("hnsw.text.enabled");
		assertThatIllegalStateException().isThrownBy(() -> search("pool", 3, SearchMode.HYBRID))
			.withMessageContaining("hnsw.text.enabled");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> HnswVectorStore.builder(this.model).textIndex(false).searchMode(SearchMode.TEXT).build())
			.withMessageContaining("hnsw.search.mode");
	}

	@Test
	void commonWordsAreCountedAndDoNotOutvoteAName() {
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < 400; i++) {
			documents.add(new Document("f" + i,
					"how do you use what it is and how does it do what you mean number n" + i, Map.of()));
		}
		documents.add(new Document("right",
				"Among many other things of a long passage about all and nothing, there is the "
						+ "property max-open-files, which limits something else entirely and is mentioned only here.",
				Map.of()));
		this.store.add(documents);
		assertThat(search("how do you use max-open-files and what does it mean?", 10, SearchMode.TEXT)).hasSize(10)
			.first()
			.extracting(Document::getId)
			.isEqualTo("right");
		// Nothing else is asked for.
		assertThat(search("how do you do", 10, SearchMode.TEXT)).hasSize(10);
		assertThat(search("n7 how", 500, SearchMode.TEXT)).hasSize(400)
			.first()
			.extracting(Document::getId)
			.isEqualTo("f7");
	}

	/** Whatever a filter leaves, words that all have do not turn the order by meaning. */
	@Test
	void amongFewDocumentsOrdinaryWordsDoNotOutvoteMeaning() {
		List<Document> documents = new ArrayList<>(StoreFixture.documents("d", 300, new Random(1)));
		for (int i = 0; i < 3; i++) {
			documents.add(StoreFixture.document("s" + i, "river " + List.of("harbour", "copper", "velvet").get(i),
					"tenant", "small"));
		}
		this.store.add(documents);
		SearchRequest small = SearchRequest.builder()
			.query("river velvet")
			.topK(3)
			.filterExpression("tenant == 'small'")
			.build();
		List<String> dense = ids(small);
		assertThat(dense).hasSize(3).startsWith("s2");
		assertThat(ids(HnswSearchRequest.of(small).withMode(SearchMode.HYBRID))).isEqualTo(dense);
		SearchRequest common = SearchRequest.builder()
			.query("river")
			.topK(3)
			.filterExpression("tenant == 'small'")
			.build();
		assertThat(ids(HnswSearchRequest.of(common).withMode(SearchMode.HYBRID))).isEqualTo(ids(common));
	}

	@Test
	void whereNoWordTellsTheFirstByMeaningHasTheWholeScore() {
		this.store.add(List.of(new Document("only", "river harbour", Map.of())));
		assertThat(search("river harbour", 3, SearchMode.HYBRID)).singleElement()
			.extracting(Document::getScore)
			.isEqualTo(1.0);
	}

	@Test
	void anotherQuestionHasAnotherVector() {
		HnswSearchRequest request = request("river", 3, SearchMode.DENSE).withVector(new float[32]);
		assertThat(request.withQuery("engine").getVector()).isNull();
	}

	@Test
	void aKeyToGroupByIsNoLongerThanOthers() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> request("river", 3, SearchMode.DENSE).withGroupBy("k".repeat(1_025), 1))
			.withMessageContaining("1025")
			.withMessageContaining("1024");
	}

}

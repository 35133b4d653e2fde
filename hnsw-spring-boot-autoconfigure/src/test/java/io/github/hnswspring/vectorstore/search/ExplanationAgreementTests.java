package io.github.hnswspring.vectorstore.search;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.hnswspring.fixtures.Distances;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchExplanation.Verdict;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.filter.FilterEvaluator;
import io.github.hnswspring.vectorstore.filter.RandomFilters;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** What is explained, at random, is what searches and brute force say. */
class ExplanationAgreementTests {

	private static final int DOCUMENTS = 150;

	private static final int REQUESTS = 150;

	private static final double ROUNDING = 1e-6;

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(16, "words");

	private final List<Document> documents = new ArrayList<>();

	@ParameterizedTest
	@EnumSource(SearchMode.class)
	void explanationsAgreeWithSearchesAndBruteForce(SearchMode mode) {
		long seed = Long.getLong("hnsw.test.seed", System.nanoTime());
		System.out.println("ExplanationAgreementTests seed " + seed);
		Random random = new Random(seed);
		Set<Verdict> verdicts = EnumSet.noneOf(Verdict.class);
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.model)) {
			for (int i = 0; i < DOCUMENTS; i++) {
				this.documents
					.add(new Document("d" + i, StoreFixture.text(word(i), random), RandomFilters.metadata(random)));
			}
			store.add(this.documents);
			for (int i = 0; i < REQUESTS; i++) {
				HnswSearchRequest request = request(random, mode);
				Set<String> found = ids(store.similaritySearch(request));
				for (int j = 0; j < 5; j++) {
					Document document = this.documents.get(random.nextInt(DOCUMENTS));
					SearchExplanation explanation = store.explain(request, document.getId());
					check(store, request, mode, document, explanation, found,
							"seed " + seed + ", " + request + ", " + explanation);
					verdicts.add(explanation.verdict());
				}
			}
		}
		assertThat(verdicts).as("seed %s", seed)
			.contains(Verdict.FOUND, Verdict.FILTERED_OUT, Verdict.BELOW_THRESHOLD, Verdict.BEYOND_TOP_K);
		assertThat(verdicts.contains(Verdict.NO_WORDS_IN_COMMON)).isEqualTo(mode == SearchMode.TEXT);
		assertThat(verdicts).as("seed %s", seed)
			.doesNotContain(Verdict.CHANGED_MEANWHILE, Verdict.MISSED_BY_WALK, Verdict.NOT_STORED);
	}

	/** Of a document alone, and without parts. */
	private static String word(int number) {
		return "w" + (char) ('a' + number / 26) + (char) ('a' + number % 26);
	}

	private static HnswSearchRequest request(Random random, SearchMode mode) {
		SearchRequest.Builder builder = SearchRequest.builder()
			.query(StoreFixture.text((random.nextInt(3) == 0) ? word(random.nextInt(DOCUMENTS)) : "", random))
			.topK(random.nextInt(1 << random.nextInt(8)));
		if (random.nextInt(3) == 0) {
			builder.similarityThreshold(0.2 + 0.7 * random.nextDouble());
		}
		if (random.nextInt(3) > 0) {
			builder.filterExpression(RandomFilters.expression(random));
		}
		HnswSearchRequest request = HnswSearchRequest.of(builder.build()).withMode(mode);
		return (random.nextInt(3) == 0) ? request.withTextWeight(random.nextInt(11) / 10.0) : request;
	}

	private void check(HnswVectorStore store, HnswSearchRequest request, SearchMode mode, Document document,
			SearchExplanation explanation, Set<String> found, String description) {
		assertThat(explanation.isFound()).as(description).isEqualTo(found.contains(document.getId()));
		boolean passes = passes(request, document);
		assertThat(explanation.verdict() == Verdict.FILTERED_OUT).as(description).isEqualTo(!passes);
		assertThat(explanation.failedComparisons().isEmpty()).as(description).isEqualTo(passes);
		boolean embedded = mode != SearchMode.TEXT || request.getSimilarityThreshold() > 0;
		assertThat(explanation.dense() != null).as(description).isEqualTo(embedded && passes);
		if (embedded && passes) {
			checkDense(request, document, explanation, description);
		}
		if (mode != SearchMode.DENSE && passes) {
			checkText(store, request, document, explanation, description);
		}
		checkRemedy(store, request, document, explanation, description);
		Integer sufficient = explanation.sufficientTopK();
		if (sufficient != null) {
			assertThat(sufficient).as(description).isGreaterThan(request.getTopK());
			assertThat(ids(store.similaritySearch(resized(request, mode, sufficient)))).as(description)
				.contains(document.getId());
			if (mode != SearchMode.HYBRID) {
				assertThat(ids(store.similaritySearch(resized(request, mode, sufficient - 1)))).as(description)
					.doesNotContain(document.getId());
			}
		}
	}

	/** What has a vector and passes can be found, unless words alone count. */
	private void checkRemedy(HnswVectorStore store, HnswSearchRequest request, Document document,
			SearchExplanation explanation, String description) {
		if (explanation.remedy() != null) {
			assertThat(ids(store.similaritySearch(request.withRemedy(explanation.remedy())))).as(description)
				.contains(document.getId());
		}
		else {
			assertThat(explanation.isFound() || !passes(request, document) || explanation.dense() == null
					|| Double.valueOf(1).equals(request.getTextWeight()))
				.as(description)
				.isTrue();
		}
	}

	private void checkDense(HnswSearchRequest request, Document document, SearchExplanation explanation,
			String description) {
		double score = score(request, document);
		assertThat(explanation.dense().score()).as(description).isCloseTo(score, within(ROUNDING));
		assertThat(explanation.verdict() == Verdict.BELOW_THRESHOLD).as(description)
			.isEqualTo(request.getSimilarityThreshold() > 0 && score < request.getSimilarityThreshold());
		long nearer = count(request, score + ROUNDING);
		long notFarther = count(request, score - ROUNDING);
		assertThat((long) explanation.dense().rank()).as(description).isBetween(nearer + 1, notFarther);
	}

	/** Those that pass and are at least so similar. */
	private long count(HnswSearchRequest request, double score) {
		return this.documents.stream()
			.filter((other) -> passes(request, other) && score(request, other) >= score)
			.count();
	}

	private void checkText(HnswVectorStore store, HnswSearchRequest request, Document document,
			SearchExplanation explanation, String description) {
		List<String> ranking = store.similaritySearch(resized(request, SearchMode.TEXT, DOCUMENTS))
			.stream()
			.map(Document::getId)
			.toList();
		int rank = 1 + ranking.indexOf(document.getId());
		assertThat((explanation.text() != null) ? explanation.text().rank() : 0).as(description).isEqualTo(rank);
		List<String> words = List.of(document.getText().split(" "));
		assertThat(explanation.words()).as(description).isSubsetOf(words);
		assertThat(explanation.missingWords()).as(description).doesNotContainAnyElementsOf(words);
		assertThat(explanation.words().size() + explanation.missingWords().size()).as(description)
			.isEqualTo((int) Stream.of(request.getQuery().strip().split(" ")).distinct().count());
	}

	private static HnswSearchRequest resized(HnswSearchRequest request, SearchMode mode, int topK) {
		HnswSearchRequest resized = HnswSearchRequest.of(SearchRequest.from(request).topK(topK).build()).withMode(mode);
		Double weight = request.getTextWeight();
		return (weight != null) ? resized.withTextWeight(weight) : resized;
	}

	private double score(HnswSearchRequest request, Document document) {
		return 1 - Distances.cosine(this.model.vector(request.getQuery()), this.model.vector(document.getText()));
	}

	private static boolean passes(HnswSearchRequest request, Document document) {
		Filter.Expression filter = request.getFilterExpression();
		return filter == null || new FilterEvaluator(filter).matches(document.getMetadata());
	}

	private static Set<String> ids(List<Document> documents) {
		return Set.copyOf(documents.stream().map(Document::getId).toList());
	}

}

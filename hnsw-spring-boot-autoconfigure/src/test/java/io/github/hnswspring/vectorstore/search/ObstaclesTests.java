package io.github.hnswspring.vectorstore.search;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchExplanation.Remedy;
import io.github.hnswspring.vectorstore.SearchExplanation.Verdict;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreFixture;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/** What keeps a document out behind the first thing that does. */
class ObstaclesTests {

	private static final String QUESTION = "one two three four five";

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(32, "words");

	private HnswVectorStore open(UnaryOperator<HnswVectorStore.Builder> with) {
		HnswVectorStore store = with.apply(HnswVectorStore.builder(this.model).directory(this.directory)).build();
		store.start();
		return store;
	}

	/** Ten are near the question, one is far from it, and one has none of its words. */
	private static void addTo(HnswVectorStore store) {
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			documents.add(StoreFixture.document("near" + i, "one two three four five n" + i, "shelf", "a"));
		}
		documents.add(StoreFixture.document("far", "one six seven eight nine ten", "shelf", "b"));
		documents.add(StoreFixture.document("foreign", "eleven twelve thirteen", "shelf", "b"));
		store.add(documents);
	}

	private static HnswSearchRequest request(SearchMode mode) {
		return HnswSearchRequest.of(SearchRequest.builder().query(QUESTION).topK(3).similarityThreshold(0.9).build())
			.withMode(mode);
	}

	private static boolean finds(HnswVectorStore store, HnswSearchRequest request, String id) {
		return store.similaritySearch(request).stream().anyMatch((document) -> document.getId().equals(id));
	}

	@Test
	void aThresholdAndBetterOnesBehindIt() {
		try (HnswVectorStore store = open((builder) -> builder)) {
			addTo(store);
			HnswSearchRequest request = request(SearchMode.DENSE);
			this.model.reset();
			SearchExplanation explanation = store.explain(request, "far");
			assertThat(this.model.calls()).as("the question is embedded once").isEqualTo(1);
			assertThat(explanation.verdict()).isEqualTo(Verdict.BELOW_THRESHOLD);
			assertThat(explanation.further()).extracting(SearchExplanation::verdict)
				.containsExactly(Verdict.BEYOND_TOP_K);
			assertThat(explanation.reasons()).hasSize(2)
				.containsExactly(explanation.reason(), explanation.further().get(0).reason());
			Remedy remedy = explanation.remedy();
			assertThat(remedy.topK()).isEqualTo(11);
			assertThat(remedy.mode()).isNull();
			assertThat(remedy.efSearch()).isNull();
			assertThat(finds(store, request.withRemedy(remedy), "far")).isTrue();
			assertThat(finds(store, request.withTopK(11), "far")).as("without the other threshold").isFalse();
			assertThat(finds(store, request.withSimilarityThreshold(remedy.threshold()).withTopK(10), "far"))
				.as("with fewer")
				.isFalse();
			assertThat(remedy.inWords()).hasSize(2).last().isEqualTo("for 11 results");
			assertThat(explanation.toString()).contains("then BEYOND_TOP_K: It is 11th by meaning",
					"what finds it: a search with a similarity of at least 0.");
		}
	}

	@Test
	void whatIsFoundAsItIsNeedsNoRemedy() {
		try (HnswVectorStore store = open((builder) -> builder)) {
			addTo(store);
			SearchExplanation found = store.explain(request(SearchMode.DENSE).withSimilarityThreshold(0).withTopK(12),
					"near3");
			assertThat(found.isFound()).isTrue();
			assertThat(found.further()).isEmpty();
			assertThat(found.remedy()).isNull();
		}
	}

	/** A filter may be what somebody is allowed to see. */
	@Test
	void nothingIsToldOfWhatIsBehindTheFilter() {
		try (HnswVectorStore store = open((builder) -> builder)) {
			addTo(store);
			for (SearchMode mode : SearchMode.values()) {
				SearchExplanation hidden = store.explain(request(mode).withFilterExpression("shelf == 'a'"), "far");
				assertThat(hidden.verdict()).isEqualTo(Verdict.FILTERED_OUT);
				assertThat(hidden.further()).isEmpty();
				assertThat(hidden.remedy()).isNull();
			}
		}
	}

	@Test
	void meaningIsTriedIfItsVectorIsThere() {
		try (HnswVectorStore store = open((builder) -> builder)) {
			addTo(store);
			HnswSearchRequest request = request(SearchMode.TEXT).withSimilarityThreshold(0);
			this.model.reset();
			SearchExplanation words = store.explain(request, "foreign");
			assertThat(words.verdict()).isEqualTo(Verdict.NO_WORDS_IN_COMMON);
			assertThat(words.further()).isEmpty();
			assertThat(words.remedy()).isNull();
			assertThat(this.model.calls()).as("a search by words does not ask the model").isZero();
			SearchExplanation all = store.explain(request.withVector(this.model.vector(QUESTION)), "foreign");
			assertThat(all.verdict()).isEqualTo(Verdict.NO_WORDS_IN_COMMON);
			assertThat(all.further()).extracting(SearchExplanation::verdict).containsExactly(Verdict.BEYOND_TOP_K);
			assertThat(all.remedy()).isEqualTo(new Remedy(null, SearchMode.DENSE, 12, null));
			assertThat(finds(store, request.withRemedy(all.remedy()), "foreign")).isTrue();
		}
	}

	@Test
	void whatIsLessSimilarThanNothingIsFoundWithoutAThreshold() {
		try (HnswVectorStore store = open((builder) -> builder.metric(Metric.DOT_PRODUCT))) {
			float[] opposite = this.model.vector(QUESTION);
			for (int i = 0; i < opposite.length; i++) {
				opposite[i] = -opposite[i];
			}
			store.add(List.of(new Document("opposite", "a valley", Map.of())), List.of(opposite));
			SearchExplanation explanation = store.explain(request(SearchMode.DENSE), "opposite");
			assertThat(explanation.verdict()).isEqualTo(Verdict.BELOW_THRESHOLD);
			assertThat(explanation.further()).isEmpty();
			assertThat(explanation.remedy()).isEqualTo(new Remedy(0.0, null, null, null));
			assertThat(explanation.remedy().inWords()).containsExactly("without a threshold");
		}
	}

	@Test
	void moreResultsThanTheirNeighboursAllowAreNotAdvised() {
		Limits limits = Limits.DEFAULTS.withTopK(12);
		try (HnswVectorStore store = open((builder) -> builder.limits(limits))) {
			addTo(store);
			HnswSearchRequest request = request(SearchMode.DENSE).withSimilarityThreshold(0);
			SearchExplanation alone = store.explain(request, "far");
			assertThat(alone.sufficientTopK()).isEqualTo(11);
			assertThat(alone.remedy()).isEqualTo(new Remedy(null, null, 11, null));
			SearchExplanation passages = store.explain(request.withNeighbors(1, 1), "far");
			assertThat(passages.verdict()).isEqualTo(Verdict.BEYOND_TOP_K);
			assertThat(passages.sufficientTopK()).as("33 with their neighbours").isNull();
			assertThat(passages.remedy()).isNull();
		}
	}

}

package io.github.hnswspring.vectorstore.search;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.fixtures.Walks;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchExplanation.Verdict;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreFixture;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/** A graph with few links, walked with short lists, misses documents. */
@Walks
class MissedWalkTests {

	private static final int DOCUMENTS = 1_500;

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(24, "words");

	private final Random random = new Random(3);

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.store = StoreFixture.open(this.directory, this.model,
				(builder) -> builder.m(2).efConstruction(2).efSearch(2));
		List<Document> documents = new ArrayList<>();
		List<float[]> vectors = new ArrayList<>();
		for (int i = 0; i < DOCUMENTS; i++) {
			documents.add(new Document("d" + i, "word" + i + " of text " + i % 10, Map.of("even", i % 2 == 0)));
			vectors.add(vector());
		}
		this.store.add(documents, vectors);
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private float[] vector() {
		float[] vector = new float[24];
		for (int i = 0; i < vector.length; i++) {
			vector[i] = (float) this.random.nextGaussian();
		}
		return vector;
	}

	@Test
	void theListThatFindsItIsNamedAndFindsIt() {
		int missed = 0;
		int linked = 0;
		for (int i = 0; i < 60; i++) {
			HnswSearchRequest request = HnswSearchRequest.of(SearchRequest.builder().query("x").topK(1).build())
				.withVector(vector());
			String best = this.store.similaritySearch(request.withExactSearch()).get(0).getId();
			if (this.store.similaritySearch(request).get(0).getId().equals(best)) {
				assertThat(this.store.explain(request, best).verdict()).isEqualTo(Verdict.FOUND);
				continue;
			}
			missed++;
			SearchExplanation explanation = this.store.explain(request, best);
			assertThat(explanation.verdict()).isEqualTo(Verdict.MISSED_BY_WALK);
			assertThat(explanation.dense().rank()).isEqualTo(1);
			assertThat(explanation.reason()).startsWith("It is 1st by meaning, but the walk along the graph, with a ")
				.contains("with a list of 2,");
			Integer sufficient = explanation.sufficientEfSearch();
			if (sufficient != null) {
				assertThat(sufficient).isBetween(16, 1024);
				assertThat(explanation.reason())
					.endsWith(": efSearch " + sufficient + " finds it, withExactSearch() always does; for all searches "
							+ "set hnsw.target-recall instead of hnsw.ef-search.");
				assertThat(this.store.similaritySearch(request.withEfSearch(sufficient)).get(0).getId())
					.isEqualTo(best);
				assertThat(this.store.explain(request.withEfSearch(sufficient), best).isFound()).isTrue();
			}
			linked += explanation.linkedFrom().size();
			assertThat(explanation.linkedFrom()).allSatisfy((link) -> {
				assertThat(link.documentId()).isNotEqualTo(best);
				assertThat(link.score()).isLessThanOrEqualTo(explanation.dense().score());
			});
			assertThat(explanation.toString()).contains("linked from: d");
		}
		assertThat(missed).isGreaterThan(10);
		assertThat(linked).isGreaterThan(missed / 2);
	}

	@Test
	void soItIsInHybridSearches() {
		int missed = 0;
		for (int i = 0; i < 40; i++) {
			HnswSearchRequest request = HnswSearchRequest
				.of(SearchRequest.builder().query("nothing").topK(120).filterExpression("even == true").build())
				.withMode(SearchMode.HYBRID)
				.withVector(vector())
				.withEfSearch(1);
			List<String> exact = this.store.similaritySearch(request.withExactSearch())
				.stream()
				.map(Document::getId)
				.toList();
			List<String> walked = this.store.similaritySearch(request).stream().map(Document::getId).toList();
			for (String id : exact) {
				if (!walked.contains(id)) {
					missed++;
					SearchExplanation explanation = this.store.explain(request, id);
					assertThat(explanation.verdict()).isEqualTo(Verdict.MISSED_BY_WALK);
					assertThat(explanation.dense().rank()).isEqualTo(exact.indexOf(id) + 1);
				}
			}
		}
		System.out.println("MissedWalkTests, hybrid: " + missed + " missed");
		assertThat(missed).isPositive();
	}

	@Test
	void documentsThatLinkToItAreNamedIfTheyPassTheFilterAndRankedAmongThoseThatDo() {
		int named = 0;
		int others = 0;
		for (int i = 0; i < 60; i++) {
			HnswSearchRequest request = HnswSearchRequest
				.of(SearchRequest.builder().query("x").topK(1).filterExpression("even == true").build())
				.withVector(vector())
				.withEfSearch(1);
			List<String> exact = this.store
				.similaritySearch(HnswSearchRequest.of(SearchRequest.from(request).topK(DOCUMENTS).build())
					.withVector(request.getVector())
					.withExactSearch())
				.stream()
				.map(Document::getId)
				.toList();
			SearchExplanation explanation = this.store.explain(request, exact.get(0));
			assertThat(explanation.linkedFrom()).allSatisfy((link) -> {
				assertThat(exact).contains(link.documentId());
				assertThat(link.rank()).isEqualTo(1 + exact.indexOf(link.documentId()));
			});
			named += explanation.linkedFrom().size();
			others += explanation.otherLinks();
			if (explanation.otherLinks() > 0) {
				assertThat(explanation.toString()).endsWith("linked from others: " + explanation.otherLinks());
			}
		}
		System.out.println("MissedWalkTests, filtered: " + named + " named, " + others + " others");
		assertThat(named).isPositive();
		assertThat(others).isPositive();
	}

	@Test
	void ofAnIndexThatScansNothingIsMissed() {
		Walks.FreeWalks.scanAlways();
		try {
			for (int i = 0; i < 20; i++) {
				HnswSearchRequest request = HnswSearchRequest.of(SearchRequest.builder().query("x").topK(5).build())
					.withVector(vector());
				List<Document> exact = this.store.similaritySearch(request.withExactSearch());
				assertThat(exact).extracting((document) -> this.store.explain(request, document.getId()).verdict())
					.containsOnly(Verdict.FOUND);
			}
		}
		finally {
			Walks.FreeWalks.walkAlways();
		}
	}

}

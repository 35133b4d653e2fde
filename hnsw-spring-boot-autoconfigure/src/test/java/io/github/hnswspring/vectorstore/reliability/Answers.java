package io.github.hnswspring.vectorstore.reliability;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.TextIndexState;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.FilterExpressionTextParser;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a store answers: its documents, exact searches with scores, how many of those
 * results ordinary searches find, and searches by words.
 *
 * @param documents text and metadata by id
 * @param filtered ids each filter matches
 * @param exact ids and scores of each exact search
 * @param words ids and scores of each search by words
 * @param recall the share of exact results ordinary searches find
 */
record Answers(Map<String, String> documents, List<List<String>> filtered, List<List<String>> exact,
		List<List<String>> words, double recall) {

	private static final int K = 10;

	private static final List<String> FILTERS = List.of("even == true", "even != true", "number >= 5", "number < 9",
			"number in [1, 3, 7, 11]", "number is null");

	private static final List<String> WORDS = List.of("number", "text number 5", "11 small", "of", "store 2 13");

	static Answers of(HnswVectorStore store, TestEmbeddingModel model) {
		return of(store, model, 6);
	}

	static Answers of(HnswVectorStore store, TestEmbeddingModel model, int queries) {
		Map<String, String> documents = new TreeMap<>();
		for (Document document : store.list(null, DocumentPageRequest.first(1_000)).documents()) {
			documents.put(document.getId(), document.getText() + new TreeMap<>(document.getMetadata()));
		}
		List<List<String>> filtered = new ArrayList<>();
		for (String filter : FILTERS) {
			filtered.add(store.list(new FilterExpressionTextParser().parse(filter), DocumentPageRequest.first(1_000))
				.documents()
				.stream()
				.map(Document::getId)
				.toList());
		}
		List<List<String>> exact = new ArrayList<>();
		int found = 0;
		int wanted = 0;
		for (int i = 0; i < queries; i++) {
			float[] query = model.vector("query number " + i);
			SearchRequest request = SearchRequest.builder().query("").topK(K).build();
			List<String> right = texts(
					store.similaritySearch(HnswSearchRequest.of(request).withVector(query).withExactSearch()));
			List<String> actual = texts(store.similaritySearch(query, request));
			exact.add(right);
			wanted += right.size();
			found += (int) actual.stream().filter(right::contains).count();
		}
		return new Answers(documents, filtered, exact, words(store), (double) found / Math.max(1, wanted));
	}

	private static List<List<String>> words(HnswVectorStore store) {
		StoreFixture.await("the text index", () -> store.status().textIndexState() != TextIndexState.BUILDING);
		List<List<String>> words = new ArrayList<>();
		for (String query : WORDS) {
			SearchRequest request = SearchRequest.builder().query(query).topK(1_000).build();
			words.add(texts(store.similaritySearch(HnswSearchRequest.of(request).withMode(SearchMode.TEXT))));
		}
		return words;
	}

	private static List<String> texts(List<Document> documents) {
		return documents.stream().map((document) -> document.getId() + "=" + document.getScore()).toList();
	}

	/** The same live set, exact answers identical, others nearly. */
	void assertSameAs(Answers before, String where) {
		assertThat(this.documents).as("live set, " + where).isEqualTo(before.documents);
		assertThat(this.filtered).as("filters, " + where).isEqualTo(before.filtered);
		assertThat(this.exact).as("exact answers, " + where).isEqualTo(before.exact);
		assertThat(this.words).as("words, " + where).isEqualTo(before.words);
		assertThat(this.recall).as("recall, " + where).isGreaterThanOrEqualTo(before.recall - 0.005);
	}

}

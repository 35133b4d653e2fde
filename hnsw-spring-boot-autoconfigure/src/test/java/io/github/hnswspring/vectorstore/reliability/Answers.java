package io.github.hnswspring.vectorstore.reliability;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.TestEmbeddingModel;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a store answers: its documents, exact searches with scores, and others.
 *
 * @param documents text and metadata by id
 * @param exact ids and scores of each exact search
 * @param approximate ids of each ordinary search
 */
record Answers(Map<String, String> documents, List<List<String>> exact, List<Set<String>> approximate) {

	private static final int QUERIES = 6;

	private static final int K = 10;

	static Answers of(HnswVectorStore store, TestEmbeddingModel model) {
		Map<String, String> documents = new TreeMap<>();
		for (Document document : store.list(null, DocumentPageRequest.first(1_000)).documents()) {
			documents.put(document.getId(), document.getText() + new TreeMap<>(document.getMetadata()));
		}
		List<List<String>> exact = new ArrayList<>();
		List<Set<String>> approximate = new ArrayList<>();
		for (int i = 0; i < QUERIES; i++) {
			float[] query = model.vector("query number " + i);
			SearchRequest request = SearchRequest.builder().query("").topK(K).build();
			exact.add(store.similaritySearch(HnswSearchRequest.of(request).withVector(query).withExactSearch())
				.stream()
				.map((document) -> document.getId() + "=" + document.getScore())
				.toList());
			approximate
				.add(new HashSet<>(store.similaritySearch(query, request).stream().map(Document::getId).toList()));
		}
		return new Answers(documents, exact, approximate);
	}

	/** The same live set, exact answers identical, others nearly. */
	void assertSameAs(Answers before, String where) {
		assertThat(this.documents).as("live set, " + where).isEqualTo(before.documents);
		assertThat(this.exact).as("exact answers, " + where).isEqualTo(before.exact);
		int found = 0;
		int wanted = 0;
		for (int i = 0; i < QUERIES; i++) {
			Set<String> hits = new HashSet<>(this.approximate.get(i));
			hits.retainAll(before.approximate.get(i));
			found += hits.size();
			wanted += before.approximate.get(i).size();
		}
		assertThat((double) found / Math.max(1, wanted)).as("recall, " + where).isGreaterThanOrEqualTo(0.995);
	}

}

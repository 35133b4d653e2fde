package io.github.hnswspring.example.answer;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.stereotype.Component;

/**
 * Finds passages through Spring AI's {@link VectorStore}, as any application would.
 * <p>
 * Thread-safe: keeps no state between calls.
 */
@Component
public final class PassageSearch {

	private final VectorStore store;

	PassageSearch(VectorStore store) {
		this.store = store;
	}

	/**
	 * The passages that answer a question, best first: by meaning and by words, if that
	 * is how the store searches. The threshold is a similarity in any case.
	 */
	public List<Passage> search(Question question, double threshold) {
		Filter.@Nullable Expression filter = question.filter();
		SearchRequest.Builder request = SearchRequest.builder()
			.query(question.text())
			.topK(question.topK())
			.similarityThreshold(threshold);
		if (filter != null) {
			request.filterExpression(filter);
		}
		return passages(this.store.similaritySearch(request.build()));
	}

	static List<Passage> passages(List<Document> documents) {
		List<Passage> passages = new ArrayList<>(documents.size());
		for (Document document : documents) {
			passages.add(Passage.of(passages.size() + 1, document));
		}
		return List.copyOf(passages);
	}

}

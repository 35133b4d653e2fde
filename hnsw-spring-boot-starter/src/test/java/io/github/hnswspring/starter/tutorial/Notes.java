package io.github.hnswspring.starter.tutorial;

import java.util.List;
import java.util.Map;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.stereotype.Service;

// region
@Service
class Notes {

	private final VectorStore store;

	Notes(VectorStore store) {
		this.store = store;
	}

	void remember(String text, int year) {
		this.store.add(List.of(new Document(text, Map.of("year", year))));
	}

	List<Document> recall(String question) {
		return this.store
			.similaritySearch(SearchRequest.builder().query(question).topK(5).filterExpression("year >= 2024").build());
	}

}
// endregion

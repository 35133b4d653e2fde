package io.github.hnswspring.vectorstore.contract;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * A started store in a directory of its own for each test, which searches in a mode of
 * its own unless a request says another one.
 */
abstract class AbstractStoreTests {

	@TempDir
	Path directory;

	final TestEmbeddingModel model = new TestEmbeddingModel();

	final SearchMode mode;

	HnswVectorStore store;

	AbstractStoreTests() {
		this(SearchMode.DENSE);
	}

	AbstractStoreTests(SearchMode mode) {
		this.mode = mode;
	}

	@BeforeEach
	void open() {
		this.store = customize(HnswVectorStore.builder(this.model).directory(this.directory).searchMode(this.mode))
			.build();
		this.store.start();
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	HnswVectorStore.Builder customize(HnswVectorStore.Builder builder) {
		return builder;
	}

	/** Stops the store and opens it again from its files. */
	void reopen() {
		this.store.stop();
		this.store.start();
	}

	List<Document> search(String query, int topK, String filter) {
		return this.store.similaritySearch(SearchRequest.builder()
			.query(query)
			.topK(topK)
			.similarityThresholdAll()
			.filterExpression(filter)
			.build());
	}

	List<Document> search(String query, int topK) {
		return this.store
			.similaritySearch(SearchRequest.builder().query(query).topK(topK).similarityThresholdAll().build());
	}

	static List<String> ids(List<Document> documents) {
		return documents.stream().map(Document::getId).sorted().toList();
	}

	static Document document(String id, String text, Map<String, Object> metadata) {
		return new Document(id, text, metadata);
	}

}

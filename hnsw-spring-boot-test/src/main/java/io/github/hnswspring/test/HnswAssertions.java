package io.github.hnswspring.test;

import java.util.List;

import io.github.hnswspring.vectorstore.DocumentStore;

import org.springframework.ai.document.Document;

/**
 * Where assertions on stores and on what they find begin.
 *
 * <pre class="code">
 * assertThatStore(store).hasCount(3).search("How do I make a backup?").startsWith("backup");
 * assertThatResults(found).hasIds("a", "b").allHaveMetadata("year", 2025);
 * </pre>
 */
public final class HnswAssertions {

	private HnswAssertions() {
	}

	/**
	 * Begins assertions on what a search returned.
	 * @param results the documents, best first
	 * @return what to assert
	 */
	public static ResultsAssert assertThatResults(List<Document> results) {
		return new ResultsAssert(results);
	}

	/**
	 * Begins assertions on what a store holds and finds.
	 * @param store the store, which is open
	 * @return what to assert
	 */
	public static StoreAssert assertThatStore(DocumentStore store) {
		return new StoreAssert(store);
	}

}

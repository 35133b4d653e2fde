package io.github.hnswspring.test;

import java.util.List;

import io.github.hnswspring.vectorstore.DocumentStore;
import org.assertj.core.api.AbstractAssert;

import org.springframework.ai.vectorstore.SearchRequest;

/** Assertions on what a store holds and finds. Confined to one thread. */
public final class StoreAssert extends AbstractAssert<StoreAssert, DocumentStore> {

	StoreAssert(DocumentStore store) {
		super(store, StoreAssert.class);
	}

	/**
	 * The store has so many documents.
	 * @param expected how many
	 * @return this, to go on
	 */
	public StoreAssert hasCount(long expected) {
		isNotNull();
		long count = this.actual.count();
		if (count != expected) {
			throw failureWithActualExpected(count, expected, "The store should have %s documents, but has %s", expected,
					count);
		}
		return this;
	}

	/**
	 * The store has documents with these ids.
	 * @param ids the ids
	 * @return this, to go on
	 */
	public StoreAssert contains(String... ids) {
		isNotNull();
		List<String> missing = List.of(ids).stream().filter((id) -> !this.actual.exists(id)).toList();
		if (!missing.isEmpty()) {
			throw failure("The store should have documents %s, but has none %s", List.of(ids), missing);
		}
		return this;
	}

	/**
	 * The store has no document with any of these ids.
	 * @param ids the ids
	 * @return this, to go on
	 */
	public StoreAssert doesNotContain(String... ids) {
		isNotNull();
		List<String> there = List.of(ids).stream().filter(this.actual::exists).toList();
		if (!there.isEmpty()) {
			throw failure("The store should have none of the documents %s, but has %s", List.of(ids), there);
		}
		return this;
	}

	/**
	 * Goes on with what the store finds.
	 * @param question the words of the search, whose other settings are the defaults
	 * @return this, to go on
	 */
	public ResultsAssert search(String question) {
		return search(SearchRequest.builder().query(question).build());
	}

	/**
	 * Goes on with what the store finds.
	 * @param request the search
	 * @return this, to go on
	 */
	public ResultsAssert search(SearchRequest request) {
		isNotNull();
		return new ResultsAssert(this.actual.similaritySearch(request)).as("search for '%s'", request.getQuery());
	}

}

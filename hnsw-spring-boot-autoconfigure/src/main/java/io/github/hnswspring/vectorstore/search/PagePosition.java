package io.github.hnswspring.vectorstore.search;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchMode;

/**
 * Where a search goes on. Passages by meaning have an order in which the last one shown
 * is a place. What is put together of several lists has none, and by words the order
 * changes a little with every document that is written: so passages shown are left out,
 * as long as they are few, and only by words the last one then is a place all the same.
 * Thread-safe: immutable.
 *
 * @param kind of the position
 * @param number the distance or BM25 of the last passage, or the score of the last result
 * @param key of the last passage, 0 on the first page
 * @param rank how many results were shown
 * @param shown keys of the passages shown, those that stand for their documents if
 * documents are found; empty if there is a place
 */
record PagePosition(Kind kind, double number, long key, int rank, List<Long> shown) {

	/** A search without pages. */
	static final PagePosition ONLY = new PagePosition(Kind.ONLY, 0, 0, 0, List.of());

	/** Before the first result. */
	static final PagePosition FIRST = new PagePosition(Kind.FIRST, 0, 0, 0, List.of());

	/** How many may be left out: a token has two or three letters for each. */
	static final int MOST_SHOWN = 1_000;

	/** What positions there are. */
	enum Kind {

		/** There are no pages. */
		ONLY,

		/** Before the first result. */
		FIRST,

		/** Behind a passage. */
		PLACE,

		/** Those shown are left out. */
		SHOWN

	}

	boolean isOnly() {
		return this.kind == Kind.ONLY;
	}

	boolean isPlace() {
		return this.kind == Kind.PLACE;
	}

	/** The largest score that may follow. */
	double score() {
		return (this.kind == Kind.SHOWN) ? this.number : Double.POSITIVE_INFINITY;
	}

	/**
	 * Where the next page begins.
	 * @param page the first passage of each result on this one, at least one
	 * @return the position, or {@code null} if pages end here
	 */
	@Nullable PagePosition next(Question question, List<Hit> page) {
		if (isOnly()) {
			return null;
		}
		Hit last = page.get(page.size() - 1);
		int rank = this.rank + page.size();
		boolean manyShown = rank >= MOST_SHOWN;
		if (hasPlaces(question) && (question.mode() == SearchMode.DENSE || manyShown)) {
			double number = (question.mode() == SearchMode.DENSE) ? last.orderedDistance() : last.textScore();
			return new PagePosition(Kind.PLACE, number, last.key(), rank, List.of());
		}
		if (manyShown) {
			return null;
		}
		List<Long> all = new ArrayList<>(this.shown);
		page.forEach((hit) -> all.add(hit.key()));
		// Chosen for their diversity, results do not come with falling scores.
		double score = (question.request().getDiversity() > 0) ? Double.POSITIVE_INFINITY : last.score();
		return new PagePosition(Kind.SHOWN, score, last.key(), rank, all);
	}

	/** Whether what is found stands in one order. */
	private static boolean hasPlaces(Question question) {
		HnswSearchRequest request = question.request();
		return question.mode() != SearchMode.HYBRID && !question.fallback() && !request.isGrouped()
				&& request.getDiversity() == 0;
	}

}

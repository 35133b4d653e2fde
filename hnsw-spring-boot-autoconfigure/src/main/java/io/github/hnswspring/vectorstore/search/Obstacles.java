package io.github.hnswspring.vectorstore.search;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchExplanation.Place;
import io.github.hnswspring.vectorstore.SearchExplanation.Remedy;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.TextIndexState;

/**
 * All that keeps a document out of what a search finds. An explanation names the first
 * thing, so that is changed, by no more than is needed, and the search is explained anew,
 * until it finds the document or there is nothing left to change. The filter is never
 * changed, since it may be what somebody is allowed to see, and the model is not asked.
 * Confined to one call.
 */
final class Obstacles {

	/** More than there are settings to change. */
	private static final int MOST = 8;

	/** Digits of a similarity that is asked for. */
	private static final double DIGITS = 1e4;

	private final Function<Question, SearchExplanation> explain;

	private final List<SearchExplanation> further = new ArrayList<>();

	private Question question;

	private @Nullable Double threshold;

	private @Nullable SearchMode mode;

	private @Nullable Integer topK;

	private @Nullable Integer efSearch;

	/**
	 * Begins with the search as it was.
	 * @param question what was asked
	 * @param explain names the first thing that keeps the document out
	 */
	Obstacles(Question question, Function<Question, SearchExplanation> explain) {
		this.question = question;
		this.explain = explain;
	}

	/** The first thing that keeps it out, with those that come after it. */
	SearchExplanation all() {
		SearchExplanation first = this.explain.apply(this.question);
		SearchExplanation last = first;
		for (int i = 0; i < MOST && change(last); i++) {
			SearchExplanation next = this.explain.apply(this.question);
			if (next.isFound()) {
				return first.with(this.further, new Remedy(this.threshold, this.mode, this.topK, this.efSearch));
			}
			if (next.verdict() != last.verdict()) {
				this.further.add(next);
			}
			last = next;
		}
		return first.with(this.further, null);
	}

	/** Takes out of the way what keeps it out, if a setting can. */
	private boolean change(SearchExplanation explanation) {
		return switch (explanation.verdict()) {
			case BELOW_THRESHOLD -> lowerThreshold(explanation.dense());
			case BEYOND_TOP_K -> moreResults(explanation.sufficientTopK());
			case MISSED_BY_WALK -> longerList(explanation.sufficientEfSearch());
			case NO_WORDS_IN_COMMON, TEXT_INDEX_NOT_READY -> this.question.vector() != null && by(SearchMode.DENSE);
			case NO_USABLE_EMBEDDING -> byWords(explanation.mode());
			case FOUND, FILTERED_OUT, NOT_STORED, EXPIRED, LEFT_OUT_BY_REQUEST, CHANGED_MEANWHILE -> false;
		};
	}

	private boolean lowerThreshold(@Nullable Place dense) {
		return threshold((dense != null) ? Math.max(0, Math.floor(dense.score() * DIGITS) / DIGITS) : 0);
	}

	/** A change that is made already has not helped, and would not now. */
	private boolean threshold(double enough) {
		Double before = this.threshold;
		this.threshold = enough;
		return !this.threshold.equals(before) && ask(request().withSimilarityThreshold(enough));
	}

	private boolean moreResults(@Nullable Integer enough) {
		if (enough == null || enough <= request().getTopK()) {
			return false;
		}
		this.topK = enough;
		return ask(request().withTopK(enough));
	}

	private boolean longerList(@Nullable Integer enough) {
		if (enough == null || enough.equals(this.efSearch)) {
			return false;
		}
		this.efSearch = enough;
		return ask(request().withEfSearch(enough));
	}

	/** What has no vector is found by its words, if the search goes by words. */
	private boolean byWords(SearchMode now) {
		boolean asksSimilarity = !this.question.acceptsAll();
		if (this.question.session().text().state() == TextIndexState.OFF
				|| (now == SearchMode.TEXT && !asksSimilarity)) {
			return false;
		}
		if (asksSimilarity && !threshold(0)) {
			return false;
		}
		return (now != SearchMode.DENSE && asksSimilarity) || by(SearchMode.TEXT);
	}

	/** To and fro would not end. */
	private boolean by(SearchMode changed) {
		if (this.mode != null) {
			return false;
		}
		this.mode = changed;
		return ask(request().withMode(changed));
	}

	private HnswSearchRequest request() {
		return this.question.request();
	}

	private boolean ask(HnswSearchRequest request) {
		Question now = this.question;
		this.question = new Question(now.session(), request, (this.mode != null) ? this.mode : now.mode(), now.vector(),
				now.generation(), now.fallback(), true);
		return true;
	}

}

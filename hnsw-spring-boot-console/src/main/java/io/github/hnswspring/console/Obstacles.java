package io.github.hnswspring.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchExplanation.Place;
import io.github.hnswspring.vectorstore.SearchExplanation.Verdict;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.TextIndexState;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.vectorstore.filter.Filter;

/**
 * All that keeps a document out of what a search finds. An explanation names the first
 * thing, so that is changed, by no more than is needed, and the search is explained anew,
 * until it finds the document or there is nothing left to change. Confined to one call.
 */
final class Obstacles {

	/** More than there are settings to change. */
	private static final int MOST = 8;

	private final HnswVectorStore store;

	private final String id;

	private final List<SearchExplanation> met = new ArrayList<>();

	private final Map<String, String> changes = new LinkedHashMap<>();

	private final Map<String, String> words = new LinkedHashMap<>();

	private HnswSearchRequest request;

	private boolean overcome;

	private Obstacles(HnswVectorStore store, HnswSearchRequest request, String id) {
		this.store = store;
		this.request = request;
		this.id = id;
	}

	static Obstacles of(HnswVectorStore store, HnswSearchRequest request, String id) {
		Obstacles obstacles = new Obstacles(store, request, id);
		obstacles.find();
		return obstacles;
	}

	/**
	 * In the order in which the search meets them; one that says so if the search finds
	 * the document as it is.
	 */
	List<SearchExplanation> met() {
		return this.met;
	}

	/** Whether the search finds the document with all {@link #changes}. */
	boolean overcome() {
		return this.overcome;
	}

	/** Fields of the search, and what to put there. */
	Map<String, String> changes() {
		return this.changes;
	}

	/** What to do with the changes, in words. */
	String label() {
		List<String> all = List.copyOf(this.words.values());
		int last = all.size() - 1;
		return "Search "
				+ ((last > 0) ? String.join(", ", all.subList(0, last)) + " and " + all.get(last) : all.get(last));
	}

	private void find() {
		// Of what is not there nothing is asked of the model.
		if (!this.store.get(List.of(this.id)).isEmpty()) {
			embedOnce();
		}
		for (int i = 0; i < MOST; i++) {
			SearchExplanation explanation = this.store.explain(this.request, this.id);
			this.overcome = explanation.isFound();
			if (this.met.isEmpty() || (!this.overcome && last().verdict() != explanation.verdict())) {
				this.met.add(explanation);
			}
			if (this.overcome || !change(explanation)) {
				return;
			}
		}
	}

	private SearchExplanation last() {
		return this.met.get(this.met.size() - 1);
	}

	/** Explaining again would ask the model again, were the vector not given. */
	private void embedOnce() {
		float[] vector = this.store.profile(this.request.withTopK(1).withFilterExpression((Filter.Expression) null))
			.vector();
		if (vector != null) {
			this.request = this.request.withVector(vector);
		}
	}

	/** Takes out of the way what keeps it out, if a setting can. */
	private boolean change(SearchExplanation explanation) {
		return switch (explanation.verdict()) {
			case FILTERED_OUT -> withoutFilter();
			case BELOW_THRESHOLD -> lowerThreshold(explanation.dense());
			case BEYOND_TOP_K -> moreResults(explanation.sufficientTopK());
			case MISSED_BY_WALK -> longerList(explanation.sufficientEfSearch());
			case NO_WORDS_IN_COMMON, TEXT_INDEX_NOT_READY -> !fellBack(explanation) && mode(SearchMode.DENSE);
			case NO_USABLE_EMBEDDING -> byWords(explanation.mode());
			case FOUND, NOT_STORED, EXPIRED, LEFT_OUT_BY_REQUEST, CHANGED_MEANWHILE -> false;
		};
	}

	private boolean withoutFilter() {
		this.request = this.request.withFilterExpression((Filter.Expression) null);
		return change("filter", "", "without the filter");
	}

	private boolean lowerThreshold(@Nullable Place dense) {
		double enough = (dense != null) ? Math.max(0, Math.floor(dense.score() * 1e4) / 1e4) : 0;
		return threshold(enough);
	}

	private boolean threshold(double enough) {
		this.request = this.request.withSimilarityThreshold(enough);
		return (enough > 0)
				? change("threshold", Double.toString(enough),
						String.format(Locale.ROOT, "with a similarity of at least %.4f", enough))
				: change("threshold", "", "without a threshold");
	}

	private boolean moreResults(@Nullable Integer topK) {
		if (topK == null || topK > SearchData.MOST || topK <= this.request.getTopK()) {
			return false;
		}
		this.request = this.request.withTopK(topK);
		return change("topK", topK.toString(), "for " + topK + " results");
	}

	private boolean longerList(@Nullable Integer efSearch) {
		if (efSearch == null) {
			return false;
		}
		this.request = this.request.withEfSearch(efSearch);
		return change("efSearch", efSearch.toString(), "with " + efSearch + " candidates (efSearch)");
	}

	/** What has no vector is found by its words, if the search goes by words. */
	private boolean byWords(SearchMode now) {
		boolean asksSimilarity = this.request.getSimilarityThreshold() > 0;
		if (this.store.status().textIndexState() == TextIndexState.OFF || (now == SearchMode.TEXT && !asksSimilarity)) {
			return false;
		}
		if (asksSimilarity) {
			threshold(0);
		}
		return (now == SearchMode.DENSE || !asksSimilarity) ? mode(SearchMode.TEXT) : true;
	}

	/** Whether words had to do, because the embedding model does not answer. */
	private boolean fellBack(SearchExplanation explanation) {
		SearchMode asked = this.request.getMode();
		SearchMode mode = (asked != null) ? asked : this.store.status().searchSettings().mode();
		return explanation.mode() == SearchMode.TEXT && mode != SearchMode.TEXT;
	}

	/** To and fro would not end. */
	private boolean mode(SearchMode mode) {
		if (this.changes.containsKey("mode")) {
			return false;
		}
		this.request = this.request.withMode(mode);
		if (this.request.getVector() == null) {
			embedOnce();
		}
		return change("mode", mode.name(), (mode == SearchMode.TEXT) ? "by words" : "by meaning");
	}

	/** A change that is made already has not helped, and would not now. */
	private boolean change(String field, String value, String words) {
		this.words.put(field, words);
		return !value.equals(this.changes.put(field, value));
	}

	/**
	 * What to do where no setting helps, beside what the last explanation says.
	 */
	String whatElse() {
		SearchExplanation last = last();
		if (fellBack(last)) {
			return "Nothing else can be tried while the embedding model does not answer: bring it back, and explain "
					+ "again.";
		}
		return switch (last.verdict()) {
			case NOT_STORED -> "No setting of the search finds it: look for it by words of its text, or add it.";
			case EXPIRED -> "No setting of the search finds it, as what has ended is not searched.";
			case BEYOND_TOP_K -> "This page shows at most " + SearchData.MOST + " results, so there is nothing to try "
					+ "here: ask for more in the application, or in words that are nearer to those of the document.";
			case MISSED_BY_WALK ->
				"No list of candidates up to 1,024 finds it: the search shows it where everything is "
						+ "compared. Health audits the index.";
			// Without a threshold none is below it: it was written in between.
			case CHANGED_MEANWHILE, BELOW_THRESHOLD -> "Explain it once more.";
			default -> "No setting of the search finds it" + (has(Verdict.NO_USABLE_EMBEDDING)
					? ": it has no vector to compare with, and words do not lead to it either." : ".");
		};
	}

	private boolean has(Verdict verdict) {
		return this.met.stream().anyMatch((explanation) -> explanation.verdict() == verdict);
	}

}

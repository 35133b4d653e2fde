package io.github.hnswspring.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchExplanation.Remedy;
import io.github.hnswspring.vectorstore.SearchExplanation.Verdict;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.TextIndexState;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.vectorstore.filter.Filter;

/**
 * What the store tells of a document that a search does not find, for those who see all
 * of the store: also what is behind the filter, and by meaning where the search goes by
 * words. Confined to one call.
 */
final class MissingDocument {

	private static final String WITHOUT_FILTER = "without the filter";

	private final HnswVectorStore store;

	private final String id;

	private final List<SearchExplanation> met = new ArrayList<>();

	private final Map<String, String> changes = new LinkedHashMap<>();

	private final List<String> words = new ArrayList<>();

	private final SearchMode asked;

	private HnswSearchRequest request;

	private boolean overcome;

	/** Whether more results find it than are shown here. */
	private boolean tooMany;

	private MissingDocument(HnswVectorStore store, HnswSearchRequest request, String id) {
		this.store = store;
		this.request = request;
		this.id = id;
		SearchMode mode = request.getMode();
		this.asked = (mode != null) ? mode : store.status().searchSettings().mode();
	}

	static MissingDocument of(HnswVectorStore store, HnswSearchRequest request, String id) {
		MissingDocument missing = new MissingDocument(store, request, id);
		missing.explain();
		return missing;
	}

	/**
	 * All that keeps it out, in the order in which the search meets it; one that says so
	 * if the search finds the document as it is.
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
		int last = this.words.size() - 1;
		return "Search " + ((last > 0) ? String.join(", ", this.words.subList(0, last)) + " and " + this.words.get(last)
				: this.words.get(last));
	}

	private void explain() {
		// Of what is not there nothing is asked of the model.
		if (!this.store.get(List.of(this.id)).isEmpty()) {
			embedOnce(this.request);
		}
		SearchExplanation explanation = explained();
		if (explanation.verdict() == Verdict.FILTERED_OUT) {
			this.met.add(explanation);
			this.request = this.request.withFilterExpression((Filter.Expression) null);
			change("filter", "");
			this.words.add(WITHOUT_FILTER);
			explanation = explained();
		}
		if (!explanation.isFound() || this.met.isEmpty()) {
			this.met.add(explanation);
		}
		this.met.addAll(explanation.further());
		Remedy remedy = explanation.remedy();
		if (remedy != null) {
			change(remedy);
		}
		Integer topK = (remedy != null) ? remedy.topK() : null;
		this.tooMany = topK != null && topK > SearchData.MOST;
		this.overcome = explanation.isFound() || (remedy != null && !this.tooMany);
		if (!this.overcome && (this.tooMany || last(explanation).verdict() == Verdict.BEYOND_TOP_K)) {
			searchOtherwise(explanation.mode());
		}
	}

	/**
	 * What has too many better ones to be shown here may be found by its meaning instead
	 * of its words, or the other way round. Unless that finds it, it is nothing to tell
	 * of.
	 */
	private void searchOtherwise(SearchMode mode) {
		if (mode == SearchMode.HYBRID || mode != this.asked) {
			return;
		}
		SearchMode other = (mode == SearchMode.TEXT) ? SearchMode.DENSE : SearchMode.TEXT;
		if (other == SearchMode.TEXT && this.store.status().textIndexState() == TextIndexState.OFF) {
			return;
		}
		if (other == SearchMode.DENSE && this.request.getVector() == null) {
			embedOnce(this.request.withMode(other));
		}
		SearchExplanation otherwise = this.store.explain(this.request.withMode(other), this.id);
		Remedy remedy = otherwise.remedy();
		boolean few = remedy != null && remedy.mode() == null
				&& (remedy.topK() == null || remedy.topK() <= SearchData.MOST);
		if (otherwise.isFound() || few) {
			this.changes.keySet().retainAll(List.of("filter"));
			this.words.retainAll(List.of(WITHOUT_FILTER));
			change("mode", other.name());
			this.words.add((other == SearchMode.TEXT) ? "by words" : "by meaning");
			if (remedy != null) {
				change(remedy);
			}
			this.tooMany = false;
			this.overcome = true;
		}
	}

	/** Words are tried alone first: of what they find the model need not be asked. */
	private SearchExplanation explained() {
		SearchExplanation explanation = this.store.explain(this.request, this.id);
		SearchExplanation last = last(explanation);
		if (this.request.getVector() == null && this.asked == SearchMode.TEXT && isWithoutWords(last)) {
			embedOnce(this.request.withMode(SearchMode.DENSE));
			return this.store.explain(this.request, this.id);
		}
		return explanation;
	}

	private static boolean isWithoutWords(SearchExplanation explanation) {
		return explanation.verdict() == Verdict.NO_WORDS_IN_COMMON
				|| explanation.verdict() == Verdict.TEXT_INDEX_NOT_READY;
	}

	private static SearchExplanation last(SearchExplanation explanation) {
		List<SearchExplanation> further = explanation.further();
		return further.isEmpty() ? explanation : further.get(further.size() - 1);
	}

	/** Explaining again would ask the model again, were the vector not given. */
	private void embedOnce(HnswSearchRequest by) {
		try {
			float[] vector = this.store.profile(by.withTopK(1).withFilterExpression((Filter.Expression) null)).vector();
			if (vector != null) {
				this.request = this.request.withVector(vector);
			}
		}
		catch (CorruptStoreException ex) {
			// Another document is damaged; this one can be explained all the same.
		}
	}

	private void change(Remedy remedy) {
		Double threshold = remedy.threshold();
		change("threshold", (threshold == null) ? null : (threshold > 0) ? threshold.toString() : "");
		change("mode", (remedy.mode() != null) ? remedy.mode().name() : null);
		change("topK", (remedy.topK() != null) ? remedy.topK().toString() : null);
		change("efSearch", (remedy.efSearch() != null) ? remedy.efSearch().toString() : null);
		this.words.addAll(remedy.inWords());
	}

	private void change(String field, @Nullable String value) {
		if (value != null) {
			this.changes.put(field, value);
		}
	}

	/**
	 * What to do where no setting helps, beside what the last explanation says.
	 */
	String whatElse() {
		SearchExplanation last = this.met.get(this.met.size() - 1);
		if (last.mode() == SearchMode.TEXT && this.asked != SearchMode.TEXT && !has(Verdict.NO_USABLE_EMBEDDING)) {
			return "Nothing else can be tried while the embedding model does not answer: bring it back, and explain "
					+ "again.";
		}
		if (this.tooMany || last.verdict() == Verdict.BEYOND_TOP_K) {
			return "This page shows at most " + SearchData.MOST + " results, so there is nothing to try "
					+ "here: ask for more in the application, or in words that are nearer to those of the document.";
		}
		return switch (last.verdict()) {
			case NOT_STORED -> "No setting of the search finds it: look for it by words of its text, or add it.";
			case EXPIRED -> "No setting of the search finds it, as what has ended is not searched.";
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

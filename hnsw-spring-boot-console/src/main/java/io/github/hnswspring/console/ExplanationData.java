package io.github.hnswspring.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchExplanation.LinkingDocument;
import io.github.hnswspring.vectorstore.SearchExplanation.Place;
import io.github.hnswspring.vectorstore.SearchExplanation.Verdict;
import io.github.hnswspring.vectorstore.SearchMode;
import org.jspecify.annotations.Nullable;

/**
 * The fourth screen: why a search does not find a document, and what would.
 *
 * @param id of the document
 * @param found whether it is found after all
 * @param verdict what decides
 * @param headline the verdict for people
 * @param reason in a sentence or two
 * @param facts what else is known
 * @param linkedFrom documents whose vectors link to its own
 * @param otherLinks how many others do
 * @param remedies settings that find it, to be tried
 */
record ExplanationData(String id, boolean found, Verdict verdict, String headline, String reason, List<Fact> facts,
		List<LinkingDocument> linkedFrom, int otherLinks, List<Remedy> remedies) {

	static ExplanationData of(HnswVectorStore store, Parameters parameters) {
		SearchExplanation explanation = store.explain(SearchData.request(parameters),
				parameters.required("id", Parameters.ID));
		return new ExplanationData(explanation.documentId(), explanation.isFound(), explanation.verdict(),
				headline(explanation.verdict()), explanation.reason(), facts(explanation), explanation.linkedFrom(),
				explanation.otherLinks(), remedies(explanation));
	}

	private static String headline(Verdict verdict) {
		return switch (verdict) {
			case FOUND -> "It is found";
			case NOT_STORED -> "It is not in the store";
			case EXPIRED -> "It has ended";
			case FILTERED_OUT -> "The filter leaves it out";
			case BELOW_THRESHOLD -> "It is less similar than the threshold asks for";
			case BEYOND_TOP_K -> "Others are better";
			case NO_WORDS_IN_COMMON -> "It has none of the words";
			case TEXT_INDEX_NOT_READY -> "It is not in the text index yet";
			case NO_USABLE_EMBEDDING -> "It has no vector to compare with";
			case MISSED_BY_WALK -> "The walk along the graph missed it";
			case LEFT_OUT_BY_REQUEST -> "Something else in the request leaves it out";
			case CHANGED_MEANWHILE -> "It is being written right now";
		};
	}

	private static List<Fact> facts(SearchExplanation explanation) {
		List<Fact> facts = new ArrayList<>();
		add(facts, "Rank by meaning", place(explanation.dense(), "similarity"));
		add(facts, "Rank by words", place(explanation.text(), "BM25"));
		add(facts, "Rank by both", place(explanation.fused(), "score"));
		if (explanation.topK() > 0) {
			add(facts, "Results asked for", Integer.toString(explanation.topK()));
		}
		if (explanation.threshold() > 0) {
			add(facts, "Similarity asked for", score(explanation.threshold()) + " or more");
		}
		add(facts, "Words in common", String.join(", ", explanation.words()));
		add(facts, "Words it lacks", String.join(", ", explanation.missingWords()));
		add(facts, "Comparisons it fails", String.join("; ", explanation.failedComparisons()));
		return facts;
	}

	private static void add(List<Fact> facts, String name, @Nullable String value) {
		if (value != null && !value.isEmpty()) {
			facts.add(new Fact(name, value));
		}
	}

	private static @Nullable String place(@Nullable Place place, String score) {
		if (place == null) {
			return null;
		}
		return ((place.rank() > 0) ? String.format(Locale.ROOT, "%,d", place.rank())
				: String.format(Locale.ROOT, "beyond %,d", SearchExplanation.MAX_RANK)) + ", " + score + " "
				+ score(place.score());
	}

	private static String score(double score) {
		return String.format(Locale.ROOT, "%.4f", score);
	}

	/** One for each setting that alone makes the difference. */
	private static List<Remedy> remedies(SearchExplanation explanation) {
		List<Remedy> remedies = new ArrayList<>();
		Integer topK = explanation.sufficientTopK();
		if (topK != null && topK <= SearchData.MOST && topK > explanation.topK()) {
			remedies.add(new Remedy("Ask for " + topK + " results", Map.of("topK", Integer.toString(topK))));
		}
		Integer efSearch = explanation.sufficientEfSearch();
		if (efSearch != null) {
			remedies.add(new Remedy("Keep " + efSearch + " candidates (efSearch)",
					Map.of("efSearch", Integer.toString(efSearch))));
		}
		Place dense = explanation.dense();
		if (explanation.verdict() == Verdict.BELOW_THRESHOLD && dense != null) {
			double threshold = Math.max(0, Math.floor(dense.score() * 1e4) / 1e4);
			remedies.add(new Remedy("Ask for a similarity of " + score(threshold),
					Map.of("threshold", Double.toString(threshold))));
		}
		if (explanation.verdict() == Verdict.FILTERED_OUT) {
			remedies.add(new Remedy("Search without the filter", Map.of("filter", "")));
		}
		if (explanation.verdict() == Verdict.NO_WORDS_IN_COMMON
				|| explanation.verdict() == Verdict.TEXT_INDEX_NOT_READY) {
			remedies.add(new Remedy("Search by meaning", Map.of("mode", SearchMode.DENSE.name())));
		}
		return remedies;
	}

	/**
	 * Something that is known.
	 *
	 * @param name what it is
	 * @param value in words
	 */
	record Fact(String name, String value) {

	}

	/**
	 * Something to try.
	 *
	 * @param label on the button
	 * @param change fields of the search, and what to put there
	 */
	record Remedy(String label, Map<String, String> change) {

	}

}

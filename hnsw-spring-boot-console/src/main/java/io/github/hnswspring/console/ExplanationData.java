package io.github.hnswspring.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchExplanation.LinkingDocument;
import io.github.hnswspring.vectorstore.SearchExplanation.Place;
import io.github.hnswspring.vectorstore.SearchExplanation.Verdict;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;

/**
 * The fourth screen: why a search does not find a document, and what would.
 *
 * @param id of the document
 * @param document what it is called and how it begins; {@code null} if it is not there
 * @param found whether it is found after all
 * @param verdict what decides first
 * @param reasons all that keep it out, in the order in which the search meets them
 * @param facts what else is known
 * @param linkedFrom documents whose vectors link to its own
 * @param otherLinks how many others do
 * @param remedy settings that find it, to be tried; {@code null} if there are none, or if
 * it is found
 * @param whatElse what to do where no setting finds it; {@code null} elsewhere
 */
record ExplanationData(String id, GraphData.@Nullable Label document, boolean found, Verdict verdict,
		List<Reason> reasons, List<Fact> facts, List<Linking> linkedFrom, int otherLinks, @Nullable Remedy remedy,
		@Nullable String whatElse) {

	static ExplanationData of(HnswVectorStore store, Parameters parameters) {
		MissingDocument missing = MissingDocument.of(store, SearchData.request(parameters),
				parameters.required("id", Parameters.ID));
		List<SearchExplanation> met = missing.met();
		SearchExplanation first = met.get(0);
		// Only the walk, which comes last, tells who links to it.
		SearchExplanation last = met.get(met.size() - 1);
		Remedy remedy = (missing.overcome() && !first.isFound()) ? new Remedy(missing.label(), missing.changes())
				: null;
		Map<String, Document> named = named(store, first, last);
		Document document = named.get(first.documentId());
		return new ExplanationData(first.documentId(), (document != null) ? GraphData.Label.of(document) : null,
				first.isFound(), first.verdict(), met.stream().map(Reason::of).toList(), facts(met),
				last.linkedFrom().stream().map((link) -> Linking.of(link, named)).toList(), last.otherLinks(), remedy,
				missing.overcome() ? null : missing.whatElse());
	}

	/** The document itself, and those that link to it. */
	private static Map<String, Document> named(HnswVectorStore store, SearchExplanation first, SearchExplanation last) {
		List<String> ids = new ArrayList<>(List.of(first.documentId()));
		last.linkedFrom().forEach((link) -> ids.add(link.documentId()));
		return SoundRows.byId(store, ids);
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

	/** Each once, as the first explanation that has it says it. */
	private static List<Fact> facts(List<SearchExplanation> met) {
		Map<String, Fact> facts = new LinkedHashMap<>();
		boolean filtered = true;
		for (SearchExplanation explanation : met) {
			for (Fact fact : facts(explanation, filtered ? "" : ", without the filter")) {
				facts.putIfAbsent(fact.name(), fact);
			}
			filtered &= explanation.verdict() != Verdict.FILTERED_OUT;
		}
		return List.copyOf(facts.values());
	}

	private static List<Fact> facts(SearchExplanation explanation, String among) {
		List<Fact> facts = new ArrayList<>();
		add(facts, "Rank by meaning" + among, place(explanation.dense(), "similarity"));
		add(facts, "Rank by words" + among, place(explanation.text(), "BM25"));
		add(facts, "Rank by both" + among, place(explanation.fused(), "score"));
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

	/**
	 * Something that keeps it out, or that it is found.
	 *
	 * @param headline the verdict for people
	 * @param text in a sentence or two
	 */
	record Reason(String headline, String text) {

		static Reason of(SearchExplanation explanation) {
			return new Reason(ExplanationData.headline(explanation.verdict()), explanation.reason());
		}

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
	 * A document that links to it.
	 *
	 * @param documentId which
	 * @param document what it is called; {@code null} if it cannot be read
	 * @param rank by meaning, 0 if it is beyond 1,000
	 * @param score its similarity to the question
	 * @param visited whether the walk followed its links
	 */
	record Linking(String documentId, GraphData.@Nullable Label document, int rank, double score, boolean visited) {

		static Linking of(LinkingDocument link, Map<String, Document> named) {
			Document document = named.get(link.documentId());
			return new Linking(link.documentId(), (document != null) ? GraphData.Label.of(document) : null, link.rank(),
					link.score(), link.visited());
		}

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

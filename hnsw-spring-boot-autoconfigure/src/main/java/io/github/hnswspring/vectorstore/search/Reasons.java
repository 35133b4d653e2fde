package io.github.hnswspring.vectorstore.search;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.SearchTrace;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchExplanation.Place;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreMetadata;
import io.github.hnswspring.vectorstore.options.Generations;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.text.TextMatch;

/**
 * Verdicts in words: what happened, and the setting that helps. Thread-safe: immutable.
 */
final class Reasons {

	/** Comparisons that a sentence names; the rest is data. */
	private static final int NAMED = 3;

	/** Digits of a score. */
	private static final int DIGITS = 4;

	private final HnswSearchRequest request;

	private final SearchMode mode;

	private final boolean fallback;

	private final StoreOptions options;

	private final Generations generations;

	Reasons(Question question) {
		this.request = question.request();
		this.mode = question.mode();
		this.fallback = question.fallback();
		this.options = question.session().options();
		this.generations = question.session().identity().generations();
	}

	static String notStored(String id) {
		return "There is no document with the id '" + id + "': it was never added, was deleted, or has another id.";
	}

	/**
	 * Of a document that has ended.
	 * @param property what the property is called that says when
	 */
	static String expired(String id, Instant end, String property) {
		return "Document '" + id + "' ended at " + end + ", as its metadata '" + StoreMetadata.EXPIRES_AT + "' or "
				+ property + " says, and is removed in the background: add it again with a later end.";
	}

	static String changedMeanwhile() {
		return "The document was written while it was looked for, again and again: ask once more.";
	}

	static String noUsableEmbedding() {
		return "Its embedding is damaged, or another tool wrote it, so it cannot be compared with the question: add "
				+ "the document again.";
	}

	/**
	 * Of a document that has none of the model that answers.
	 * @param asked whether that was asked for one
	 */
	String noEmbedding(boolean asked) {
		String name = this.generations.current().model();
		String model = "the embedding model that answers" + ((name != null) ? ", '" + name + "'," : "");
		String words = this.options.textIndex()
				? " Words find it, in mode hybrid or text and without a similarity threshold." : "";
		if (this.generations.isMigrating()) {
			return "It has no embedding of " + model + " while the store migrates to another one." + words
					+ " Wait for the end of the migration.";
		}
		if (!asked && this.generations.target() != null) {
			return "It has no embedding of " + model + " yet, as it came without one; it is embedded in the background."
					+ words + " Wait until status().migration() counts none without.";
		}
		if (!asked) {
			return "It has no embedding of " + model + " and is not waiting for one." + words + " Add it again.";
		}
		return "It has no embedding: " + model + " gave none for its text, and the store does without." + words
				+ " To have it found by meaning, add it again with a text that the model accepts.";
	}

	static String textIndexNotReady(double progress) {
		return "The text index is being built and does not have the document yet (" + (int) (100 * progress)
				+ " % done): search again in a while, or in mode dense.";
	}

	static String noWords(TextMatch match) {
		if (match.found().isEmpty()) {
			return "It has none of the question's words: ask with words it has, or by meaning, in mode hybrid or "
					+ "dense.";
		}
		return "Of the question's words it has the most common ones only, and so long a question is answered without "
				+ "them: ask a shorter one.";
	}

	String found(int place) {
		return "The search returns it, in place " + place + "." + note(true);
	}

	/**
	 * What else has to be known of the search.
	 * @param inTextIndex whether the text index has the document already
	 */
	String note(boolean inTextIndex) {
		if (this.fallback) {
			return " The embedding model failed, so the search went by words alone; a threshold is not applied then.";
		}
		return (this.mode == SearchMode.HYBRID && !inTextIndex)
				? " The text index is being built and does not have the document yet." : "";
	}

	static String filteredOut(List<String> failures) {
		if (failures.isEmpty()) {
			return "The filter does not match it: change the filter or the document's metadata.";
		}
		String named = failures.stream().limit(NAMED).collect(Collectors.joining("; "));
		int more = failures.size() - NAMED;
		return "The filter leaves it out, which asks for " + named + ((more > 0) ? "; and " + more + " more" : "")
				+ ". Change the filter or the document's metadata.";
	}

	String belowThreshold(double score) {
		double threshold = this.request.getSimilarityThreshold();
		String below = "Its similarity is " + score(score, threshold) + " and the threshold " + threshold + ": ";
		double enough = BigDecimal.valueOf(score).setScale(DIGITS, RoundingMode.FLOOR).doubleValue();
		return below + ((enough > 0) ? "ask with a threshold of " + enough + " or less." : "ask without a threshold.");
	}

	/** So many digits that it differs from what it is compared with. */
	private static String score(double score, double other) {
		String text = String.format(Locale.ROOT, "%." + DIGITS + "f", score);
		return (Double.parseDouble(text) == other) ? Double.toString(score) : text;
	}

	String beyondTopK(@Nullable Place dense, @Nullable Place text, int rank, @Nullable Integer sufficient) {
		StringBuilder reason = new StringBuilder();
		if (rank > 0) {
			reason.append("It is ").append(ordinal(rank)).append(by());
			if (this.mode == SearchMode.HYBRID) {
				reason.append(" (").append(places(dense, text)).append(')');
			}
			reason.append("; topK is ").append(this.request.getTopK());
		}
		else if (this.mode == SearchMode.HYBRID && Double.valueOf(1).equals(this.request.getTextWeight())
				&& text == null) {
			return "Only words count (textWeight is 1), and it has none of the question's that do: ask with a smaller "
					+ "weight, or with words it has.";
		}
		else if (this.mode == SearchMode.HYBRID) {
			int depth = HybridRanking.lists(this.request.getTopK());
			reason.append("It is ")
				.append(places(dense, text))
				.append(", and a hybrid search for ")
				.append(this.request.getTopK())
				.append(" puts the best ")
				.append(depth)
				.append(" of each together");
		}
		else {
			reason.append("More than ")
				.append(SearchExplanation.MAX_RANK)
				.append(" documents come before it; topK is ")
				.append(this.request.getTopK());
		}
		if (sufficient != null) {
			// Where more are put together, fewer might do.
			reason.append((rank == sufficient) ? ": ask for at least " : ": ask for ");
			return reason.append(sufficient).append('.').toString();
		}
		return reason.append(". More than ")
			.append(this.options.limits().topK())
			.append(" (the limit of topK) would have to be asked for: ")
			.append((this.mode == SearchMode.HYBRID) ? "" : "go through the pages of a search, or ")
			.append("narrow the search by a filter.")
			.toString();
	}

	private String by() {
		return switch (this.mode) {
			case DENSE -> " by meaning";
			case TEXT -> " by words";
			case HYBRID -> " by both";
		};
	}

	private static String places(@Nullable Place dense, @Nullable Place text) {
		return place(dense, "by meaning") + " and " + place(text, "by words");
	}

	private static String place(@Nullable Place place, String by) {
		return (place != null && place.rank() > 0) ? ordinal(place.rank()) + " " + by : "not ranked " + by;
	}

	String missedByWalk(@Nullable Place dense, MissedWalk.Finding finding) {
		StringBuilder reason = new StringBuilder("It is ");
		reason.append((dense != null) ? ordinal(dense.rank()) : "among the best")
			.append(" by meaning, but the walk along the graph, with a list of ")
			.append(finding.trace().list())
			.append(finding.misjudged() ? ", took it for farther than it is: " : ", did not come by it: ");
		Integer sufficient = finding.sufficientEfSearch();
		if (sufficient == null) {
			return reason.append("no list of up to 1024 finds it either; withExactSearch() does.").toString();
		}
		reason.append("efSearch ").append(sufficient).append(" finds it, withExactSearch() always does");
		SearchTrace.ListSource source = finding.trace().listSource();
		if (source == SearchTrace.ListSource.TARGET) {
			reason.append("; for all searches raise ")
				.append(this.options.property("target-recall"))
				.append(", which is ")
				.append(finding.trace().targetRecall());
		}
		else if (source == SearchTrace.ListSource.INDEX) {
			reason.append("; for all searches set ")
				.append(this.options.property("target-recall"))
				.append(" instead of ")
				.append(this.options.property("ef-search"));
		}
		return reason.append('.').toString();
	}

	String missedInGroups() {
		return "With withExactSearch() it is found, so the walk along the graph missed it or others: ask with a larger "
				+ "efSearch, or raise " + this.options.property("target-recall") + ".";
	}

	String chosenOut(@Nullable Place dense, @Nullable Place text) {
		Place place = (this.mode == SearchMode.TEXT) ? text : dense;
		if (!this.request.isGrouped()) {
			return "It is " + place(place, (this.mode == SearchMode.TEXT) ? "by words" : "by meaning")
					+ ", but results that are less like those before them were preferred: ask for more, or with a "
					+ "diversity below " + this.request.getDiversity() + "." + note(true);
		}
		int passages = this.request.getPassages();
		return "It is " + place(place, (this.mode == SearchMode.TEXT) ? "by words" : "by meaning") + ", but the "
				+ this.request.getTopK() + " documents asked for have better passages than its own has, or "
				+ ((passages == 1) ? "a better one" : passages + " better ones")
				+ " of its own document came first: ask " + "for more documents, or for more passages of each."
				+ note(true);
	}

	static String ordinal(int number) {
		int lastTwo = number % 100;
		String ending = (lastTwo >= 11 && lastTwo <= 13) ? "th" : switch (number % 10) {
			case 1 -> "st";
			case 2 -> "nd";
			case 3 -> "rd";
			default -> "th";
		};
		return number + ending;
	}

}

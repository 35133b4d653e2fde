package io.github.hnswspring.vectorstore;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Why a search finds a document, or does not, in words and as data. The verdict is the
 * first thing that keeps a document out; what comes after it, and the settings that
 * overcome all of it, stand beside it. Ranks are counted from 1 among the documents the
 * request's filter lets through, whatever was found. See {@link DocumentStore#explain}.
 *
 * @param documentId the document
 * @param verdict what decides
 * @param reason the same in a sentence or two, with the setting that helps
 * @param mode by what the search finds documents; {@link SearchMode#TEXT} if it goes on
 * by words alone because the embedding model failed
 * @param topK how many were asked for
 * @param threshold the least similarity asked for, 0 for any
 * @param dense its place by meaning, exact; {@code null} if the question was not
 * embedded, if the document has no vector to compare with, or if the filter leaves it out
 * @param text its place by words, its score being BM25; {@code null} if the search is by
 * meaning alone, if the document has no place by words, or if the filter leaves it out
 * @param fused its place in a hybrid search, its score being the one such a hit has;
 * {@code null} if it is not among those put together
 * @param words the question's words that the document has, stems among them if the store
 * has a language; empty if the search is by meaning alone, or if the filter leaves it out
 * @param missingWords the question's words that it does not have; empty likewise
 * @param failedComparisons what in the filter the document fails, the first
 * {@value #MAX_COMPARISONS}: such as {@code year >= 2020}, the way it would have to hold;
 * where the filter has NOT around it, that is the opposite
 * @param sufficientTopK a topK that contains it; {@code null} if more results do not help
 * or are more than the limits allow
 * @param sufficientEfSearch an efSearch that finds it, if the walk along the graph missed
 * it; {@code null} if it did not, or if only comparing everything finds it
 * @param linkedFrom if the walk missed it, the documents whose vectors link to its own
 * and that pass the filter, the nearest to the question first, at most
 * {@value #MAX_LINKS}: who is met only near them is missed if they are missed
 * @param otherLinks how many others link to it, which the filter leaves out or which are
 * beyond {@value #MAX_LINKS}
 * @param further what else keeps it out, in the order in which the search meets it once
 * all that comes before is overcome; these have neither further ones nor a remedy. Empty
 * if there is nothing more, if no setting overcomes what comes before, or if that is the
 * filter, behind which nothing is told. That words do not lead to it in mode
 * {@link SearchMode#TEXT} is overcome by meaning only if the question's vector is there
 * @param remedy the settings that find it, topK at most twice as large as would do;
 * {@code null} if the search finds it as it is, or if none are known
 */
public record SearchExplanation(String documentId, Verdict verdict, String reason, SearchMode mode, int topK,
		double threshold, @Nullable Place dense, @Nullable Place text, @Nullable Place fused, List<String> words,
		List<String> missingWords, List<String> failedComparisons, @Nullable Integer sufficientTopK,
		@Nullable Integer sufficientEfSearch, List<LinkingDocument> linkedFrom, int otherLinks,
		List<SearchExplanation> further, @Nullable Remedy remedy) {

	/** Most comparisons of a filter that are named. */
	public static final int MAX_COMPARISONS = 20;

	/** Most linking documents that are named. */
	public static final int MAX_LINKS = 20;

	/** Ranks beyond are not counted. */
	public static final int MAX_RANK = 100_000;

	/**
	 * An explanation with one reason.
	 * @param documentId as {@link #documentId()}
	 * @param verdict as {@link #verdict()}
	 * @param reason as {@link #reason()}
	 * @param mode as {@link #mode()}
	 * @param topK as {@link #topK()}
	 * @param threshold as {@link #threshold()}
	 * @param dense as {@link #dense()}
	 * @param text as {@link #text()}
	 * @param fused as {@link #fused()}
	 * @param words as {@link #words()}
	 * @param missingWords as {@link #missingWords()}
	 * @param failedComparisons as {@link #failedComparisons()}
	 * @param sufficientTopK as {@link #sufficientTopK()}
	 * @param sufficientEfSearch as {@link #sufficientEfSearch()}
	 * @param linkedFrom as {@link #linkedFrom()}
	 * @param otherLinks as {@link #otherLinks()}
	 */
	public SearchExplanation(String documentId, Verdict verdict, String reason, SearchMode mode, int topK,
			double threshold, @Nullable Place dense, @Nullable Place text, @Nullable Place fused, List<String> words,
			List<String> missingWords, List<String> failedComparisons, @Nullable Integer sufficientTopK,
			@Nullable Integer sufficientEfSearch, List<LinkingDocument> linkedFrom, int otherLinks) {
		this(documentId, verdict, reason, mode, topK, threshold, dense, text, fused, words, missingWords,
				failedComparisons, sufficientTopK, sufficientEfSearch, linkedFrom, otherLinks, List.of(), null);
	}

	/**
	 * The same with what comes after it.
	 * @param further as {@link #further()}
	 * @param remedy as {@link #remedy()}
	 * @return an explanation with all reasons
	 */
	public SearchExplanation with(List<SearchExplanation> further, @Nullable Remedy remedy) {
		return new SearchExplanation(this.documentId, this.verdict, this.reason, this.mode, this.topK, this.threshold,
				this.dense, this.text, this.fused, this.words, this.missingWords, this.failedComparisons,
				this.sufficientTopK, this.sufficientEfSearch, this.linkedFrom, this.otherLinks, List.copyOf(further),
				remedy);
	}

	/**
	 * All that keeps the document out, in words, in the order in which the search meets
	 * it.
	 * @return the reason of this explanation and those of the {@link #further()} ones
	 */
	public List<String> reasons() {
		return Stream.concat(Stream.of(this), this.further.stream()).map(SearchExplanation::reason).toList();
	}

	/**
	 * Whether the search returns the document.
	 * @return {@code true} for {@link Verdict#FOUND}
	 */
	public boolean isFound() {
		return this.verdict == Verdict.FOUND;
	}

	/**
	 * The reason, and below it what is known, one fact a line, and any further reasons.
	 * @return a text to be read by people; it may change
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder(this.verdict.name()).append(": ").append(this.reason);
		line(text, "by meaning", this.dense);
		line(text, "by words", this.text);
		line(text, "by both", this.fused);
		line(text, "words in common", this.words);
		line(text, "words it lacks", this.missingWords);
		line(text, "comparisons it fails", this.failedComparisons);
		line(text, "a topK that contains it", this.sufficientTopK);
		line(text, "an efSearch that finds it", this.sufficientEfSearch);
		line(text, "linked from", this.linkedFrom);
		line(text, "linked from others", (this.otherLinks > 0) ? this.otherLinks : null);
		this.further.forEach((next) -> line(text, "then " + next.verdict.name(), next.reason));
		line(text, "what finds it", this.further.isEmpty() ? null : this.remedy);
		return text.toString();
	}

	private static void line(StringBuilder text, String name, @Nullable Object fact) {
		String value = (fact instanceof List<?> list)
				? list.stream().map(Objects::toString).collect(Collectors.joining(", ")) : Objects.toString(fact, "");
		if (!value.isEmpty()) {
			text.append("\n  ").append(name).append(": ").append(value);
		}
	}

	/** What decides whether a document is found. */
	public enum Verdict {

		/** The search returns it. */
		FOUND,

		/** There is no document of this id. */
		NOT_STORED,

		/** It has ended, and is removed in the background. */
		EXPIRED,

		/**
		 * The request's filter does not match its metadata. The filter may be what
		 * somebody is allowed to see, so nothing is told of the document but which
		 * comparisons it fails.
		 */
		FILTERED_OUT,

		/** Its similarity is less than the request asks for. */
		BELOW_THRESHOLD,

		/** There are more than topK better ones. */
		BEYOND_TOP_K,

		/**
		 * A search by words cannot find it: it has none of those that count.
		 */
		NO_WORDS_IN_COMMON,

		/** The text index is being built and does not have it yet. */
		TEXT_INDEX_NOT_READY,

		/**
		 * Its embedding cannot be compared with the question: it is damaged, another tool
		 * wrote it, or the model that answers gave none. Words may still find it.
		 */
		NO_USABLE_EMBEDDING,

		/** It ranks among the best, but the walk along the graph did not come by it. */
		MISSED_BY_WALK,

		/**
		 * It ranks among the best, but what else the request asks for, such as a few
		 * passages of each document, leaves it out.
		 */
		LEFT_OUT_BY_REQUEST,

		/** It was written meanwhile, again and again; ask once more. */
		CHANGED_MEANWHILE

	}

	/**
	 * A place in a ranking.
	 *
	 * @param rank from 1; 0 if it is beyond {@value SearchExplanation#MAX_RANK}
	 * @param score larger is better
	 */
	public record Place(int rank, double score) {

		@Override
		public String toString() {
			return ((this.rank > 0) ? "rank " + this.rank : "no rank")
					+ String.format(Locale.ROOT, ", score %.4f", this.score);
		}

	}

	/**
	 * A document whose vector links to that of the document in question.
	 *
	 * @param documentId which
	 * @param rank its rank by meaning among those that pass the filter; 0 if it is beyond
	 * 1,000
	 * @param score its similarity to the question
	 * @param visited whether the walk followed its links
	 */
	public record LinkingDocument(String documentId, int rank, double score, boolean visited) {

		@Override
		public String toString() {
			return this.documentId + " (" + ((this.rank > 0) ? "rank " + this.rank : "beyond rank 1000")
					+ (this.visited ? ", visited)" : ", not visited)");
		}

	}

	/**
	 * Settings of a request with which the search finds the document; what is
	 * {@code null} stays as it is.
	 *
	 * @param threshold the similarity to ask for, 0 for any
	 * @param mode by what to search
	 * @param topK how many to ask for
	 * @param efSearch the list of candidates
	 */
	public record Remedy(@Nullable Double threshold, @Nullable SearchMode mode, @Nullable Integer topK,
			@Nullable Integer efSearch) {

		/**
		 * The settings for people, such as {@code for 5 results}.
		 * @return one text for each that is changed; they may change
		 */
		public List<String> inWords() {
			List<String> words = new ArrayList<>();
			if (this.threshold != null) {
				words.add((this.threshold > 0)
						? String.format(Locale.ROOT, "with a similarity of at least %.4f", this.threshold)
						: "without a threshold");
			}
			if (this.mode != null) {
				words.add(switch (this.mode) {
					case DENSE -> "by meaning";
					case TEXT -> "by words";
					case HYBRID -> "by meaning and words";
				});
			}
			if (this.topK != null) {
				words.add("for " + this.topK + " results");
			}
			if (this.efSearch != null) {
				words.add("with " + this.efSearch + " candidates (efSearch)");
			}
			return words;
		}

		@Override
		public String toString() {
			return "a search " + String.join(", ", inWords());
		}

	}

}

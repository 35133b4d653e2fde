package io.github.hnswspring.vectorstore;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Why a search finds a document, or does not, in words and as data. Ranks are counted
 * from 1 among the documents the request's filter lets through, whatever was found. See
 * {@link DocumentStore#explain}.
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
 */
public record SearchExplanation(String documentId, Verdict verdict, String reason, SearchMode mode, int topK,
		double threshold, @Nullable Place dense, @Nullable Place text, @Nullable Place fused, List<String> words,
		List<String> missingWords, List<String> failedComparisons, @Nullable Integer sufficientTopK,
		@Nullable Integer sufficientEfSearch, List<LinkingDocument> linkedFrom, int otherLinks) {

	/** Most comparisons of a filter that are named. */
	public static final int MAX_COMPARISONS = 20;

	/** Most linking documents that are named. */
	public static final int MAX_LINKS = 20;

	/** Ranks beyond are not counted. */
	public static final int MAX_RANK = 100_000;

	/**
	 * Whether the search returns the document.
	 * @return {@code true} for {@link Verdict#FOUND}
	 */
	public boolean isFound() {
		return this.verdict == Verdict.FOUND;
	}

	/**
	 * The reason, and below it what is known, one fact a line.
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

}

package io.github.hnswspring.vectorstore.search;

import java.util.List;

import io.github.hnswspring.vectorstore.text.TextHit;

/**
 * How much the rank by words counts in a hybrid search that does not say so itself: the
 * more, the further the best document by words is ahead of those behind it.
 *
 * <p>
 * A name is in few documents, and their scores are several times those of all others.
 * Words that many documents have tell less: the first is ahead of the next by little, and
 * half by chance. BM25 has no upper bound, but the scores of one question can be compared
 * with each other, whatever language it is in. Thread-safe: stateless.
 */
final class TextWeight {

	/**
	 * At most words count twice as much as meaning, which is never without a say: if the
	 * first document's score is three times that of those behind it, or more.
	 */
	static final double MOST = 2 / 3.0;

	/** At least so much that what only words find stays in the list, behind the rest. */
	static final double LEAST = 0.01;

	private static final double ENOUGH = 3;

	/** As many as a page of results has. */
	private static final int BEHIND = 10;

	private TextWeight() {
	}

	/**
	 * The weight for a question.
	 * @param hits of its words, best first
	 * @param candidates the documents there are: that one has no word of the question
	 * tells as much as a score, but where a filter leaves few there is little to tell
	 * @return {@link #LEAST}, if the first eleven are alike, to {@link #MOST}; 0 if there
	 * is none
	 */
	static double of(List<TextHit> hits, long candidates) {
		if (hits.isEmpty()) {
			return 0;
		}
		double others = Math.max(1, Math.min(BEHIND, candidates - 1));
		double behind = hits.stream().skip(1).limit(BEHIND).mapToDouble(TextHit::score).sum() / others;
		double times = (behind > 0) ? hits.get(0).score() / behind : ENOUGH;
		// Squared: to be ahead by little is chance.
		double ahead = Math.min(1, (times - 1) / (ENOUGH - 1));
		return Math.max(LEAST, MOST * ahead * ahead);
	}

}

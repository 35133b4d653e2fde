package io.github.hnswspring.vectorstore.search;

import org.jspecify.annotations.Nullable;

/**
 * A document found by meaning, by words, or by both.
 *
 * @param key its row
 * @param score what its document's score becomes; larger is better
 * @param distance of its vector from the question's, {@code null} if that is not known
 * @param denseRank its rank by meaning from 1, 0 if it has none
 * @param textRank its rank by words from 1, 0 if it has none
 * @param textScore BM25, if it has a rank by words
 */
record Hit(long key, double score, @Nullable Float distance, int denseRank, int textRank, double textScore) {

	/** The same with a score that is no larger. */
	Hit atMost(double largest) {
		return (this.score <= largest) ? this
				: new Hit(this.key, largest, this.distance, this.denseRank, this.textRank, this.textScore);
	}

	double orderedDistance() {
		return (this.distance != null) ? this.distance : Double.POSITIVE_INFINITY;
	}

}

package io.github.hnswspring.vectorstore.search;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A document found by meaning, by words, or by both.
 *
 * @param key its row
 * @param distance of its vector from the question's, {@code null} if that is not known
 * @param denseRank its rank by meaning from 1, 0 if it has none
 * @param textRank its rank by words from 1, 0 if it has none
 * @param textScore BM25, if it has a rank by words
 */
record Hit(long key, @Nullable Float distance, int denseRank, int textRank, double textScore) {

	/**
	 * The constant of reciprocal rank fusion; the larger, the less the first ranks count.
	 */
	private static final int RANK_OFFSET = 60;

	/**
	 * Puts the ranks together.
	 * @param textWeight how much the rank by words counts, 0 to 1
	 * @return 1 for who is first in both lists, less for others
	 */
	double score(double textWeight) {
		return (1 - textWeight) * share(this.denseRank) + textWeight * share(this.textRank);
	}

	private static double share(int rank) {
		return (rank > 0) ? (RANK_OFFSET + 1.0) / (RANK_OFFSET + rank) : 0;
	}

	/** All that have a score, best first; of equals the nearest first. */
	static List<Hit> best(Collection<Hit> hits, double textWeight) {
		Comparator<Hit> best = Comparator.comparingDouble((hit) -> -hit.score(textWeight));
		return hits.stream()
			.filter((hit) -> hit.score(textWeight) > 0)
			.sorted(best.thenComparingDouble(Hit::orderedDistance).thenComparingLong(Hit::key))
			.toList();
	}

	private double orderedDistance() {
		return (this.distance != null) ? this.distance : Double.POSITIVE_INFINITY;
	}

}

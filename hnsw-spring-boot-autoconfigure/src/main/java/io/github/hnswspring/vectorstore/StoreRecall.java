package io.github.hnswspring.vectorstore;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.HnswStatistics;

/**
 * What share of the true nearest documents the searches of a store find.
 *
 * @param target the share to be found, as a mean over searches; {@code null} if a fixed
 * efSearch is set instead
 * @param measured the share that is found, at ten results, measured on vectors before
 * they were added; 1 where everything is compared, {@code null} where nothing was
 * measured yet
 * @param efSearch the size of the candidate list of a search for ten; 0 where everything
 * is compared
 */
public record StoreRecall(@Nullable Double target, @Nullable Double measured, int efSearch) {

	/** Tenths of a thousandth: nothing is measured more finely. */
	private static final double PRECISION = 10_000;

	/**
	 * The recall of an index.
	 * @param statistics of the index
	 * @return target and measured recall
	 */
	public static StoreRecall of(HnswStatistics statistics) {
		return new StoreRecall(numberOrNull(statistics.targetRecall()), numberOrNull(statistics.measuredRecall()),
				statistics.efSearch());
	}

	private static @Nullable Double numberOrNull(double value) {
		return Double.isNaN(value) ? null : Math.round(value * PRECISION) / PRECISION;
	}

	/**
	 * Whether a query is compared with every document, as it is while there are few.
	 * @return {@code true} if the graph is not walked
	 */
	public boolean comparesEverything() {
		return this.efSearch == 0 && this.measured != null;
	}

	/**
	 * How searches find what they find.
	 * @return for people, such as {@code "everything is compared"}
	 */
	public String describe() {
		return comparesEverything() ? "everything is compared" : "graph, efSearch " + this.efSearch;
	}

}

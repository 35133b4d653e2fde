package io.github.hnswspring.index;

import io.github.hnswspring.index.IndexAudit.SampledRecall;

/**
 * What share of the true nearest searches find now, over two samples. See
 * {@link HnswIndex#sampleRecall}.
 *
 * @param members asked with some of the vectors, spread evenly
 * @param recentQueries asked with what was asked lately; of none if nothing was
 * @param targetRecall what was to be reached, NaN where efSearch is set
 */
public record RecallSample(SampledRecall members, SampledRecall recentQueries, double targetRecall) {

	/** The sample of an index that holds nothing. */
	public static final RecallSample EMPTY = new RecallSample(new SampledRecall(0, Double.NaN, Double.NaN, 0),
			new SampledRecall(0, Double.NaN, Double.NaN, 0), Double.NaN);

}

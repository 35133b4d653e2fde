package io.github.hnswspring.benchmarks.scenario;

import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.data.ExactSearch;
import io.github.hnswspring.benchmarks.harness.Recall;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.VectorQuery;

/**
 * Recall and speed when only a share of the vectors is allowed: chosen one by one at
 * random, and as one stretch of rows, which in text collections means the same documents
 * - near each other and away from most queries. The filter is given as a set, which knows
 * its size, and as a predicate, which does not.
 */
final class FilterScenario implements Scenario {

	private static final List<Double> SHARES = List.of(0.001, 0.01, 0.1, 0.5, 1.0);

	@Override
	public void run(ScenarioContext context) {
		try (HnswIndex index = context.index()) {
			for (double share : SHARES) {
				measure(context, index, "scattered", share, scattered(context.dataset().base().rows(), share));
				measure(context, index, "one stretch", share, stretch(context.dataset().base().rows(), share));
			}
		}
	}

	private static BitSet scattered(int rows, double share) {
		BitSet allowed = new BitSet(rows);
		SplittableRandom random = new SplittableRandom(7);
		for (int row = 0; row < rows; row++) {
			allowed.set(row, random.nextDouble() < share);
		}
		return allowed;
	}

	private static BitSet stretch(int rows, double share) {
		BitSet allowed = new BitSet(rows);
		int length = (int) Math.ceil(rows * share);
		int start = (rows - length) / 2;
		allowed.set(start, start + length);
		return allowed;
	}

	private static void measure(ScenarioContext context, HnswIndex index, String kind, double share, BitSet allowed) {
		Dataset dataset = context.dataset();
		context.progress().accept("true neighbours among " + allowed.cardinality());
		float[][] truth = new ExactSearch(dataset.space(), dataset.base()).distances(context.queries(),
				ScenarioContext.K, allowed::get, (done) -> {
				});
		Recall recall = new Recall(dataset.space(), dataset.base(), dataset.queries(), truth);
		IdSet set = new BitIdSet(allowed);
		for (int ef : context.efs()) {
			context.measure(kind + ", set, ef " + ef, share,
					(query) -> index.search(VectorQuery.of(query).k(ScenarioContext.K).efSearch(ef).filter(set)),
					(id) -> (int) id, recall, -1);
			context.measure(kind + ", predicate, ef " + ef, share, (query) -> index
				.search(VectorQuery.of(query).k(ScenarioContext.K).efSearch(ef).filter((id) -> allowed.get((int) id))),
					(id) -> (int) id, recall, -1);
		}
	}

	/**
	 * Row numbers as ids.
	 *
	 * @param rows the rows
	 */
	private record BitIdSet(BitSet rows) implements IdSet {

		@Override
		public boolean contains(long id) {
			return this.rows.get((int) id);
		}

		@Override
		public long cardinality() {
			return this.rows.cardinality();
		}

		@Override
		public void forEach(LongConsumer consumer) {
			this.rows.stream().forEach(consumer::accept);
		}

	}

}

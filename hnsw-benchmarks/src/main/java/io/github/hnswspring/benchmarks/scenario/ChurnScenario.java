package io.github.hnswspring.benchmarks.scenario;

import java.util.SplittableRandom;

import io.github.hnswspring.benchmarks.data.VectorFile;
import io.github.hnswspring.benchmarks.harness.Recall;
import io.github.hnswspring.benchmarks.scenario.ScenarioContext.Search;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswStatistics;

/**
 * Recall, speed and memory, at the index's own ef unless told otherwise, while vectors
 * come and go: in each cycle a fifth of them is removed and added again under new ids,
 * another fifth replaced in place. The set of vectors stays the same, so recall can be
 * compared with cycle 0, the index as built.
 */
final class ChurnScenario implements Scenario {

	private static final double SHARE = 0.2;

	@Override
	public void run(ScenarioContext context) {
		VectorFile base = context.dataset().base();
		long[] idOfRow = new long[base.rows()];
		for (int row = 0; row < idOfRow.length; row++) {
			idOfRow[row] = row;
		}
		Recall recall = context.recall();
		SplittableRandom random = new SplittableRandom(11);
		try (HnswIndex index = context.index()) {
			measure(context, index, recall, 0, base.rows());
			for (int cycle = 1; cycle <= context.cycles(); cycle++) {
				churn(index, base, idOfRow, random, context, cycle);
				measure(context, index, recall, cycle, base.rows());
			}
		}
	}

	private static void churn(HnswIndex index, VectorFile base, long[] idOfRow, SplittableRandom random,
			ScenarioContext context, int cycle) {
		long start = System.nanoTime();
		int changed = 0;
		boolean[] removed = new boolean[idOfRow.length];
		for (int row = 0; row < idOfRow.length; row++) {
			if (random.nextDouble() < SHARE) {
				removed[row] = index.remove(idOfRow[row]);
				changed++;
			}
		}
		for (int row = 0; row < idOfRow.length; row++) {
			if (removed[row]) {
				// A new id that still tells the row: ids of one row differ by the row
				// count.
				idOfRow[row] += idOfRow.length;
				index.add(idOfRow[row], base.row(row));
			}
			else if (random.nextDouble() < SHARE) {
				index.add(idOfRow[row], base.row(row));
				changed++;
			}
		}
		double seconds = (System.nanoTime() - start) / 1e9;
		context.out().accept(new ScenarioPoint("changes", cycle, -1, changed / seconds, -1, -1, seconds, -1));
	}

	private static void measure(ScenarioContext context, HnswIndex index, Recall recall, int cycle, int rows) {
		HnswStatistics statistics = index.statistics();
		context.progress()
			.accept("cycle " + cycle + ": " + statistics.size() + " vectors, " + statistics.removedSlots()
					+ " removed slots, " + statistics.freeSlots() + " free slots");
		float[][] queries = context.queries();
		for (int ef : context.efs()) {
			context.measure("searches" + ScenarioContext.efName(ef), cycle, queries.length, Search
				.of((query) -> index.search(ScenarioContext.query(queries[query], ef)), (id) -> (int) (id % rows)),
					recall, (double) statistics.heapBytes() / rows);
		}
	}

}

package io.github.hnswspring.benchmarks.scenario;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.github.hnswspring.benchmarks.data.VectorFile;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Neighbor;

/**
 * Opens a saved index in a fresh JVM and waits for the first answer.
 */
final class OpenScenario implements Scenario {

	@Override
	public void run(ScenarioContext context) {
		float[] query = context.dataset().queries().row(0);
		long start = System.nanoTime();
		AtomicLong fetched = new AtomicLong();
		try (HnswIndex index = load(context, fetched)) {
			double loaded = (System.nanoTime() - start) / 1e9;
			List<Neighbor> found = index.search(ScenarioContext.query(query, context.efs().get(0)));
			double answered = (System.nanoTime() - start) / 1e9;
			double sinceJvmStart = (System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime())
					/ 1e3;
			if (found.size() != Math.min(ScenarioContext.K, index.size())) {
				throw new IllegalStateException(
						"The first search found " + found.size() + " of " + ScenarioContext.K + " neighbours");
			}
			if (fetched.get() > 0) {
				throw new IllegalStateException("The vector file lacked " + fetched + " vectors");
			}
			int size = index.size();
			double bytes = (double) (index.statistics().heapBytes() + index.statistics().mappedBytes()) / size;
			context.out().accept(new ScenarioPoint("load", size, -1, -1, -1, -1, loaded, bytes));
			context.out().accept(new ScenarioPoint("load and first answer", size, -1, -1, -1, -1, answered, bytes));
			context.out()
				.accept(new ScenarioPoint("JVM start to first answer", size, -1, -1, -1, -1, sinceJvmStart, bytes));
		}
	}

	private static HnswIndex load(ScenarioContext context, AtomicLong fetched) {
		if (!context.mapped()) {
			return HnswIndex.load(SaveScenario.file(context));
		}
		VectorFile base = context.dataset().base();
		return HnswIndex.load(SaveScenario.file(context), context.vectorFile(), (id) -> {
			fetched.incrementAndGet();
			return base.row((int) id);
		});
	}

}

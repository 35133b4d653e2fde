package io.github.hnswspring.benchmarks.scenario;

import java.nio.file.Path;

import io.github.hnswspring.index.HnswIndex;

/**
 * Builds and saves the index {@link OpenScenario} opens in another JVM.
 */
final class SaveScenario implements Scenario {

	@Override
	public void run(ScenarioContext context) {
		try (HnswIndex index = context.index()) {
			long start = System.nanoTime();
			if (context.mapped()) {
				index.saveWithoutVectors(file(context));
			}
			else {
				index.save(file(context));
			}
			context.out()
				.accept(new ScenarioPoint("save", index.size(), -1, -1, -1, -1, (System.nanoTime() - start) / 1e9,
						(double) file(context).toFile().length() / index.size()));
		}
	}

	static Path file(ScenarioContext context) {
		return context.directory().resolve("index.hnsw");
	}

}

package io.github.hnswspring.benchmarks.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongToIntFunction;

import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.data.Space;
import io.github.hnswspring.benchmarks.harness.Answers;
import io.github.hnswspring.benchmarks.harness.Recall;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.Quantization;

/**
 * What a scenario works with.
 *
 * @param dataset the data set
 * @param quantization of the index
 * @param mapped whether full vectors lie in a mapped file
 * @param m links of a node
 * @param efConstruction size of the candidate list while inserting
 * @param efs sizes of the candidate list to try
 * @param millis how long a measurement takes at least
 * @param directory for files
 * @param out receives points
 * @param progress told what is going on
 */
record ScenarioContext(Dataset dataset, Quantization quantization, boolean mapped, int m, int efConstruction,
		List<Integer> efs, long millis, Path directory, Consumer<ScenarioPoint> out, Consumer<String> progress) {

	static final int K = 10;

	private static final int PORTION = 20_000;

	Metric metric() {
		return (this.dataset.space() == Space.COSINE) ? Metric.COSINE : Metric.EUCLIDEAN;
	}

	Path vectorFile() {
		return this.directory.resolve("vectors.f32");
	}

	HnswIndex emptyIndex() {
		HnswIndexBuilder builder = HnswIndex.builder(this.dataset.base().columns())
			.metric(metric())
			.m(this.m)
			.efConstruction(this.efConstruction)
			.quantization(this.quantization);
		if (this.mapped) {
			try {
				Files.deleteIfExists(vectorFile());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			builder.vectorFile(vectorFile());
		}
		return builder.build();
	}

	/**
	 * An index of all base vectors, whose ids are their row numbers. They are handed over
	 * in portions, so that a small heap will do where the index keeps them in a file.
	 */
	HnswIndex index() {
		HnswIndex index = emptyIndex();
		int rows = this.dataset.base().rows();
		this.progress.accept("building an index of " + rows);
		for (int from = 0; from < rows; from += PORTION) {
			int length = Math.min(PORTION, rows - from);
			long[] ids = new long[length];
			float[][] vectors = new float[length][];
			for (int i = 0; i < length; i++) {
				ids[i] = from + i;
				vectors[i] = this.dataset.base().row(from + i);
			}
			index.addAll(ids, vectors);
			this.progress.accept("inserted " + (from + length) + " of " + rows);
		}
		return index;
	}

	float[][] queries() {
		return this.dataset.queries().rows(this.dataset.queries().rows());
	}

	Recall recall() {
		return new Recall(this.dataset);
	}

	/**
	 * Searches round and round: once to warm up, then measured.
	 */
	void measure(String series, double x, Search search, LongToIntFunction rowOf, Recall recall,
			double bytesPerVector) {
		float[][] queries = queries();
		pass(queries, search, rowOf);
		Timed timed = pass(queries, search, rowOf);
		Answers answers = new Answers(timed.rows(), timed.latencies());
		this.out.accept(new ScenarioPoint(series, x, recall.of(answers.rows()),
				timed.latencies().length * 1e9 / timed.nanos(), answers.percentile(50) / 1e3,
				answers.percentile(99) / 1e3, timed.nanos() / 1e9, bytesPerVector));
	}

	private Timed pass(float[][] queries, Search search, LongToIntFunction rowOf) {
		int[][] rows = new int[queries.length][K];
		long[] latencies = new long[1 << 16];
		int asked = 0;
		long start = System.nanoTime();
		while (asked < queries.length || System.nanoTime() - start < this.millis * 1_000_000) {
			int query = asked % queries.length;
			long before = System.nanoTime();
			List<Neighbor> found = search.apply(queries[query]);
			long nanos = System.nanoTime() - before;
			if (asked == latencies.length) {
				latencies = Arrays.copyOf(latencies, 2 * asked);
			}
			latencies[asked++] = nanos;
			for (int i = 0; i < K; i++) {
				rows[query][i] = (i < found.size()) ? rowOf.applyAsInt(found.get(i).id()) : Answers.NOTHING;
			}
		}
		long[] sorted = Arrays.copyOf(latencies, asked);
		Arrays.sort(sorted);
		return new Timed(rows, sorted, Arrays.stream(sorted).sum());
	}

	/**
	 * A search for the {@value #K} nearest.
	 */
	@FunctionalInterface
	interface Search {

		List<Neighbor> apply(float[] query);

	}

	private record Timed(int[][] rows, long[] latencies, long nanos) {

	}

}

package io.github.hnswspring.benchmarks.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongToIntFunction;

import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.engine.Engines;
import io.github.hnswspring.benchmarks.engine.Searcher;
import io.github.hnswspring.benchmarks.harness.Answers;
import io.github.hnswspring.benchmarks.harness.Recall;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.VectorQuery;

/**
 * What a scenario works with.
 *
 * @param dataset the data set
 * @param engine name of the engine
 * @param m links of a node
 * @param efConstruction size of the candidate list while inserting
 * @param efs sizes of the candidate list to try; 0 for the index's own
 * @param millis how long a measurement takes at least
 * @param cycles how often what goes in cycles is repeated
 * @param directory for files
 * @param out receives points
 * @param progress told what is going on
 */
record ScenarioContext(Dataset dataset, String engine, int m, int efConstruction, List<Integer> efs, long millis,
		int cycles, Path directory, Consumer<ScenarioPoint> out, Consumer<String> progress) {

	static final int K = 10;

	private static final int PORTION = 20_000;

	Metric metric() {
		return Engines.metric(this.dataset.space());
	}

	boolean mapped() {
		return this.engine.endsWith(Engines.MAPPED);
	}

	Quantization quantization() {
		int end = this.engine.length() - (mapped() ? Engines.MAPPED.length() : 0);
		return Quantization.of(this.engine.substring(Engines.OURS.length(), end));
	}

	Path vectorFile() {
		return this.directory.resolve("vectors.f32");
	}

	HnswIndex emptyIndex() {
		HnswIndexBuilder builder = HnswIndex.builder(this.dataset.base().columns())
			.metric(metric())
			.m(this.m)
			.efConstruction(this.efConstruction)
			.quantization(quantization());
		if (mapped()) {
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
	 * A query for the {@value #K} nearest.
	 */
	static VectorQuery query(float[] vector, int ef) {
		VectorQuery query = VectorQuery.of(vector).k(K);
		return (ef == Searcher.DEFAULT_EF) ? query : query.efSearch(ef);
	}

	static String efName(int ef) {
		return (ef == Searcher.DEFAULT_EF) ? "" : ", ef " + ef;
	}

	/**
	 * Searches round and round: once to warm up, then measured.
	 */
	void measure(String series, double x, int queries, Search search, Recall recall, double bytesPerVector) {
		pass(queries, search);
		Timed timed = pass(queries, search);
		Answers answers = new Answers(timed.rows(), timed.latencies());
		this.out.accept(new ScenarioPoint(series, x, recall.of(answers.rows()),
				timed.latencies().length * 1e9 / timed.nanos(), answers.percentile(50) / 1e3,
				answers.percentile(99) / 1e3, timed.nanos() / 1e9, bytesPerVector));
	}

	private Timed pass(int queries, Search search) {
		int[][] rows = new int[queries][K];
		long[] latencies = new long[1 << 16];
		int asked = 0;
		long start = System.nanoTime();
		while (asked < queries || System.nanoTime() - start < this.millis * 1_000_000) {
			int query = asked % queries;
			long before = System.nanoTime();
			int found = search.apply(query, rows[query]);
			long nanos = System.nanoTime() - before;
			if (asked == latencies.length) {
				latencies = Arrays.copyOf(latencies, 2 * asked);
			}
			latencies[asked++] = nanos;
			Arrays.fill(rows[query], found, K, Answers.NOTHING);
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

		/**
		 * Searches.
		 * @param query number of the query
		 * @param rows {@code int[K]}, receives the rows found
		 * @return how many were found
		 * @throws Exception whatever the engine throws
		 */
		int find(int query, int[] rows) throws Exception;

		default int apply(int query, int[] rows) {
			try {
				return find(query, rows);
			}
			catch (RuntimeException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new IllegalStateException("A search failed", ex);
			}
		}

		/**
		 * A search of the index.
		 */
		static Search of(IntFunction<List<Neighbor>> search, LongToIntFunction rowOf) {
			return (query, rows) -> {
				List<Neighbor> found = search.apply(query);
				for (int i = 0; i < found.size(); i++) {
					rows[i] = rowOf.applyAsInt(found.get(i).id());
				}
				return found.size();
			};
		}

	}

	private record Timed(int[][] rows, long[] latencies, long nanos) {

	}

}

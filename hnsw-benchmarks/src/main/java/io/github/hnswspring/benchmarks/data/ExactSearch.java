package io.github.hnswspring.benchmarks.data;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Finds the true neighbours by comparing everything with everything, on all cores. Blocks
 * of queries are transposed, so that the inner loop runs over queries and the compiler
 * vectorises it; the best candidates of that single-precision pass are measured again in
 * double precision. The first pass sums what stays precise far from the origin too:
 * squared differences, which order vectors of length 1 as their cosine does, and inner
 * products with the mean taken off, which changes them by the same amount. Thread-safe.
 */
public final class ExactSearch {

	/**
	 * Queries scored together: enough to unroll the loop, few enough for the L2 cache.
	 */
	private static final int BLOCK = 256;

	/** Candidates kept beyond the depth, against rounding in the first pass. */
	private static final int SPARE = 28;

	private final Space space;

	private final VectorFile base;

	private final float[] mean;

	/**
	 * Creates a search over base vectors.
	 * @param space how distances are measured
	 * @param base the vectors
	 */
	public ExactSearch(Space space, VectorFile base) {
		this.space = space;
		this.base = base;
		this.mean = (space == Space.DOT_PRODUCT) ? mean(base) : new float[0];
	}

	private static float[] mean(VectorFile base) {
		double[] sums = new double[base.columns()];
		float[] vector = new float[sums.length];
		for (int row = 0; row < base.rows(); row++) {
			base.row(row, vector);
			for (int i = 0; i < sums.length; i++) {
				sums[i] += vector[i];
			}
		}
		for (int i = 0; i < sums.length; i++) {
			vector[i] = (float) (sums[i] / base.rows());
		}
		return vector;
	}

	/**
	 * The distances of the nearest base vectors.
	 * @param queries {@code float[n][dimensions]}
	 * @param depth how many for each query
	 * @param allowed which base rows count
	 * @param progress told the share of work done, 0 to 1
	 * @return {@code float[n][depth]}, ascending; infinity where there are fewer
	 */
	public float[][] distances(float[][] queries, int depth, IntPredicate allowed, Consumer<Double> progress) {
		int blocks = (queries.length + BLOCK - 1) / BLOCK;
		int shards = Runtime.getRuntime().availableProcessors();
		int[][][] candidates = new int[shards][queries.length][];
		AtomicInteger done = new AtomicInteger();
		IntStream.range(0, blocks * shards).parallel().forEach((task) -> {
			int from = task / shards * BLOCK;
			int shard = task % shards;
			float[][] block = Arrays.copyOfRange(queries, from, Math.min(queries.length, from + BLOCK));
			int[][] found = nearest(block, shard, shards, depth, allowed);
			System.arraycopy(found, 0, candidates[shard], from, found.length);
			progress.accept((double) done.incrementAndGet() / (blocks * shards));
		});
		float[][] result = new float[queries.length][];
		IntStream.range(0, queries.length).parallel().forEach((query) -> {
			IntStream rows = Arrays.stream(candidates).flatMapToInt((each) -> Arrays.stream(each[query]));
			result[query] = exact(queries[query], rows, depth);
		});
		return result;
	}

	private int[][] nearest(float[][] queries, int shard, int shards, int depth, IntPredicate allowed) {
		int dimensions = this.base.columns();
		float[] transposed = new float[dimensions * BLOCK];
		NearestRows[] nearest = new NearestRows[queries.length];
		for (int q = 0; q < queries.length; q++) {
			nearest[q] = new NearestRows(depth + SPARE);
			for (int i = 0; i < dimensions; i++) {
				transposed[i * BLOCK + q] = queries[q][i];
			}
		}
		float[] vector = new float[dimensions];
		float[] scores = new float[BLOCK];
		int rows = this.base.rows();
		int end = (int) ((long) rows * (shard + 1) / shards);
		for (int row = (int) ((long) rows * shard / shards); row < end; row++) {
			if (allowed.test(row)) {
				this.base.row(row, vector);
				score(vector, transposed, scores);
				for (int q = 0; q < queries.length; q++) {
					nearest[q].offer(row, scores[q]);
				}
			}
		}
		return Arrays.stream(nearest).map(NearestRows::rows).toArray(int[][]::new);
	}

	private void score(float[] vector, float[] transposed, float[] scores) {
		Arrays.fill(scores, 0);
		if (this.space == Space.DOT_PRODUCT) {
			for (int i = 0; i < vector.length; i++) {
				float component = this.mean[i] - vector[i];
				int at = i * BLOCK;
				for (int q = 0; q < BLOCK; q++) {
					scores[q] += component * transposed[at + q];
				}
			}
			return;
		}
		for (int i = 0; i < vector.length; i++) {
			float component = vector[i];
			int at = i * BLOCK;
			for (int q = 0; q < BLOCK; q++) {
				float difference = component - transposed[at + q];
				scores[q] += difference * difference;
			}
		}
	}

	private float[] exact(float[] query, IntStream rows, int depth) {
		float[] distances = new float[depth];
		Arrays.fill(distances, Float.POSITIVE_INFINITY);
		double[] measured = rows.mapToDouble((row) -> this.space.distance(query, this.base.row(row)))
			.sorted()
			.toArray();
		for (int i = 0; i < Math.min(depth, measured.length); i++) {
			distances[i] = (float) measured[i];
		}
		return distances;
	}

	/**
	 * The rows of the smallest scores seen: a sorted array, since offers that get in
	 * become rare quickly. Confined to one thread.
	 */
	private static final class NearestRows {

		private final float[] scores;

		private final int[] rows;

		private int size;

		NearestRows(int capacity) {
			this.scores = new float[capacity];
			this.rows = new int[capacity];
		}

		void offer(int row, float score) {
			if (this.size == this.rows.length && score >= this.scores[this.size - 1]) {
				return;
			}
			int at = (this.size < this.rows.length) ? this.size++ : this.size - 1;
			while (at > 0 && this.scores[at - 1] > score) {
				this.scores[at] = this.scores[at - 1];
				this.rows[at] = this.rows[at - 1];
				at--;
			}
			this.scores[at] = score;
			this.rows[at] = row;
		}

		int[] rows() {
			return Arrays.copyOf(this.rows, this.size);
		}

	}

}

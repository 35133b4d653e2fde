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
 * double precision. Thread-safe.
 */
public final class ExactSearch {

	/** Queries scored together: two cache lines of accumulators for each of 16 lanes. */
	private static final int BLOCK = 64;

	/** Candidates kept beyond the depth, against rounding in the first pass. */
	private static final int SPARE = 28;

	private final Space space;

	private final VectorFile base;

	/**
	 * Creates a search over base vectors.
	 * @param space how distances are measured
	 * @param base the vectors
	 */
	public ExactSearch(Space space, VectorFile base) {
		this.space = space;
		this.base = base;
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
		float[][] result = new float[queries.length][];
		AtomicInteger done = new AtomicInteger();
		IntStream.range(0, blocks).parallel().forEach((block) -> {
			int from = block * BLOCK;
			int to = Math.min(queries.length, from + BLOCK);
			searchBlock(Arrays.copyOfRange(queries, from, to), depth, allowed, result, from);
			progress.accept((double) done.incrementAndGet() / blocks);
		});
		return result;
	}

	private void searchBlock(float[][] queries, int depth, IntPredicate allowed, float[][] result, int offset) {
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
		for (int row = 0; row < this.base.rows(); row++) {
			if (allowed.test(row)) {
				this.base.row(row, vector);
				score(vector, transposed, scores);
				for (int q = 0; q < queries.length; q++) {
					nearest[q].offer(row, scores[q]);
				}
			}
		}
		for (int q = 0; q < queries.length; q++) {
			result[offset + q] = exact(queries[q], nearest[q], depth);
		}
	}

	private void score(float[] vector, float[] transposed, float[] scores) {
		Arrays.fill(scores, 0);
		if (this.space == Space.COSINE) {
			for (int i = 0; i < vector.length; i++) {
				float component = -vector[i];
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

	private float[] exact(float[] query, NearestRows nearest, int depth) {
		float[] distances = new float[depth];
		Arrays.fill(distances, Float.POSITIVE_INFINITY);
		double[] measured = IntStream.of(nearest.rows())
			.mapToDouble((row) -> this.space.distance(query, this.base.row(row)))
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

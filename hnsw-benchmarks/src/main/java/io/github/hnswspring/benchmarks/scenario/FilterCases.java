package io.github.hnswspring.benchmarks.scenario;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.data.Space;
import io.github.hnswspring.benchmarks.data.VectorFile;
import io.github.hnswspring.benchmarks.harness.Recall;

/**
 * Filters of each {@link Kind} and the true neighbours among what passes. All vectors are
 * put in order by their distance to each query once. Thread-safe.
 */
final class FilterCases {

	private static final long SEED = 7;

	private final Dataset dataset;

	private final VectorFile base;

	private final float[][] queries;

	/** Rows in random order. */
	private final int[] shuffled;

	/** For each query all rows, nearest first. */
	private final int[][] order;

	FilterCases(Dataset dataset, float[][] queries) {
		this.dataset = dataset;
		this.base = dataset.base();
		this.queries = queries;
		this.shuffled = IntStream.range(0, this.base.rows()).toArray();
		SplittableRandom random = new SplittableRandom(SEED);
		for (int i = this.shuffled.length - 1; i > 0; i--) {
			int other = random.nextInt(i + 1);
			int row = this.shuffled[i];
			this.shuffled[i] = this.shuffled[other];
			this.shuffled[other] = row;
		}
		this.order = new int[queries.length][];
		IntStream.range(0, queries.length).parallel().forEach((query) -> this.order[query] = order(queries[query]));
	}

	private int[] order(float[] query) {
		Space space = this.dataset.space();
		float[] vector = new float[query.length];
		long[] packed = new long[this.base.rows()];
		for (int row = 0; row < packed.length; row++) {
			this.base.row(row, vector);
			int bits = Float.floatToIntBits((float) space.distance(query, vector));
			// Negative distances have descending bits.
			int sortable = (bits < 0) ? bits ^ Integer.MAX_VALUE : bits;
			packed[row] = ((long) sortable << Integer.SIZE) | row;
		}
		Arrays.sort(packed);
		return Arrays.stream(packed).mapToInt((each) -> (int) each).toArray();
	}

	/**
	 * How many rows a share lets pass.
	 */
	int count(double share) {
		return (int) Math.ceil(share * this.shuffled.length - 1e-9);
	}

	/**
	 * The filters of each query.
	 */
	BitSet[] filters(Kind kind, double share) {
		int count = count(share);
		int rows = this.shuffled.length;
		BitSet[] filters = new BitSet[this.queries.length];
		switch (kind) {
			case INDEPENDENT -> Arrays.fill(filters, set(this.shuffled, 0, count));
			case CORRELATED -> Arrays.setAll(filters, (query) -> set(this.order[query], 0, count));
			case OPPOSED -> Arrays.setAll(filters, (query) -> set(this.order[query], rows - count, rows));
		}
		return filters;
	}

	private static BitSet set(int[] rows, int from, int to) {
		BitSet set = new BitSet(rows.length);
		for (int i = from; i < to; i++) {
			set.set(rows[i]);
		}
		return set;
	}

	/**
	 * Judges answers that must pass filters.
	 */
	Recall recall(BitSet[] filters, int k) {
		float[][] truth = new float[filters.length][k];
		for (int query = 0; query < truth.length; query++) {
			Arrays.fill(truth[query], Float.POSITIVE_INFINITY);
			int found = 0;
			for (int i = 0; found < k && i < this.shuffled.length; i++) {
				int row = this.order[query][i];
				if (filters[query].get(row)) {
					truth[query][found++] = (float) this.dataset.space()
						.distance(this.queries[query], this.base.row(row));
				}
			}
		}
		return new Recall(this.dataset.space(), this.base, this.dataset.queries(), truth);
	}

	/**
	 * What a filter has to do with the query.
	 */
	enum Kind {

		/**
		 * Rows chosen at random, the same for all queries: a tenant's documents in a
		 * collection all tenants write about the same things.
		 */
		INDEPENDENT,

		/**
		 * The rows nearest to the query: who searches in the handbook of a machine asks
		 * about that machine.
		 */
		CORRELATED,

		/**
		 * The rows farthest from the query: everything but the product the question is
		 * about, the other language, what the user has not seen yet.
		 */
		OPPOSED;

		String label() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}

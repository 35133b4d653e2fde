package io.github.hnswspring.benchmarks.harness;

import java.util.function.IntFunction;

import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.data.Space;
import io.github.hnswspring.benchmarks.data.VectorFile;

/**
 * Judges answers by distance, as ann-benchmarks does: a row counts when its exact
 * distance is no larger than that of the k-th true neighbour and a hundred-thousandth
 * more; a millionth for inner products. Counting by row number would punish ties between
 * near-duplicates, and a fixed allowance would forgive everything where all distances are
 * small. Confined to one thread.
 */
public final class Recall {

	/** What single precision cannot tell apart, as a share of the distance. */
	private static final float TOLERANCE = 1e-5f;

	/** Far from the origin inner products are large and differ little. */
	private static final float DOT_TOLERANCE = 1e-6f;

	private final Space space;

	private final VectorFile base;

	private final VectorFile queries;

	private final IntFunction<float[]> truth;

	private final float[] vector;

	/**
	 * Judges answers on a whole data set.
	 * @param dataset the data set
	 */
	public Recall(Dataset dataset) {
		this(dataset.space(), dataset.base(), dataset.queries(), dataset.truth()::row);
	}

	/**
	 * Judges answers by given true neighbours.
	 * @param space how distances are measured
	 * @param base all vectors
	 * @param queries the queries
	 * @param truth true distances of each query, ascending, infinite where there are too
	 * few
	 */
	public Recall(Space space, VectorFile base, VectorFile queries, float[][] truth) {
		this(space, base, queries, (query) -> truth[query]);
	}

	private Recall(Space space, VectorFile base, VectorFile queries, IntFunction<float[]> truth) {
		this.space = space;
		this.base = base;
		this.queries = queries;
		this.truth = truth;
		this.vector = new float[base.columns()];
	}

	/**
	 * The share of true neighbours among the answers, over the queries that were asked.
	 * @param rows {@code int[queries][k]}
	 * @return 0 to 1
	 */
	public double of(int[][] rows) {
		long hits = 0;
		long wanted = 0;
		for (int query = 0; query < rows.length; query++) {
			int[] found = rows[query];
			if (found[0] != Answers.NOT_ASKED) {
				float[] truth = this.truth.apply(query);
				if (truth.length < found.length) {
					throw new IllegalArgumentException("Recall of the " + found.length
							+ " nearest cannot be judged: only " + truth.length + " true neighbours are known");
				}
				int expected = found.length;
				while (expected > 0 && truth[expected - 1] == Float.POSITIVE_INFINITY) {
					expected--;
				}
				wanted += expected;
				hits += (expected == 0) ? 0 : hits(query, found, limit(truth[expected - 1]));
			}
		}
		return (wanted == 0) ? 0 : (double) hits / wanted;
	}

	private float limit(float distance) {
		return distance + ((this.space == Space.DOT_PRODUCT) ? DOT_TOLERANCE : TOLERANCE) * Math.abs(distance);
	}

	private int hits(int query, int[] found, float limit) {
		float[] asked = this.queries.row(query);
		int hits = 0;
		for (int i = 0; i < found.length; i++) {
			if (found[i] >= 0 && !occursBefore(found, i)) {
				this.base.row(found[i], this.vector);
				if ((float) this.space.distance(asked, this.vector) <= limit) {
					hits++;
				}
			}
		}
		return hits;
	}

	private static boolean occursBefore(int[] found, int end) {
		for (int i = 0; i < end; i++) {
			if (found[i] == found[end]) {
				return true;
			}
		}
		return false;
	}

}

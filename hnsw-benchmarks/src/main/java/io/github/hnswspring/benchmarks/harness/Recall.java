package io.github.hnswspring.benchmarks.harness;

import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.data.Space;
import io.github.hnswspring.benchmarks.data.VectorFile;

/**
 * Judges answers by distance, as ann-benchmarks does: a row counts when its exact
 * distance is no larger than that of the k-th true neighbour plus 1e-5. Counting by row
 * number would punish ties between near-duplicates. Confined to one thread.
 */
final class Recall {

	private static final float TOLERANCE = 1e-5f;

	private final Space space;

	private final VectorFile base;

	private final VectorFile queries;

	private final VectorFile truth;

	private final float[] vector;

	Recall(Dataset dataset) {
		this(dataset.space(), dataset.base(), dataset.queries(), dataset.truth());
	}

	Recall(Space space, VectorFile base, VectorFile queries, VectorFile truth) {
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
	double of(int[][] rows) {
		long hits = 0;
		long wanted = 0;
		for (int query = 0; query < rows.length; query++) {
			int[] found = rows[query];
			if (found[0] != Answers.NOT_ASKED) {
				hits += hits(query, found);
				wanted += found.length;
			}
		}
		return (wanted == 0) ? 0 : (double) hits / wanted;
	}

	private int hits(int query, int[] found) {
		float[] asked = this.queries.row(query);
		float limit = this.truth.row(query)[found.length - 1] + TOLERANCE;
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

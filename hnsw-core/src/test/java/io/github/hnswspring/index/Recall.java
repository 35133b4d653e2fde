package io.github.hnswspring.index;

import java.util.List;

/**
 * Recall by distance: a result counts when it is no farther than the k-th true neighbour,
 * give or take 1e-5.
 */
final class Recall {

	private static final float TOLERANCE = 1e-5f;

	private Recall() {
	}

	/** The exact distance of the k-th nearest, for every query. */
	static float[] limits(HnswIndex index, float[][] queries, int k) {
		float[] limits = new float[queries.length];
		for (int i = 0; i < queries.length; i++) {
			List<Neighbor> exact = index.search(VectorQuery.of(queries[i]).k(k).exact());
			limits[i] = exact.get(exact.size() - 1).distance();
		}
		return limits;
	}

	static double at(HnswIndex index, float[][] queries, float[] limits, int k, int efSearch) {
		long found = 0;
		for (int i = 0; i < queries.length; i++) {
			for (Neighbor hit : index.search(queries[i], k, efSearch)) {
				if (hit.distance() <= limits[i] + TOLERANCE) {
					found++;
				}
			}
		}
		return (double) found / ((long) k * queries.length);
	}

}

package io.github.hnswspring.index.graph;

import java.util.Arrays;

import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.VectorSpace;

/**
 * Tries codes on a sample of the index's own vectors: some of them as queries, the others
 * to be found. What share of the true ten nearest is among the forty nearest by code?
 *
 * @param firstPlane the share by the first plane alone
 * @param allPlanes the share by all planes
 */
record CodeCheck(double firstPlane, double allPlanes) {

	private static final int QUERIES = 40;

	/** Most vectors looked at. */
	static final int SAMPLE = 2000;

	private static final int K = 10;

	private static final int CANDIDATES = 40;

	private static final double GOOD = 0.90;

	static CodeCheck of(BitPlaneCodes codes, VectorSpace space, Slots slots) {
		int[] sample = sample(slots);
		int queries = Math.min(QUERIES, sample.length / 10);
		if (queries == 0) {
			return new CodeCheck(1, 1);
		}
		int[] base = Arrays.copyOfRange(sample, queries, sample.length);
		VectorSpace.FloatScorer exact = space.scorer();
		BitPlaneCodes.CodeScorer coded = codes.scorer();
		float[] vector = new float[space.dimensions()];
		double first = 0;
		double all = 0;
		for (int i = 0; i < queries; i++) {
			space.get(sample[i], vector);
			exact.query(vector);
			coded.query(vector, space.norm(sample[i]));
			float[] truth = new float[base.length];
			exact.score(base, base.length, truth);
			first += share(truth, scores(coded, base, false));
			all += share(truth, scores(coded, base, true));
		}
		return new CodeCheck(first / queries, all / queries);
	}

	/** Spread evenly over the slots, queries among them. */
	private static int[] sample(Slots slots) {
		int count = slots.count();
		int[] sample = new int[SAMPLE];
		int size = 0;
		int stride = Math.max(1, count / SAMPLE);
		for (int start = 0; start < stride && size < SAMPLE; start++) {
			for (int slot = start; slot < count && size < SAMPLE; slot += stride) {
				if (!slots.isDead(slot)) {
					sample[size++] = slot;
				}
			}
		}
		int[] result = Arrays.copyOf(sample, size);
		// Queries come first: take them from all over the sample.
		int queries = Math.min(QUERIES, size / 10);
		for (int i = 0; i < queries; i++) {
			int other = i * (size / queries);
			int swap = result[i];
			result[i] = result[other];
			result[other] = swap;
		}
		return result;
	}

	private static float[] scores(BitPlaneCodes.CodeScorer coded, int[] base, boolean refining) {
		float[] scores = new float[base.length];
		coded.refining(refining);
		coded.score(base, base.length, scores);
		return scores;
	}

	private static double share(float[] truth, float[] estimates) {
		float trueLimit = kth(truth, K);
		float estimatedLimit = kth(estimates, CANDIDATES);
		int found = 0;
		int wanted = 0;
		for (int i = 0; i < truth.length; i++) {
			if (truth[i] <= trueLimit) {
				wanted++;
				found += (estimates[i] <= estimatedLimit) ? 1 : 0;
			}
		}
		return (double) found / wanted;
	}

	private static float kth(float[] values, int k) {
		float[] sorted = values.clone();
		Arrays.sort(sorted);
		return sorted[Math.min(k, sorted.length) - 1];
	}

	boolean needsAllPlanes() {
		return this.firstPlane < GOOD;
	}

	boolean isTrustworthy() {
		return Math.max(this.firstPlane, this.allPlanes) >= GOOD;
	}

}

package io.github.hnswspring.index.graph;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * What answers have taken on this index's own data: how much a scan by signs leaves in
 * doubt, how many nodes a walk compares for each candidate in its list, how often a walk
 * is not enough. On text embeddings a scan looks at one vector in a hundred again; where
 * signs say little, at nearly all of them, and costs ten times as much. Only work is
 * counted, never time, so that the same calls lead to the same choices.
 * <p>
 * Kept for a few k, as moving averages. In memory only: a few dozen searches are enough.
 * Thread-safe; under concurrent searches an observation may be lost.
 */
final class Experience {

	private static final VarHandle FIGURE = MethodHandles.arrayElementVarHandle(double[].class);

	private static final int BUCKETS = Calibration.KS.length;

	/**
	 * Observations that a moving average goes back, about: a share near a half is known
	 * to 4 percent then. A judgment between following change and keeping still.
	 */
	private static final int MEMORY = 64;

	/**
	 * The share of vectors a scan looks at again, before anything is known: one in a
	 * hundred, as of text embeddings.
	 */
	private static final double USUAL_DOUBT = 0.01;

	/**
	 * Nodes a walk compares for each candidate, before anything is known: about what text
	 * embeddings took, 955 for a list of 64.
	 */
	private static final double USUAL_COMPARED = 14;

	/**
	 * Observations that what is usual counts as, so that one odd query decides nothing. A
	 * judgment.
	 */
	private static final int USUAL = 8;

	/**
	 * Searches after which half of what is held against a way not taken is forgotten, so
	 * that it is tried again some time. A judgment: rarely enough not to be noticed.
	 */
	private static final double FORGIVING = 512;

	private final double[] refined = filled(USUAL_DOUBT);

	private final double[] fetched = filled(0);

	private final double[] compared = filled(USUAL_COMPARED);

	private final double[] insufficient = filled(0);

	/** Observations so far, up to {@link #MEMORY}; what is usual counts as some. */
	private final double[] scans = filled(USUAL);

	private final double[] walks = filled(USUAL);

	private final double[] ends = filled(USUAL);

	/** The same experience, which goes its own way from here on. */
	Experience copy() {
		Experience copy = new Experience();
		double[][] from = figures();
		double[][] to = copy.figures();
		for (int i = 0; i < from.length; i++) {
			for (int bucket = 0; bucket < BUCKETS; bucket++) {
				to[i][bucket] = get(from[i], bucket);
			}
		}
		return copy;
	}

	private double[][] figures() {
		return new double[][] { this.refined, this.fetched, this.compared, this.insufficient, this.scans, this.walks,
				this.ends };
	}

	private static double[] filled(double value) {
		double[] figures = new double[BUCKETS];
		Arrays.fill(figures, value);
		return figures;
	}

	/** The measured k that is nearest, by ratio. */
	private static int bucket(int k) {
		int bucket = 0;
		while (bucket < BUCKETS - 1 && (long) k * k > (long) Calibration.KS[bucket] * Calibration.KS[bucket + 1]) {
			bucket++;
		}
		return bucket;
	}

	/**
	 * Records a scan.
	 * @param slots scanned
	 * @param refined how many of them were compared by all planes
	 * @param fetched how many of them were compared at full precision
	 */
	void scanned(int k, int slots, int refined, int fetched) {
		int bucket = bucket(k);
		double weight = weight(this.scans, bucket);
		average(this.refined, bucket, (double) refined / slots, weight);
		average(this.fetched, bucket, (double) fetched / slots, weight);
	}

	/**
	 * Records a walk without a filter.
	 * @param list its candidates
	 * @param compared nodes it compared with the query
	 */
	void walked(int k, int list, int compared) {
		int bucket = bucket(k);
		average(this.compared, bucket, (double) compared / list, weight(this.walks, bucket));
		forget(this.refined, bucket, USUAL_DOUBT);
		forget(this.fetched, bucket, 0);
	}

	/**
	 * Records how a walk ended whose list the recall target chose.
	 * @param sufficient whether nothing had to follow it
	 */
	void ended(int k, boolean sufficient) {
		int bucket = bucket(k);
		average(this.insufficient, bucket, sufficient ? 0 : 1, weight(this.ends, bucket));
	}

	/**
	 * What was learned about walks is tried again some time if scans have been preferred.
	 */
	void preferredScan(int k) {
		forget(this.insufficient, bucket(k), 0);
	}

	private static void forget(double[] figures, int bucket, double usual) {
		if (get(figures, bucket) > usual) {
			average(figures, bucket, usual, Math.log(2) / FORGIVING);
		}
	}

	/** The share of a scan's vectors that are compared by all planes. */
	double refined(int k) {
		return get(this.refined, bucket(k));
	}

	/** The share of a scan's vectors that are compared at full precision. */
	double fetched(int k) {
		return get(this.fetched, bucket(k));
	}

	/** Nodes compared for each candidate in a walk's list. */
	double compared(int k) {
		return get(this.compared, bucket(k));
	}

	/** The share of walks that something had to follow. */
	double insufficient(int k) {
		return get(this.insufficient, bucket(k));
	}

	private static double weight(double[] observations, int bucket) {
		double count = Math.min(MEMORY, get(observations, bucket) + 1);
		FIGURE.setOpaque(observations, bucket, count);
		return 1 / count;
	}

	private static void average(double[] figures, int bucket, double value, double weight) {
		double before = get(figures, bucket);
		FIGURE.setOpaque(figures, bucket, before + weight * (value - before));
	}

	private static double get(double[] figures, int bucket) {
		return (double) FIGURE.getOpaque(figures, bucket);
	}

}

package io.github.hnswspring.index.graph;

import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.SignTable;
import io.github.hnswspring.index.vector.VectorSpace;

/**
 * Compares the query with everything by code, and with full precision only where the code
 * leaves a doubt.
 * <p>
 * A window at a time: the signs give every vector an estimate; those with the best
 * estimates are compared at full precision, which gives a k-th distance; then whatever
 * could still be nearer, for all the error its estimate may have, is looked at by all
 * planes, and what could still be nearer then, at full precision. A result is missed only
 * if an estimate is off by more than {@value #DEVIATIONS} standard errors. On fifteen
 * kinds of data none was off by more than 4.5. Equal vectors are looked at one by one:
 * every slot counts for itself, as in an exact search.
 * <p>
 * Thread-safe: the state is in the {@link Scratch}.
 */
final class BoundedScan {

	/** Standard errors an estimate may be off. */
	static final float DEVIATIONS = 5;

	/** Vectors in a window: their estimates fit the processor's nearest caches. */
	private static final int WINDOW = 1 << 13;

	/** Full-precision comparisons that give the first limit, beyond k. */
	private static final int EXTRA = 6;

	/** Relative to a score, what adding it up from large parts may do to it. */
	private static final float ROUNDING = 1e-6f;

	/** Candidates refined at a time. */
	private static final int GROUP = 16;

	/** Looked at by all planes before it is asked what good that does. */
	private static final int TRIED = 256;

	private final VectorSpace space;

	private final Slots slots;

	BoundedScan(VectorSpace space, Slots slots) {
		this.space = space;
		this.slots = slots;
	}

	/**
	 * Offers everything that may belong there to the scratch's results. Counts in the
	 * scratch what was compared by all planes and at full precision.
	 * @param coded has the query
	 */
	void scan(Scratch scratch, BitPlaneCodes.CodeScorer coded, int k) {
		int count = scratch.slotLimit;
		scratch.ensureBatch(GROUP);
		if (scratch.estimates.length < WINDOW) {
			scratch.estimates = new float[WINDOW];
			scratch.lowest = new float[WINDOW];
		}
		scratch.clearVisited();
		scratch.refined = 0;
		scratch.fetched = 0;
		scratch.kept = 0;
		for (int from = 0; from < count; from += WINDOW) {
			int to = Math.min(count, from + WINDOW);
			coded.scan(from / SignTable.BLOCK, (to - from + SignTable.BLOCK - 1) / SignTable.BLOCK, DEVIATIONS,
					scratch.estimates, scratch.lowest);
			offerBest(scratch, from, to, k);
			offerDoubtful(scratch, coded, from, to);
		}
	}

	/** Offers those that are nearest by estimate. */
	private void offerBest(Scratch scratch, int from, int to, int k) {
		Results results = scratch.results;
		CandidatePool pool = scratch.pool;
		float[] estimates = scratch.estimates;
		pool.reset(Math.min(k, this.slots.live()) + EXTRA);
		float least = this.space.score(results.least());
		float worst = limit(results);
		int end = to - from;
		for (int i = next(estimates, 0, end, worst); i < end; i = next(estimates, i + 1, end, worst)) {
			float estimate = estimates[i];
			if (estimate >= least && results.admitsAlone(from + i) && pool.offer(estimate, from + i)) {
				worst = Math.min(worst, pool.worstScore());
			}
		}
		scratch.ensureBatch(pool.size());
		for (int i = 0; i < pool.size(); i++) {
			scratch.batch[i] = pool.slotAt(i);
			scratch.visit(pool.slotAt(i));
		}
		offer(scratch, pool.size());
	}

	/** The score of the limit, and a little more for what rounding does to estimates. */
	private float limit(Results results) {
		float limit = this.space.score(results.limit());
		return limit + ROUNDING * Math.abs(limit);
	}

	/** Offers those whose estimate leaves a doubt. */
	private void offerDoubtful(Scratch scratch, BitPlaneCodes.CodeScorer coded, int from, int to) {
		Results results = scratch.results;
		float[] estimates = scratch.estimates;
		float[] lowest = scratch.lowest;
		float least = this.space.score(results.least());
		float most = limit(results);
		int end = to - from;
		int batched = 0;
		for (int i = next(lowest, 0, end, most); i < end; i = next(lowest, i + 1, end, most)) {
			boolean before = estimates[i] + (estimates[i] - lowest[i]) < least;
			// Asked before anything of it is read: a free slot may have no vector.
			if (!before && scratch.visit(from + i) && results.admitsAlone(from + i)) {
				scratch.batch[batched++] = from + i;
				if (batched == GROUP) {
					refine(scratch, coded, batched);
					batched = 0;
					most = limit(results);
				}
			}
		}
		refine(scratch, coded, batched);
	}

	/**
	 * The next place whose value is not above a limit, or the end. A loop of its own, so
	 * that it stays a short one.
	 */
	private static int next(float[] values, int from, int end, float limit) {
		int i = from;
		// So that what is not a number is looked at.
		while (i < end && values[i] > limit) {
			i++;
		}
		return i;
	}

	/** Looks at a group by all planes, and offers what may still get in. */
	private void refine(Scratch scratch, BitPlaneCodes.CodeScorer coded, int count) {
		Results results = scratch.results;
		int kept = count;
		if (coded.refines() && isWorthRefining(scratch)) {
			float limit = limit(results);
			coded.refined(scratch.batch, count, scratch.scores);
			kept = 0;
			for (int i = 0; i < count; i++) {
				if (!(scratch.scores[i] - DEVIATIONS * coded.error(scratch.batch[i]) > limit)) {
					scratch.batch[kept++] = scratch.batch[i];
				}
			}
			scratch.refined += count;
			scratch.kept += kept;
		}
		offer(scratch, kept);
	}

	/**
	 * All planes cost about half of what full precision does: where they leave most of
	 * the vectors in doubt, they are not asked.
	 */
	private static boolean isWorthRefining(Scratch scratch) {
		return scratch.refined < TRIED || 2 * scratch.kept < scratch.refined;
	}

	private static void offer(Scratch scratch, int count) {
		scratch.fetched += count;
		scratch.exact.score(scratch.batch, count, scratch.scores);
		for (int i = 0; i < count; i++) {
			scratch.results.offerFound(scratch.batch[i], scratch.scores[i]);
		}
	}

}

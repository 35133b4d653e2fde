package io.github.hnswspring.index.graph;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.vector.CodeDistanceComputer;
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

	/**
	 * Standard errors an estimate may be off: five, since 4.5 was the largest error among
	 * fifteen kinds of data.
	 */
	static final float DEVIATIONS = 5;

	/**
	 * Vectors in a window: their slots, estimates and bounds take 96 KB, which fits the
	 * second cache of a core.
	 */
	private static final int WINDOW = 1 << 13;

	/** Ids in a window: after each it is seen whether codes are any use. A judgment. */
	private static final int WINDOW_OF_IDS = 1 << 10;

	/**
	 * Where more than one id in so many is fetched, codes cost more than they save: with
	 * the Vector API, by {@link Costs}, looking up a code takes 125 nanoseconds and
	 * fetching a vector of 384 dimensions 176.
	 */
	private static final int MOST_FETCHED = 3;

	/**
	 * Full-precision comparisons that give the first limit, beyond k: some of those
	 * nearest by estimate are not. A judgment.
	 */
	private static final int EXTRA = 6;

	/**
	 * What adding a distance up from large parts may do to it, relative to it: eight
	 * times the precision of a float.
	 */
	private static final float ROUNDING = 1e-6f;

	/** Candidates refined at a time, so that their cache misses overlap. A judgment. */
	private static final int GROUP = 16;

	/**
	 * Vectors looked at by all planes before it is asked what good that does: the share
	 * that stays in doubt is known to 3 percent then.
	 */
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
	void scan(Scratch scratch, CodeDistanceComputer coded, int k) {
		int count = scratch.slotLimit;
		makeRoom(scratch);
		begin(scratch);
		for (int from = 0; from < count; from += WINDOW) {
			int size = Math.min(count - from, WINDOW);
			coded.scan(from / SignTable.BLOCK, (size + SignTable.BLOCK - 1) / SignTable.BLOCK, DEVIATIONS,
					scratch.estimates, scratch.lowest);
			for (int i = 0; i < size; i++) {
				scratch.members[i] = from + i;
			}
			look(scratch, coded, size, k, true);
		}
	}

	/**
	 * As {@link #scan}, for the ids of a set alone: their signs are looked up one by one.
	 * Each id is looked up once, so it gives its old or its new vector, and is visible
	 * whatever happens to it during the scan.
	 * @param coded has the query, and codes of a bit at least
	 */
	void scanIds(Scratch scratch, CodeDistanceComputer coded, IdSet ids, int k) {
		makeRoom(scratch);
		begin(scratch);
		int[] size = new int[1];
		ids.forEach((id) -> {
			int slot = this.slots.slotOf(id);
			if (slot >= scratch.slotLimit) {
				// It was added since, and the codes need not have it.
				scratch.results.offerFound(slot, scratch.exact.distance(slot));
			}
			else if (slot != IdMap.NONE) {
				scratch.members[size[0]++] = slot;
				if (size[0] == WINDOW_OF_IDS) {
					lookUp(scratch, coded, WINDOW_OF_IDS, k);
					size[0] = 0;
				}
			}
		});
		lookUp(scratch, coded, size[0], k);
	}

	private static void makeRoom(Scratch scratch) {
		scratch.ensureBatch(GROUP);
		if (scratch.estimates.length < WINDOW) {
			scratch.estimates = new float[WINDOW];
			scratch.lowest = new float[WINDOW];
			scratch.members = new int[WINDOW];
		}
	}

	private static void begin(Scratch scratch) {
		scratch.clearVisited();
		scratch.refined = 0;
		scratch.fetched = 0;
		scratch.kept = 0;
		scratch.looked = 0;
	}

	/**
	 * Looks at a window of ids: by code, unless that has left most of the windows before
	 * in doubt, as where a filter leaves only what is far from the query.
	 */
	private void lookUp(Scratch scratch, CodeDistanceComputer coded, int size, int k) {
		if (MOST_FETCHED * scratch.fetched > scratch.looked) {
			for (int from = 0; from < size; from += GROUP) {
				int count = Math.min(GROUP, size - from);
				System.arraycopy(scratch.members, from, scratch.batch, 0, count);
				offer(scratch, count);
			}
			return;
		}
		scratch.looked += size;
		lookByCode(scratch, coded, size, k);
	}

	/** Estimates the members of a window where they lie, and looks at them. */
	private void lookByCode(Scratch scratch, CodeDistanceComputer coded, int size, int k) {
		for (int from = 0; from < size; from += GROUP) {
			int count = Math.min(GROUP, size - from);
			System.arraycopy(scratch.members, from, scratch.batch, 0, count);
			coded.distances(scratch.batch, count, scratch.distances);
			System.arraycopy(scratch.distances, 0, scratch.estimates, from, count);
			for (int i = from; i < from + count; i++) {
				scratch.lowest[i] = scratch.estimates[i] - DEVIATIONS * coded.scanError(scratch.members[i]);
			}
		}
		look(scratch, coded, size, k, false);
	}

	/**
	 * Offers what may belong to the results of a window whose members are estimated.
	 * @param asks whether the results still have to be asked what they admit
	 */
	private void look(Scratch scratch, CodeDistanceComputer coded, int size, int k, boolean asks) {
		offerBest(scratch, size, k, asks);
		offerDoubtful(scratch, coded, size, asks);
	}

	/** Offers those that are nearest by estimate. */
	private void offerBest(Scratch scratch, int size, int k, boolean asks) {
		Results results = scratch.results;
		CandidatePool pool = scratch.pool;
		float[] estimates = scratch.estimates;
		pool.reset(Math.min(k, this.slots.live()) + EXTRA);
		float least = least(results);
		float worst = limit(results);
		for (int i = next(estimates, 0, size, worst); i < size; i = next(estimates, i + 1, size, worst)) {
			float estimate = estimates[i];
			int slot = scratch.members[i];
			if (asks && !results.admitsAlone(slot)) {
				// Need not be looked at again.
				scratch.visit(slot);
			}
			else if (estimate >= least && pool.offer(estimate, slot)) {
				worst = Math.min(worst, pool.worstDistance());
			}
		}
		scratch.ensureBatch(pool.size());
		for (int i = 0; i < pool.size(); i++) {
			scratch.batch[i] = pool.slotAt(i);
			scratch.visit(pool.slotAt(i));
		}
		offer(scratch, pool.size());
	}

	/** The reduced limit, and a little more for what rounding does to estimates. */
	private float limit(Results results) {
		float limit = this.space.reduced(results.limit());
		return limit + ROUNDING * Math.abs(limit) + Float.MIN_NORMAL;
	}

	/** The reduced distance that earlier pages went to, and a little less. */
	private float least(Results results) {
		float least = this.space.reduced(results.least());
		return least - ROUNDING * Math.abs(least) - Float.MIN_NORMAL;
	}

	/** Offers those whose estimate leaves a doubt. */
	private void offerDoubtful(Scratch scratch, CodeDistanceComputer coded, int size, boolean asks) {
		Results results = scratch.results;
		float[] estimates = scratch.estimates;
		float[] lowest = scratch.lowest;
		float least = least(results);
		float most = limit(results);
		int batched = 0;
		for (int i = next(lowest, 0, size, most); i < size; i = next(lowest, i + 1, size, most)) {
			int slot = scratch.members[i];
			boolean before = estimates[i] + (estimates[i] - lowest[i]) < least;
			// Asked before anything of it is read: a free slot may have no vector.
			if (!before && scratch.visit(slot) && (!asks || results.admitsAlone(slot))) {
				scratch.batch[batched++] = slot;
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
	private void refine(Scratch scratch, CodeDistanceComputer coded, int count) {
		Results results = scratch.results;
		int kept = count;
		if (coded.refines() && isWorthRefining(scratch)) {
			float limit = limit(results);
			coded.refined(scratch.batch, count, scratch.distances);
			kept = 0;
			for (int i = 0; i < count; i++) {
				if (!(scratch.distances[i] - DEVIATIONS * coded.error(scratch.batch[i]) > limit)) {
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
		scratch.exact.distances(scratch.batch, count, scratch.distances);
		for (int i = 0; i < count; i++) {
			scratch.results.offerFound(scratch.batch[i], scratch.distances[i]);
		}
	}

}

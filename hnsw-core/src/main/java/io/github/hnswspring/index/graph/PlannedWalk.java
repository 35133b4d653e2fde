package io.github.hnswspring.index.graph;

import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.CodeDistanceComputer;
import io.github.hnswspring.index.vector.VectorSpace;

/**
 * One walk along the graph as a {@link Plan} asks for it: past removed vectors, with a
 * filter, behind an earlier page. It offers what it found to the results and says how it
 * ended. Thread-safe: the state is in the {@link Scratch}.
 */
final class PlannedWalk {

	/**
	 * From this share of ids that pass a filter on, walks are filtered afterwards: the
	 * list becomes 2.4 times as long at most, and the ordinary walk takes less per node.
	 * That the bound is a half is a judgment.
	 */
	private static final double MOST = 0.5;

	/**
	 * By what factor the list of such a walk is longer than the share alone asks for,
	 * since those that pass are not spread evenly. A judgment; where it does not suffice,
	 * the filtered walk follows.
	 */
	private static final double SPARE = 1.2;

	/**
	 * Dead or too young candidates that any walk may meet, however few there are in the
	 * index. A judgment; where they do not suffice, a walk that counts the visible alone
	 * follows.
	 */
	private static final int ROOM_FOR_FEW = 4;

	/**
	 * Standard deviations by which a code may say "too near" of what a page begins with:
	 * 1.3 in 1,000 errors of a normal distribution are larger.
	 */
	private static final float PAGE_CONFIDENCE = 3;

	private final VectorSpace space;

	private final Slots slots;

	private final GraphSearcher searcher;

	PlannedWalk(VectorSpace space, Slots slots, GraphSearcher searcher) {
		this.space = space;
		this.slots = slots;
		this.searcher = searcher;
	}

	/** The same walks, written down. */
	PlannedWalk traced(WalkNotes notes) {
		return new PlannedWalk(this.space, this.slots, new TracedSearcher(this.searcher, notes));
	}

	/** How a walk ended. */
	enum Ending {

		/** Nothing says that more could be found. */
		SUFFICIENT,

		/** What the list of codes left out may belong to the results. */
		TOO_SHORT,

		/** It was given up, or there may be more than it found. */
		TOO_FEW

	}

	/**
	 * Walks, and offers what it found to the scratch's results.
	 * @param patience the share of what looking at everything costs that a filtered walk
	 * may take
	 */
	Ending run(Scratch scratch, Plan plan, long entry, int ef, boolean byCode, double patience) {
		BitPlaneCodes codes = plan.codes();
		if (byCode && codes != null) {
			scratch.walkOn(codes);
		}
		else {
			scratch.walkExactly();
		}
		scratch.results.again(plan.query().k());
		offerOwn(scratch, plan.query());
		boolean complete = fillPool(scratch, plan, entry, ef, patience);
		Reranker.collect(scratch, this.space);
		if (!complete || isTooFew(scratch, plan)) {
			return Ending.TOO_FEW;
		}
		return (!byCode || Reranker.isSeparated(scratch, this.space)) ? Ending.SUFFICIENT : Ending.TOO_SHORT;
	}

	/**
	 * A walk may miss even the query's own vector, and equal vectors have to be looked up
	 * anyway when they are added: so a search for a stored vector finds it.
	 */
	private void offerOwn(Scratch scratch, VectorQuery query) {
		int own = this.slots.equal()
			.tryFind(this.space.checksum(query.vector()), (slot) -> this.slots.isNodeVisible(slot, scratch.startedAt)
					&& this.space.isSame(slot, query.vector()));
		if (own != EqualVectors.NONE && own < scratch.slotLimit && scratch.results.admits(own)) {
			scratch.results.offerOwn(own, scratch.exact.distance(own));
		}
	}

	/**
	 * Whether there may be more results than a walk found. A full list explains fewer
	 * only if it reaches beyond the greatest distance asked for: it may be full of what
	 * an earlier page showed.
	 */
	private boolean isTooFew(Scratch scratch, Plan plan) {
		int k = plan.query().k();
		if (scratch.results.size() >= Math.min(k, this.slots.live())) {
			return false;
		}
		CandidatePool pool = scratch.pool;
		if (pool.size() < Math.min(k, Math.max(1, Math.min(this.slots.live(), plan.matches()))) || !pool.isFull()) {
			return true;
		}
		int last = pool.size() - 1;
		float reached = pool.distanceAt(last);
		CodeDistanceComputer coded = scratch.coded;
		if (scratch.walksOnCodes() && coded != null) {
			reached -= Reranker.WALKING_CONFIDENCE * coded.walkingError(pool.slotAt(last));
		}
		return !(reached > this.space.reduced(plan.query().maxDistance()));
	}

	/**
	 * Fills the scratch's pool.
	 * @return {@code false} if the walk was given up
	 */
	private boolean fillPool(Scratch scratch, Plan plan, long entry, int ef, double patience) {
		Results results = scratch.results;
		int list = scratch.walksOnCodes() ? Reranker.walkingEf(ef) : ef;
		int start = this.searcher.descend(scratch, EntryPoint.slot(entry), EntryPoint.level(entry), 0);
		if (results.isFiltered() || results.isContinued()) {
			if (!results.isContinued() && plan.share() >= MOST && fillAndFilter(scratch, plan, start, list)) {
				return true;
			}
			long budget = Math.max(1000, plan.budget(patience * plan.completeCost(), scratch.walksOnCodes()));
			return this.searcher.searchLayer(scratch, start, list, acceptance(scratch), budget);
		}
		if (this.slots.allAlive()) {
			this.searcher.searchLayer(scratch, start, list, 0);
			return true;
		}
		// The ordinary walk is the faster one; a little longer, it finds enough of the
		// living.
		this.searcher.searchLayer(scratch, start, withRoomForDead(list), 0);
		long at = scratch.startedAt;
		return findsVisible(scratch.pool, Math.min(list, this.slots.live()), at) || this.searcher.searchLayer(scratch,
				start, list, (slot, distance) -> this.slots.isNodeVisible(slot, at), Long.MAX_VALUE);
	}

	/**
	 * Where most pass a filter, the ordinary walk with a longer list is the faster one,
	 * unless the filter goes against the query.
	 */
	private boolean fillAndFilter(Scratch scratch, Plan plan, int start, int list) {
		int longer = (int) Math.ceil(SPARE * list / plan.share());
		if (longer >= plan.live()) {
			return false;
		}
		this.searcher.searchLayer(scratch, start, withRoomForDead(longer), 0);
		CandidatePool pool = scratch.pool;
		int accepted = 0;
		for (int i = 0; i < pool.size(); i++) {
			accepted += scratch.results.admits(pool.slotAt(i)) ? 1 : 0;
		}
		scratch.accepted = accepted;
		scratch.rejected = pool.size() - accepted;
		return accepted >= list;
	}

	private GraphSearcher.Acceptance acceptance(Scratch scratch) {
		Results results = scratch.results;
		if (!results.isContinued()) {
			return (slot, distance) -> results.admits(slot);
		}
		float least = this.space.reduced(results.least());
		CodeDistanceComputer coded = scratch.coded;
		if (!scratch.walksOnCodes() || coded == null) {
			// A little before, for what rounding does.
			float before = least - Math.abs(least) * 1e-5f - 1e-6f;
			return (slot, distance) -> distance >= before && results.admits(slot);
		}
		return (slot, distance) -> distance + PAGE_CONFIDENCE * coded.walkingError(slot) >= least
				&& results.admits(slot);
	}

	/** Twice the share of the dead, since they may lie together, and a few more. */
	private int withRoomForDead(int ef) {
		double dead = this.slots.dead();
		return ef + ROOM_FOR_FEW + (int) (2 * ef * dead / (dead + this.slots.live()));
	}

	private boolean findsVisible(CandidatePool pool, int wanted, long at) {
		int visible = 0;
		for (int i = 0; i < pool.size() && visible < wanted; i++) {
			if (this.slots.isNodeVisible(pool.slotAt(i), at)) {
				visible++;
			}
		}
		return visible >= wanted;
	}

}

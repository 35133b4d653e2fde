package io.github.hnswspring.index.graph;

import java.util.List;
import java.util.Objects;
import java.util.function.LongPredicate;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.CodeDistanceComputer;
import io.github.hnswspring.index.vector.VectorSpace;

import org.jspecify.annotations.Nullable;

/**
 * Answers a query by the cheapest way that is right: comparing the ids of a filter, a
 * scan over everything, or a walk along the graph. Small indexes are always scanned. A
 * walk whose list turns out too short for the query, or that finds fewer than there are,
 * is followed by a scan or by a walk on full precision. Thread-safe: the state is in the
 * {@link Scratch}.
 */
final class QueryPlanner {

	/** The costs of a scan grow with the index, those of a walk hardly. */
	private static final double HOPELESS = 3;

	/** The share of a scan's cost that a filtered walk may take before it is given up. */
	private static final double PATIENCE = 0.3;

	/** From this share of ids that pass a filter on, walks are filtered afterwards. */
	private static final double MOST = 0.5;

	/** What the list of such a walk is longer by than the share alone asks for. */
	private static final double SPARE = 1.2;

	/** Fewer ids for each result are compared at full precision at once. */
	private static final int WORTH_CODES = 20;

	/** Ids asked to learn how many a predicate lets through. */
	private static final int ASKED = 64;

	/** Dead or too young candidates that any walk may meet, however few there are. */
	private static final int ROOM_FOR_FEW = 4;

	/**
	 * Standard deviations by which a code may say "too near" of what a page begins with.
	 */
	private static final float PAGE_CONFIDENCE = 3;

	private final VectorSpace space;

	private final Slots slots;

	private final GraphSearcher searcher;

	private final ExactSearch exactSearch;

	private final BoundedScan boundedScan;

	private final EntryPoint entryPoint;

	private final Quantizer quantizer;

	private final Calibration calibration;

	private final Experience experience = new Experience();

	QueryPlanner(VectorSpace space, Slots slots, GraphSearcher searcher, EntryPoint entryPoint, Quantizer quantizer,
			Calibration calibration) {
		this.space = space;
		this.slots = slots;
		this.searcher = searcher;
		this.exactSearch = new ExactSearch(slots);
		this.boundedScan = new BoundedScan(space, slots);
		this.entryPoint = entryPoint;
		this.quantizer = quantizer;
		this.calibration = calibration;
	}

	/** Whether an index of so many slots is answered by scans, however it is asked. */
	static boolean isSmall(int count) {
		return count <= Costs.ofThisProcess().small();
	}

	/**
	 * Answers a checked query.
	 * @param scratch borrowed for this search
	 * @param efSearch the candidate list if the query has none of its own, or 0 for what
	 * the recall target takes
	 */
	List<Neighbor> search(Scratch scratch, VectorQuery query, int efSearch) {
		scratch.exact.query(query.vector());
		// In this order: whatever was added before is alive in here, and has a code.
		int live = this.slots.live();
		scratch.results.begin(query, scratch.startedAt);
		long entry = this.entryPoint.get();
		scratch.slotLimit = this.slots.count();
		scratch.compared = 0;
		@Nullable BitPlaneCodes codes = this.quantizer.codes();
		if (query.isExact() || EntryPoint.isEmpty(entry)) {
			scanExactly(scratch, query);
			return scratch.results.drain();
		}
		Plan plan = plan(scratch, query, codes, live, (query.efSearch() > 0) ? query.efSearch() : efSearch);
		if (plan.idsCost() <= Math.min(plan.walkCost(), plan.scanCost())) {
			scanIds(scratch, plan);
		}
		else if (isSmall(scratch.slotLimit) || plan.scanCost() <= plan.walkCost() || plan.ef() >= live) {
			scanCheaply(scratch, plan);
			this.experience.preferredScan(query.k());
		}
		else {
			answerByWalk(scratch, plan, entry);
		}
		return scratch.results.drain();
	}

	/**
	 * Plans a search.
	 * @param given the candidate list, or 0 for what the recall target takes
	 */
	private Plan plan(Scratch scratch, VectorQuery query, @Nullable BitPlaneCodes codes, int live, int given) {
		double matches = matches(scratch, query, live);
		int ef = (given > 0) ? Math.max(given, Math.min(query.k(), live))
				: this.calibration.ef(query.k(), matches / Math.max(1, live));
		return new Plan(query, this.space.dimensions(), scratch.slotLimit, live, matches, ef, given > 0, false, codes,
				isOnCodes(codes), this.experience);
	}

	/**
	 * The true results, or what differs from them once in a million.
	 * @param query has no filter but a predicate of our own
	 */
	List<Neighbor> truth(Scratch scratch, VectorQuery query) {
		scratch.results.begin(query, scratch.startedAt);
		scan(scratch, query, this.quantizer.codes());
		return scratch.results.drain();
	}

	/**
	 * Whether a list of this length will not be walked for until the index is larger by
	 * far.
	 * @param share of the vectors that a filter lets through
	 */
	boolean isHopeless(Scratch scratch, VectorQuery query, int ef, double share) {
		Plan plan = probing(scratch, query, ef, share);
		return ef >= plan.live() || HOPELESS * plan.scanCost() <= plan.walkCost(ef, plan.onCodes());
	}

	/** A plan to walk with a list that is being tried. */
	private Plan probing(Scratch scratch, VectorQuery query, int ef, double share) {
		int live = this.slots.live();
		BitPlaneCodes codes = this.quantizer.codes();
		return new Plan(query, this.space.dimensions(), scratch.slotLimit, live, share * live, ef, false, true, codes,
				isOnCodes(codes), this.experience);
	}

	private boolean isOnCodes(@Nullable BitPlaneCodes codes) {
		return codes != null && !this.quantizer.walksExactly();
	}

	/** What a walk with a list of this length answers, with all that may follow it. */
	List<Neighbor> walk(Scratch scratch, VectorQuery query, int ef, double share) {
		scratch.compared = 0;
		scratch.results.begin(query, scratch.startedAt);
		answerByWalk(scratch, probing(scratch, query, ef, share), this.entryPoint.get());
		return scratch.results.drain();
	}

	/** How many may be results, about; a predicate is asked of some ids. */
	private double matches(Scratch scratch, VectorQuery query, int live) {
		IdSet ids = query.idSet();
		if (ids != null) {
			return Math.min(ids.cardinality(), live);
		}
		LongPredicate predicate = query.predicate();
		if (predicate == null) {
			return live;
		}
		int count = scratch.slotLimit;
		int asked = 0;
		int passed = 0;
		for (int i = 0; i < ASKED; i++) {
			int slot = (int) ((i * 0x9e3779b9L & 0xffffffffL) * count >>> 32);
			if (!this.slots.hasDied(slot) && this.slots.isCommitted(slot)) {
				asked++;
				passed += predicate.test(this.slots.id(slot)) ? 1 : 0;
			}
		}
		return Math.max(0.5, passed) / Math.max(1, asked) * live;
	}

	/** Everything, or every id of a filter, at full precision. */
	private void scanExactly(Scratch scratch, VectorQuery query) {
		IdSet ids = query.idSet();
		if (ids != null && ids.cardinality() < this.slots.live()) {
			this.exactSearch.scanIds(scratch, ids);
		}
		else {
			this.exactSearch.scanAll(scratch);
		}
	}

	private void scan(Scratch scratch, VectorQuery query, @Nullable BitPlaneCodes codes) {
		if (codes != null) {
			CodeDistanceComputer coded = scratch.queryCodes(codes);
			// Of a query so long that its square overflows nothing can be estimated.
			if (coded.isFinite()) {
				this.boundedScan.scan(scratch, coded, query.k());
				if (!scratch.results.isFiltered()) {
					this.experience.scanned(query.k(), scratch.slotLimit, scratch.refined, scratch.fetched);
				}
				return;
			}
		}
		scanExactly(scratch, query);
	}

	private void answerByWalk(Scratch scratch, Plan plan, long entry) {
		int k = plan.query().k();
		boolean plain = !plan.isFiltered() && !scratch.results.isContinued();
		Ending ending = walk(scratch, plan, entry, plan.ef(), plan.onCodes(), PATIENCE);
		if (plain) {
			this.experience.walked(k, plan.onCodes() ? Reranker.walkingEf(plan.ef()) : plan.ef(), scratch.compared);
		}
		else if (ending != Ending.TOO_FEW && !plan.efIsGiven()) {
			int others = others(scratch, plan);
			if (others > 0) {
				int longer = Math.max(plan.ef(), this.calibration.ef(k + others, plan.share()) - others);
				ending = (plan.walkCost(longer, others) < plan.completeCost())
						? walk(scratch, plan, entry, longer, plan.onCodes(), 1) : Ending.TOO_FEW;
			}
		}
		if (ending == Ending.TOO_SHORT && plan.walkCost(2 * plan.ef(), true) < plan.completeCost()) {
			// Twice as many candidates by code cost less than as many at full precision,
			// and find more.
			ending = walk(scratch, plan, entry, 2 * plan.ef(), true, 1);
		}
		if (plain && plan.learns()) {
			this.experience.ended(k, ending == Ending.SUFFICIENT);
		}
		if (ending == Ending.TOO_SHORT && (plan.efIsGiven() || plan.walkCost(plan.ef(), false) < plan.completeCost())) {
			ending = walk(scratch, plan, entry, plan.ef(), false, 1);
		}
		if (ending != Ending.SUFFICIENT) {
			scratch.results.again(k);
			scanCheaply(scratch, plan);
		}
	}

	/** How a walk ended. */
	private enum Ending {

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
	private Ending walk(Scratch scratch, Plan plan, long entry, int ef, boolean byCode, double patience) {
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
	 * How many are nearer than the results and do not count, if a walk met more of them
	 * than chance explains: those a filter that goes against the query keeps out, and
	 * those of earlier pages. What lies behind them is as hard to find as if they were
	 * results too.
	 */
	private static int others(Scratch scratch, Plan plan) {
		double usual = scratch.accepted * (1 - plan.share()) / plan.share();
		int others = (int) (scratch.rejected - usual);
		return (others > 2 * plan.query().k() + 3 * Math.sqrt(usual)) ? others : 0;
	}

	/**
	 * A walk may miss even the query's own vector, and equal vectors have to be looked up
	 * anyway when they are added: whoever asks with a stored vector finds it.
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

	private void scanCheaply(Scratch scratch, Plan plan) {
		if (plan.idsCost() <= plan.scanCost()) {
			scanIds(scratch, plan);
		}
		else {
			scan(scratch, plan.query(), plan.codes());
		}
	}

	/** Compares every id of the filter. */
	private void scanIds(Scratch scratch, Plan plan) {
		IdSet ids = Objects.requireNonNull(plan.ids());
		BitPlaneCodes codes = plan.codes();
		if (codes != null && plan.comparesIdsByCode() && plan.matches() >= WORTH_CODES * plan.query().k()) {
			CodeDistanceComputer coded = scratch.queryCodes(codes);
			if (coded.isFinite()) {
				this.boundedScan.scanIds(scratch, coded, ids, plan.query().k());
				return;
			}
		}
		this.exactSearch.scanIds(scratch, ids);
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

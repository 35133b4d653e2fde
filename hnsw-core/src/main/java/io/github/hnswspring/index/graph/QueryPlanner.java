package io.github.hnswspring.index.graph;

import java.util.List;
import java.util.function.LongPredicate;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.index.vector.BitPlaneCodes;
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
	private static final double HOPELESS = 2;

	/** The share of a scan's cost that a filtered walk may take before it is given up. */
	private static final double PATIENCE = 0.3;

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
		scratch.scored = 0;
		@Nullable BitPlaneCodes codes = this.quantizer.codes();
		if (query.isExact() || EntryPoint.isEmpty(entry)) {
			scanExactly(scratch, query);
			return scratch.results.drain();
		}
		int given = (query.efSearch() > 0) ? query.efSearch() : efSearch;
		boolean onCodes = isOnCodes(codes);
		double matches = matches(scratch, query, live);
		int ef = (given > 0) ? Math.max(given, Math.min(query.k(), live))
				: deeper(query) * this.calibration.ef(query.k(), matches / Math.max(1, live));
		double scanCost = scanCost(scratch, codes, query.k());
		double walkCost = walkCost(ef, query.k(), matches, live, onCodes);
		if (query.idSet() == null && query.predicate() == null) {
			walkCost += this.experience.insufficient(query.k()) * scanCost;
		}
		IdSet ids = query.idSet();
		if (ids != null && fetchCost(matches) <= Math.min(walkCost, scanCost)) {
			this.exactSearch.scanIds(scratch, ids);
		}
		else if (isSmall(scratch.slotLimit) || scanCost <= walkCost || ef >= live) {
			scan(scratch, query, codes);
			this.experience.preferredScan(query.k());
		}
		else {
			answerByWalk(scratch, query, codes, onCodes, entry, ef, given > 0, matches);
		}
		return scratch.results.drain();
	}

	/**
	 * What lies farther away is spread more widely: a later page takes a longer list than
	 * the first, which is the one that was measured.
	 */
	private static int deeper(VectorQuery query) {
		return query.isContinued() ? 2 : 1;
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
	 */
	boolean isHopeless(Scratch scratch, int k, int ef, double share) {
		int live = this.slots.live();
		BitPlaneCodes codes = this.quantizer.codes();
		return ef >= live
				|| HOPELESS * scanCost(scratch, codes, k) <= walkCost(ef, k, share * live, live, isOnCodes(codes));
	}

	private boolean isOnCodes(@Nullable BitPlaneCodes codes) {
		return codes != null && !this.quantizer.walksExactly();
	}

	/** What a walk with a list of this length answers, with all that may follow it. */
	List<Neighbor> walk(Scratch scratch, VectorQuery query, int ef, double share) {
		scratch.scored = 0;
		BitPlaneCodes codes = this.quantizer.codes();
		scratch.results.begin(query, scratch.startedAt);
		answerByWalk(scratch, query, codes, isOnCodes(codes), this.entryPoint.get(), ef, false,
				share * this.slots.live());
		return scratch.results.drain();
	}

	private double fetchCost(double matches) {
		return Costs.ofThisProcess().fetch((long) matches, this.space.dimensions());
	}

	private double scanCost(Scratch scratch, @Nullable BitPlaneCodes codes, int k) {
		Costs costs = Costs.ofThisProcess();
		double compared = costs.compare(scratch.slotLimit, this.space.dimensions());
		return (codes == null) ? compared : Math.min(compared, costs.scan(scratch.slotLimit, this.space.dimensions(),
				this.experience.refined(k), codes.bits(), this.experience.fetched(k)));
	}

	private double walkCost(int ef, int k, double matches, int live, boolean onCodes) {
		double list = onCodes ? Reranker.walkingEf(ef) : ef;
		double scored = Math.min(live, this.experience.scored(k) * list * live / Math.max(1, matches));
		return Costs.ofThisProcess().walk(scored, this.space.dimensions(), onCodes);
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
			BitPlaneCodes.CodeScorer coded = scratch.queryCodes(codes);
			// Of a query so long that its square overflows nothing can be estimated.
			if (coded.isFinite()) {
				this.boundedScan.scan(scratch, coded, query.k());
				this.experience.scanned(query.k(), scratch.slotLimit, scratch.refined, scratch.fetched);
				return;
			}
		}
		scanExactly(scratch, query);
	}

	private void answerByWalk(Scratch scratch, VectorQuery query, @Nullable BitPlaneCodes codes, boolean onCodes,
			long entry, int ef, boolean efIsGiven, double matches) {
		int wanted = (int) Math.min(query.k(), Math.max(1, Math.min(this.slots.live(), matches)));
		if (onCodes && codes != null) {
			scratch.walkOn(codes);
		}
		else {
			scratch.walkExactly();
		}
		double fallback = Math.min(scanCost(scratch, codes, query.k()),
				(query.idSet() != null) ? fetchCost(matches) : Double.MAX_VALUE);
		offerOwn(scratch, query);
		boolean plain = !scratch.results.isFiltered() && !scratch.results.isContinued();
		boolean complete = walk(scratch, query, entry, ef, fallback);
		if (plain) {
			this.experience.walked(query.k(), onCodes ? Reranker.walkingEf(ef) : ef, scratch.scored);
		}
		Reranker.collect(scratch, this.space);
		boolean tooFew = !complete || isTooFew(scratch, query, wanted);
		boolean sufficient = !tooFew && (!onCodes || Reranker.isSeparated(scratch, this.space));
		if (!sufficient && !tooFew && walkCost(2 * ef, query.k(), matches, this.slots.live(), true) < fallback) {
			// Twice as many candidates by code cost less than as many at full precision,
			// and find more.
			scratch.results.again(query.k());
			offerOwn(scratch, query);
			complete = walk(scratch, query, entry, 2 * ef, fallback);
			Reranker.collect(scratch, this.space);
			tooFew = !complete || isTooFew(scratch, query, wanted);
			sufficient = !tooFew && Reranker.isSeparated(scratch, this.space);
		}
		if (plain && !efIsGiven) {
			this.experience.ended(query.k(), sufficient);
		}
		if (sufficient) {
			return;
		}
		scratch.results.again(query.k());
		if (tooFew || (!efIsGiven && fallback <= walkCost(ef, query.k(), matches, this.slots.live(), false))) {
			scanCheaply(scratch, query, codes, matches);
			return;
		}
		scratch.walkExactly();
		offerOwn(scratch, query);
		if (walk(scratch, query, entry, ef, fallback)) {
			Reranker.collect(scratch, this.space);
		}
		if (isTooFew(scratch, query, wanted)) {
			scratch.results.again(query.k());
			scanCheaply(scratch, query, codes, matches);
		}
	}

	/**
	 * A walk may miss even the query's own vector, and equal vectors have to be looked up
	 * anyway when they are added: whoever asks with a stored vector finds it.
	 */
	private void offerOwn(Scratch scratch, VectorQuery query) {
		int own = this.slots.equal()
			.tryFind(this.space.checksum(query.vector()), (slot) -> this.space.isSame(slot, query.vector()));
		if (own != EqualVectors.NONE && own < scratch.slotLimit && scratch.results.admits(own)) {
			scratch.results.offerOwn(own, scratch.exact.score(own));
		}
	}

	/**
	 * Whether there may be more results than a walk found. A full list explains fewer
	 * only if it reaches beyond the greatest distance asked for: it may be full of what
	 * an earlier page showed.
	 */
	private boolean isTooFew(Scratch scratch, VectorQuery query, int wanted) {
		if (scratch.results.size() >= Math.min(query.k(), this.slots.live())) {
			return false;
		}
		CandidatePool pool = scratch.pool;
		if (pool.size() < wanted || !pool.isFull()) {
			return true;
		}
		int last = pool.size() - 1;
		float reached = pool.scoreAt(last);
		BitPlaneCodes.CodeScorer coded = scratch.coded;
		if (scratch.walksOnCodes() && coded != null) {
			reached -= Reranker.WALKING_CONFIDENCE * coded.walkingError(pool.slotAt(last));
		}
		return !(reached > this.space.score(query.maxDistance()));
	}

	private void scanCheaply(Scratch scratch, VectorQuery query, @Nullable BitPlaneCodes codes, double matches) {
		IdSet ids = query.idSet();
		if (ids != null && fetchCost(matches) <= scanCost(scratch, codes, query.k())) {
			this.exactSearch.scanIds(scratch, ids);
		}
		else {
			scan(scratch, query, codes);
		}
	}

	/**
	 * Walks.
	 * @param fallback what finding the results otherwise would cost
	 * @return {@code false} if the walk was given up
	 */
	private boolean walk(Scratch scratch, VectorQuery query, long entry, int ef, double fallback) {
		Results results = scratch.results;
		int list = scratch.walksOnCodes() ? Reranker.walkingEf(ef) : ef;
		int start = this.searcher.descend(scratch, EntryPoint.slot(entry), EntryPoint.level(entry), 0);
		if (results.isFiltered() || results.isContinued()) {
			double oneNode = Costs.ofThisProcess().walk(1, this.space.dimensions(), scratch.walksOnCodes());
			long budget = Math.max(1000, (long) (PATIENCE * fallback / oneNode));
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
				start, list, (slot, score) -> this.slots.isNodeVisible(slot, at), Long.MAX_VALUE);
	}

	private GraphSearcher.Acceptance acceptance(Scratch scratch) {
		Results results = scratch.results;
		if (!results.isContinued()) {
			return (slot, score) -> results.admits(slot);
		}
		float least = this.space.score(results.least());
		BitPlaneCodes.CodeScorer coded = scratch.coded;
		if (!scratch.walksOnCodes() || coded == null) {
			// A little before, for what rounding does.
			float before = least - Math.abs(least) * 1e-5f - 1e-6f;
			return (slot, score) -> score >= before && results.admits(slot);
		}
		return (slot, score) -> score + PAGE_CONFIDENCE * coded.walkingError(slot) >= least && results.admits(slot);
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

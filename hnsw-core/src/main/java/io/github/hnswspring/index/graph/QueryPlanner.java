package io.github.hnswspring.index.graph;

import java.util.List;
import java.util.Objects;
import java.util.function.LongPredicate;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.SearchTrace;
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

	/**
	 * How many times dearer than a scan a walk may be and still be tried by a probe. A
	 * scan grows with the index and a walk hardly does, so such a list may be walked with
	 * when the index is about so many times larger; that three is far enough ahead is a
	 * judgment.
	 */
	private static final double HOPELESS = 3;

	/**
	 * The share of what looking at everything costs that a filtered walk may take before
	 * it is given up: a walk in vain makes an answer dearer by this much at most. A
	 * judgment.
	 */
	private static final double PATIENCE = 0.3;

	/**
	 * Ids of a filter for each result, below which they are compared at full precision at
	 * once: so few leave little for codes to exclude. A judgment.
	 */
	private static final int WORTH_CODES = 20;

	/**
	 * Ids asked to learn which share a predicate lets through: the standard error of that
	 * share is at most 1 / (2 sqrt(64)), a sixteenth.
	 */
	private static final int ASKED = 64;

	private final VectorSpace space;

	private final Slots slots;

	private final PlannedWalk walk;

	private final ExactSearch exactSearch;

	private final BoundedScan boundedScan;

	private final EntryPoint entryPoint;

	private final Quantizer quantizer;

	private final Calibration calibration;

	private final Experience experience;

	/** Takes notes of one search; {@code null} where searches are answered. */
	private final @Nullable TraceRecorder recorder;

	QueryPlanner(VectorSpace space, Slots slots, GraphSearcher searcher, EntryPoint entryPoint, Quantizer quantizer,
			Calibration calibration) {
		this.space = space;
		this.slots = slots;
		this.walk = new PlannedWalk(space, slots, searcher);
		this.exactSearch = new ExactSearch(slots);
		this.boundedScan = new BoundedScan(space, slots);
		this.entryPoint = entryPoint;
		this.quantizer = quantizer;
		this.calibration = calibration;
		this.experience = new Experience();
		this.recorder = null;
	}

	/** A planner that knows what another one does, and tells it nothing. */
	private QueryPlanner(QueryPlanner original, TraceRecorder recorder) {
		this.space = original.space;
		this.slots = original.slots;
		this.walk = original.walk.traced(recorder);
		this.exactSearch = original.exactSearch;
		this.boundedScan = original.boundedScan;
		this.entryPoint = original.entryPoint;
		this.quantizer = original.quantizer;
		this.calibration = original.calibration;
		this.experience = original.experience.copy();
		this.recorder = recorder;
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
		scratch.isTypical = false;
		@Nullable BitPlaneCodes codes = this.quantizer.codes();
		if (query.isExact() || EntryPoint.isEmpty(entry)) {
			if (this.recorder != null) {
				this.recorder.unplanned(live, query.isExact());
			}
			scanExactly(scratch, query);
			return scratch.results.drain();
		}
		Plan plan = plan(scratch, query, codes, live, (query.efSearch() > 0) ? query.efSearch() : efSearch);
		if (this.recorder != null) {
			this.recorder.planned(plan, this.calibration.target());
		}
		if (plan.idsCost() <= Math.min(plan.walkCost(), plan.scanCost())) {
			scanIds(scratch, plan);
		}
		else if (isSmall(scratch.slotLimit) || plan.scanCost() <= plan.walkCost() || plan.ef() >= live) {
			scanCheaply(scratch, plan);
			this.experience.preferredScan(query.k());
			scratch.isTypical = !isSmall(scratch.slotLimit) && plan.learns() && !plan.isFiltered()
					&& !scratch.results.isContinued();
		}
		else {
			answerByWalk(scratch, plan, entry);
		}
		return scratch.results.drain();
	}

	/**
	 * Answers a checked query as {@link #search} does, and tells how. What this index
	 * knows of searches stays as it is.
	 */
	SearchTrace trace(Scratch scratch, VectorQuery query, int efSearch) {
		TraceRecorder notes = new TraceRecorder(this.space, this.slots, scratch);
		return notes.trace(new QueryPlanner(this, notes).search(scratch, query, efSearch));
	}

	/**
	 * Walks once as a search that walks does first, whether it would or compare
	 * everything, and tells how. What this index knows of searches stays as it is.
	 */
	void walk(Scratch scratch, VectorQuery query, int efSearch, WalkNotes notes) {
		scratch.exact.query(query.vector());
		int live = this.slots.live();
		scratch.results.begin(query, scratch.startedAt);
		long entry = this.entryPoint.get();
		scratch.slotLimit = this.slots.count();
		scratch.compared = 0;
		BitPlaneCodes codes = this.quantizer.codes();
		if (!EntryPoint.isEmpty(entry)) {
			Plan plan = plan(scratch, query, codes, live, (query.efSearch() > 0) ? query.efSearch() : efSearch);
			this.walk.traced(notes).run(scratch, plan, entry, plan.ef(), plan.onCodes(), 1);
		}
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
	 * Whether a walk with a list of this length costs so much more than a scan that it is
	 * not tried before the index has grown by far.
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

	/**
	 * How many searches take as long as comparing one with the truth at most: a scan, and
	 * walks with lists that grow by the square root of two up to {@link #HOPELESS} scans.
	 */
	double probeInSearches(Scratch scratch, VectorQuery query) {
		Plan plan = plan(scratch, query, this.quantizer.codes(), this.slots.live(), 0);
		double search = Math.min(plan.scanCost(), plan.walkCost(plan.ef(), plan.onCodes()));
		return (1 + HOPELESS / (1 - Math.sqrt(0.5))) * plan.scanCost() / search;
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
			scanIdsExactly(scratch, ids);
			return;
		}
		this.exactSearch.scanAll(scratch);
		if (this.recorder != null) {
			this.recorder.compared(false, scratch.slotLimit);
		}
	}

	private void scanIdsExactly(Scratch scratch, IdSet ids) {
		this.exactSearch.scanIds(scratch, ids);
		if (this.recorder != null) {
			this.recorder.compared(true, ids.cardinality());
		}
	}

	private void scan(Scratch scratch, VectorQuery query, @Nullable BitPlaneCodes codes) {
		if (codes != null) {
			CodeDistanceComputer coded = scratch.queryCodes(codes);
			// Of a query so long that its square overflows nothing can be estimated.
			if (coded.isFinite()) {
				this.boundedScan.scan(scratch, coded, query.k());
				if (this.recorder != null) {
					this.recorder.scanned(false, scratch.slotLimit);
				}
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
		PlannedWalk.Ending ending = run(scratch, plan, entry, plan.ef(), plan.onCodes(), PATIENCE);
		if (plain) {
			this.experience.walked(k, plan.onCodes() ? Reranker.walkingEf(plan.ef()) : plan.ef(), scratch.compared);
		}
		else if (ending != PlannedWalk.Ending.TOO_FEW && !plan.efIsGiven()) {
			int others = others(scratch, plan);
			if (others > 0) {
				int longer = Math.max(plan.ef(), this.calibration.ef(k + others, plan.share()) - others);
				ending = (plan.walkCost(longer, others) < plan.completeCost())
						? run(scratch, plan, entry, longer, plan.onCodes(), 1) : PlannedWalk.Ending.TOO_FEW;
			}
		}
		if (ending == PlannedWalk.Ending.TOO_SHORT && plan.walkCost(2 * plan.ef(), true) < plan.completeCost()) {
			// Twice as many candidates by code cost less than as many at full precision,
			// and find more.
			ending = run(scratch, plan, entry, 2 * plan.ef(), true, 1);
		}
		if (plain && plan.learns()) {
			this.experience.ended(k, ending == PlannedWalk.Ending.SUFFICIENT);
			scratch.isTypical = true;
		}
		if (ending == PlannedWalk.Ending.TOO_SHORT
				&& (plan.efIsGiven() || plan.walkCost(plan.ef(), false) < plan.completeCost())) {
			ending = run(scratch, plan, entry, plan.ef(), false, 1);
		}
		if (ending != PlannedWalk.Ending.SUFFICIENT) {
			scratch.results.again(k);
			scanCheaply(scratch, plan);
		}
	}

	private PlannedWalk.Ending run(Scratch scratch, Plan plan, long entry, int ef, boolean byCode, double patience) {
		PlannedWalk.Ending ending = this.walk.run(scratch, plan, entry, ef, byCode, patience);
		if (this.recorder != null) {
			this.recorder.walked(ending);
		}
		return ending;
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
				if (this.recorder != null) {
					this.recorder.scanned(true, ids.cardinality());
				}
				return;
			}
		}
		scanIdsExactly(scratch, ids);
	}

}

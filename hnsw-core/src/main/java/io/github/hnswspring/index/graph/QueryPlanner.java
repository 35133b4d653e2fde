package io.github.hnswspring.index.graph;

import java.util.List;
import java.util.function.LongPredicate;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.index.vector.VectorSpace;

import org.jspecify.annotations.Nullable;

/**
 * Answers a query by walking the graph or by scanning, whichever is cheaper, and makes
 * sure that there are min(k, matches) results: where a walk comes back with fewer, a scan
 * follows. Thread-safe: the state is in the {@link Scratch}.
 */
final class QueryPlanner {

	/**
	 * Vectors scored a walk for each candidate in its list, about: what a walk with
	 * efSearch ef through a filter that n/c vectors pass costs is this times ef n/c.
	 */
	private static final int SCORED_PER_CANDIDATE = 12;

	/** A scan reads in order and needs no heap: it costs about half as much a vector. */
	private static final int SCAN_ADVANTAGE = 2;

	/** Dead or too young candidates that any walk may meet, however few there are. */
	private static final int ROOM_FOR_FEW = 4;

	private final VectorSpace space;

	private final Slots slots;

	private final GraphSearcher searcher;

	private final ExactSearch exactSearch;

	private final EntryPoint entryPoint;

	private final Quantizer quantizer;

	QueryPlanner(VectorSpace space, Slots slots, GraphSearcher searcher, EntryPoint entryPoint, Quantizer quantizer) {
		this.space = space;
		this.slots = slots;
		this.searcher = searcher;
		this.exactSearch = new ExactSearch(space, slots);
		this.entryPoint = entryPoint;
		this.quantizer = quantizer;
	}

	/**
	 * Answers a checked query.
	 * @param scratch borrowed for this search
	 * @param efSearch the candidate list if the query has none of its own
	 */
	List<Neighbor> search(Scratch scratch, VectorQuery query, int efSearch) {
		scratch.exact.query(query.vector());
		long at = scratch.startedAt;
		int live = this.slots.live();
		int wanted = Math.min(query.k(), live);
		int ef = Math.max(wanted, (query.efSearch() > 0) ? query.efSearch() : efSearch);
		scratch.top.reset(query.k());
		// In this order: whoever is below the limit has a code.
		long entry = this.entryPoint.get();
		scratch.slotLimit = this.slots.count();
		if (query.isExact() || EntryPoint.isEmpty(entry) || isScanCheaper(query, ef, live)) {
			scan(scratch, query, at);
			return scratch.top.drain();
		}
		scratch.walkOn(this.quantizer.codes(), this.quantizer.walkOnAllPlanes());
		boolean complete = walk(scratch, entry, filterOf(query), Reranker.walkingEf(scratch, ef), at);
		Reranker.collect(scratch, this.space, this.slots, at, query.maxDistance());
		boolean tooFew = scratch.top.size() < wanted
				&& (scratch.pool.size() < wanted || query.maxDistance() == Float.POSITIVE_INFINITY);
		if (!complete || tooFew) {
			scratch.top.reset(query.k());
			scan(scratch, query, at);
		}
		return scratch.top.drain();
	}

	private boolean isScanCheaper(VectorQuery query, int ef, int live) {
		IdSet ids = query.idSet();
		long candidates = (ids != null) ? Math.min(ids.cardinality(), live) : live;
		long walkCost = (long) (SCORED_PER_CANDIDATE * (double) ef * live / Math.max(1, candidates));
		return candidates <= walkCost / ((query.predicate() != null) ? 2 * SCAN_ADVANTAGE : SCAN_ADVANTAGE);
	}

	private static @Nullable LongPredicate filterOf(VectorQuery query) {
		IdSet ids = query.idSet();
		return (ids != null) ? ids::contains : query.predicate();
	}

	private void scan(Scratch scratch, VectorQuery query, long at) {
		IdSet ids = query.idSet();
		if (ids != null && ids.cardinality() < this.slots.live()) {
			this.exactSearch.scanIds(scratch, ids, query.maxDistance());
		}
		else {
			this.exactSearch.scanAll(scratch, at, filterOf(query), query.maxDistance());
		}
	}

	private boolean walk(Scratch scratch, long entry, @Nullable LongPredicate filter, int ef, long at) {
		int start = this.searcher.descend(scratch, EntryPoint.slot(entry), EntryPoint.level(entry), 0);
		if (filter != null) {
			long budget = Math.max(1000, this.slots.live() / SCAN_ADVANTAGE);
			return this.searcher.searchLayer(scratch, start, ef,
					(slot) -> this.slots.isVisible(slot, at) && filter.test(this.slots.id(slot)), budget);
		}
		if (this.slots.allAlive()) {
			this.searcher.searchLayer(scratch, start, ef, 0);
			return true;
		}
		// The ordinary walk is the faster one; a little longer, it finds enough of the
		// living.
		this.searcher.searchLayer(scratch, start, withRoomForDead(ef), 0);
		return findsVisible(scratch.pool, Math.min(ef, this.slots.live()), at) || this.searcher.searchLayer(scratch,
				start, ef, (slot) -> this.slots.isVisible(slot, at), Long.MAX_VALUE);
	}

	/** Twice the share of the dead, since they may lie together, and a few more. */
	private int withRoomForDead(int ef) {
		double dead = this.slots.dead();
		return ef + ROOM_FOR_FEW + (int) (2 * ef * dead / (dead + this.slots.live()));
	}

	private boolean findsVisible(CandidatePool pool, int wanted, long at) {
		int visible = 0;
		for (int i = 0; i < pool.size() && visible < wanted; i++) {
			if (this.slots.isVisible(pool.slotAt(i), at)) {
				visible++;
			}
		}
		return visible >= wanted;
	}

}

package io.github.hnswspring.index.graph;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.index.vector.BitPlaneCodes;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a query before it is answered, and what each way to its answer would
 * cost by that, in nanoseconds. Made for one search by {@link QueryPlanner}.
 *
 * @param slots that a scan looks at
 * @param live vectors in the index
 * @param matches how many of them may be results, about
 * @param ef the candidate list
 * @param efIsGiven whether the caller chose it, rather than the recall target
 * @param isProbe whether it is a list that is being tried
 * @param onCodes whether the graph is walked by codes
 */
record Plan(VectorQuery query, int dimensions, int slots, int live, double matches, int ef, boolean efIsGiven,
		boolean isProbe, @Nullable BitPlaneCodes codes, boolean onCodes, Experience experience) {

	/** The share of the vectors that may be results. */
	double share() {
		return Math.min(1, this.matches / Math.max(1, this.live));
	}

	/**
	 * Whether it is the recall target's list, so that its success says something of it.
	 */
	boolean learns() {
		return !this.efIsGiven && !this.isProbe;
	}

	@Nullable IdSet ids() {
		return this.query.idSet();
	}

	boolean isFiltered() {
		return this.query.idSet() != null || this.query.predicate() != null;
	}

	/** Whether the ids of a set can be compared by code, one by one. */
	boolean comparesIdsByCode() {
		return this.codes != null && this.codes.bits() > 0;
	}

	/** Comparing the ids of the filter, if it is a set. */
	double idsCost() {
		Costs costs = Costs.ofThisProcess();
		if (ids() == null) {
			return Double.POSITIVE_INFINITY;
		}
		double fetching = costs.fetch(this.matches, this.dimensions);
		return comparesIdsByCode() ? Math.min(fetching, costs.lookUp(this.matches)) : fetching;
	}

	/** Comparing everything; a filter may have to be asked about most of it. */
	double scanCost() {
		Costs costs = Costs.ofThisProcess();
		double compared = costs.compare(this.slots, this.dimensions);
		int k = this.query.k();
		double scanned = (this.codes == null) ? compared : Math.min(compared, costs.scan(this.slots, this.dimensions,
				this.experience.refined(k), this.codes.bits(), this.experience.fetched(k)));
		return isFiltered() ? scanned + costs.ask(this.slots) : scanned;
	}

	/** The cheapest way that looks at all that may be results. */
	double completeCost() {
		return Math.min(idsCost(), scanCost());
	}

	/** A walk as the plan says, with what has to follow it now and then. */
	double walkCost() {
		double following = isFiltered() ? 0 : this.experience.insufficient(this.query.k()) * scanCost();
		return walkCost(this.ef, this.onCodes) + following;
	}

	/** A walk with a list of another length. */
	double walkCost(int list, boolean byCode) {
		double candidates = byCode ? Reranker.walkingEf(list) : list;
		double compared = this.experience.compared(this.query.k()) * candidates / Math.max(1e-9, share());
		return Costs.ofThisProcess().walk(Math.min(this.live, compared), this.dimensions, byCode, isFiltered());
	}

	/**
	 * A walk that has to pass so many nodes that do not count before it meets those that
	 * do.
	 */
	double walkCost(int list, int others) {
		double candidates = (double) (this.onCodes ? Reranker.walkingEf(list) : list) + others;
		double compared = Math.min(this.slots, this.experience.compared(this.query.k()) * candidates);
		return Costs.ofThisProcess().walk(compared, this.dimensions, this.onCodes, true);
	}

	/** Nodes a filtered walk may compare for so many nanoseconds. */
	long budget(double nanos, boolean byCode) {
		return (long) (nanos / Costs.ofThisProcess().walk(1, this.dimensions, byCode, true));
	}

}

package io.github.hnswspring.index;

import java.util.List;

/**
 * What one search did, and why: the way it took, the candidate list and where its length
 * comes from, every walk and scan it made, and its results. See {@link HnswIndex#trace}.
 *
 * @param way how the search began; a walk may be followed by a scan, see the steps
 * @param live live vectors
 * @param matches how many of them may be results, about: of a predicate a few ids were
 * asked
 * @param list the candidates a walk keeps; 0 where none was considered
 * @param listSource who said so
 * @param targetRecall the mean share of the true nearest to be found; NaN unless the list
 * comes from it
 * @param walkNanos what a walk was expected to cost, with what follows it now and then;
 * NaN where none was considered, as are the other two
 * @param scanNanos what comparing everything was expected to cost
 * @param idsNanos what comparing the ids of the filter was expected to cost; infinite if
 * there is no set of ids
 * @param steps what was done, in order; the results are those of the last
 * @param results what the search returned
 */
public record SearchTrace(Way way, int live, double matches, int list, ListSource listSource, double targetRecall,
		double walkNanos, double scanNanos, double idsNanos, List<Step> steps, List<Neighbor> results) {

	/** Most nodes that are listed of one walk. */
	public static final int MAX_NODES = 10_000;

	/** The trace of a search in an index that holds nothing. */
	public static final SearchTrace EMPTY = new SearchTrace(Way.NOTHING, 0, 0, 0, ListSource.QUERY, Double.NaN,
			Double.NaN, Double.NaN, Double.NaN, List.of(), List.of());

	/**
	 * The walks among the steps.
	 * @return the walks, in order
	 */
	public List<Walk> walks() {
		return this.steps.stream().filter(Walk.class::isInstance).map(Walk.class::cast).toList();
	}

	/**
	 * Whether the results come from comparing all that may be results, so that nothing
	 * can be missing but by an error of codes of five standard deviations.
	 * @return {@code true} unless the last step was a walk
	 */
	public boolean isComplete() {
		return this.steps.isEmpty() || !(this.steps.get(this.steps.size() - 1) instanceof Walk);
	}

	/** A way to an answer. */
	public enum Way {

		/** The index is empty. */
		NOTHING,

		/** Everything at full precision, because the query says so. */
		EXACT,

		/** Everything, because the index is small or a walk would cost more. */
		SCAN,

		/** The ids of the filter, which are few. */
		IDS,

		/** Along the graph. */
		WALK

	}

	/** Who chose the length of the candidate list. */
	public enum ListSource {

		/** The query. */
		QUERY,

		/** The index, which has a fixed efSearch. */
		INDEX,

		/** The recall target, from what was measured for this k. */
		TARGET

	}

	/** A part of a search. */
	public sealed interface Step permits Walk, Scan {

	}

	/**
	 * A walk along the graph.
	 *
	 * @param byCode whether distances were estimated by code
	 * @param filtered whether only nodes that may be results got into the list, while all
	 * were walked through
	 * @param list the candidates it kept: more than the search's list where it went by
	 * code or was to be filtered afterwards
	 * @param compared nodes of the lowest layer that were compared with the query
	 * @param descent where it came by on the upper layers, from the entry point on
	 * @param expanded the nodes of the lowest layer whose links were followed, in this
	 * order; the first {@value SearchTrace#MAX_NODES} of them
	 * @param expandedNodes how many those are altogether
	 * @param outcome how it ended
	 */
	public record Walk(boolean byCode, boolean filtered, int list, int compared, List<Node> descent,
			List<Node> expanded, int expandedNodes, Outcome outcome) implements Step {

	}

	/** How a walk ended. */
	public enum Outcome {

		/** Nothing says that more could be found. */
		SUFFICIENT,

		/** By code, what it left out may belong to the results. */
		TOO_SHORT,

		/** It was given up, or there may be more than it found. */
		TOO_FEW

	}

	/**
	 * A comparison with everything, or with all ids of the filter.
	 *
	 * @param ofIds whether only the ids of the filter were looked at
	 * @param byCode whether codes said what can be left out
	 * @param vectors how many there are to look at
	 * @param refined how many were estimated by all planes of their codes
	 * @param fetched how many were compared at full precision
	 */
	public record Scan(boolean ofIds, boolean byCode, int vectors, int refined, int fetched) implements Step {

	}

	/**
	 * A node that a walk came by.
	 *
	 * @param id of its vector, or of a live one that equals it
	 * @param layer 0 is the lowest
	 * @param distance to the query as the walk saw it: an estimate if it went by code,
	 * which may be below 0 where no distance is
	 * @param removed whether the vector has been removed, and is a stepping stone only
	 */
	public record Node(long id, int layer, float distance, boolean removed) {

	}

}

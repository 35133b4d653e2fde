package io.github.hnswspring.index.graph;

import java.util.ArrayList;
import java.util.List;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.SearchTrace;
import io.github.hnswspring.index.vector.VectorSpace;

import org.jspecify.annotations.Nullable;

/**
 * Takes notes of one search, for {@link SearchTrace}. Confined to that search, whose
 * slots are not used again meanwhile.
 */
final class TraceRecorder implements WalkNotes {

	private final Slots slots;

	private final boolean euclidean;

	private final Scratch scratch;

	private final List<SearchTrace.Step> steps = new ArrayList<>();

	private int live;

	private double target = Double.NaN;

	private boolean exact;

	private @Nullable Plan plan;

	private @Nullable OpenWalk walk;

	/** On the upper layers, before a walk. */
	private List<SearchTrace.Node> descent = List.of();

	TraceRecorder(VectorSpace space, Slots slots, Scratch scratch) {
		this.slots = slots;
		this.euclidean = space.metric() == Metric.EUCLIDEAN;
		this.scratch = scratch;
	}

	/** Nothing was to be chosen: the query asks for everything, or there is nothing. */
	void unplanned(int live, boolean exact) {
		this.live = live;
		this.exact = exact;
	}

	void planned(Plan plan, double target) {
		this.live = plan.live();
		this.plan = plan;
		this.target = target;
	}

	@Override
	public void descends() {
		this.descent = new ArrayList<>();
	}

	@Override
	public void descended(int slot, int layer, float distance) {
		this.descent.add(node(slot, layer, distance));
	}

	@Override
	public void walks(boolean filtered, int list) {
		end(PlannedWalk.Ending.TOO_FEW);
		this.walk = new OpenWalk(this.scratch.walksOnCodes(), filtered, list, this.descent, new ArrayList<>(),
				new int[2]);
	}

	@Override
	public void expands(int slot, float distance) {
		OpenWalk open = this.walk;
		if (open != null && open.counts()[0]++ < SearchTrace.MAX_NODES) {
			open.expanded().add(node(slot, 0, distance));
		}
	}

	@Override
	public void compares(int nodes) {
		OpenWalk open = this.walk;
		if (open != null) {
			open.counts()[1] += nodes;
		}
	}

	void walked(PlannedWalk.Ending ending) {
		end(ending);
	}

	private void end(PlannedWalk.Ending ending) {
		OpenWalk open = this.walk;
		if (open != null) {
			this.steps.add(open.end(switch (ending) {
				case SUFFICIENT -> SearchTrace.Outcome.SUFFICIENT;
				case TOO_SHORT -> SearchTrace.Outcome.TOO_SHORT;
				case TOO_FEW -> SearchTrace.Outcome.TOO_FEW;
			}));
			this.walk = null;
		}
	}

	/** Everything was compared by code, or all ids of the filter were. */
	void scanned(boolean ofIds, long vectors) {
		this.steps.add(new SearchTrace.Scan(ofIds, true, number(vectors), this.scratch.refined, this.scratch.fetched));
	}

	/** The same at full precision. */
	void compared(boolean ofIds, long vectors) {
		this.steps.add(new SearchTrace.Scan(ofIds, false, number(vectors), 0, number(vectors)));
	}

	/** Ids of a set may be counted that the index does not hold. */
	private static int number(long vectors) {
		return (int) Math.min(Integer.MAX_VALUE, vectors);
	}

	private SearchTrace.Node node(int slot, int layer, float reduced) {
		long id = nameOf(slot, this.slots, this.scratch.startedAt);
		boolean removed = !this.slots.isNodeVisible(slot, this.scratch.startedAt);
		return new SearchTrace.Node(id, layer, this.euclidean ? root(reduced) : reduced, removed);
	}

	/** The distance of a squared one, as far as an estimate has one. */
	static float root(float squared) {
		return Math.copySign((float) Math.sqrt(Math.abs(squared)), squared);
	}

	/** The id of a node: that of its own slot, unless only one that follows it lives. */
	static long nameOf(int node, Slots slots, long at) {
		for (int slot = node; slot != EqualVectors.NONE; slot = slots.equal().next(slot)) {
			if (slots.isVisible(slot, at)) {
				return slots.id(slot);
			}
		}
		return slots.id(node);
	}

	SearchTrace trace(List<Neighbor> results) {
		Plan made = this.plan;
		if (made == null) {
			return new SearchTrace(this.exact ? SearchTrace.Way.EXACT : SearchTrace.Way.NOTHING, this.live, this.live,
					0, SearchTrace.ListSource.QUERY, Double.NaN, Double.NaN, Double.NaN, Double.NaN,
					List.copyOf(this.steps), results);
		}
		SearchTrace.ListSource source = (made.query().efSearch() > 0) ? SearchTrace.ListSource.QUERY
				: made.efIsGiven() ? SearchTrace.ListSource.INDEX : SearchTrace.ListSource.TARGET;
		return new SearchTrace(way(), this.live, made.matches(), made.ef(), source,
				made.efIsGiven() ? Double.NaN : this.target, made.walkCost(), made.scanCost(), made.idsCost(),
				List.copyOf(this.steps), results);
	}

	private SearchTrace.Way way() {
		SearchTrace.Step first = this.steps.get(0);
		if (first instanceof SearchTrace.Scan scan) {
			return scan.ofIds() ? SearchTrace.Way.IDS : SearchTrace.Way.SCAN;
		}
		return SearchTrace.Way.WALK;
	}

	/** A walk that goes on: expanded nodes and compared ones are counted. */
	private record OpenWalk(boolean byCode, boolean filtered, int list, List<SearchTrace.Node> descent,
			List<SearchTrace.Node> expanded, int[] counts) {

		SearchTrace.Walk end(SearchTrace.Outcome outcome) {
			return new SearchTrace.Walk(this.byCode, this.filtered, this.list, this.counts[1],
					List.copyOf(this.descent), List.copyOf(this.expanded), this.counts[0], outcome);
		}

	}

}

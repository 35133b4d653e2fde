package io.github.hnswspring.index.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.hnswspring.index.GraphView;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.VectorQuery;

/**
 * Walks once, and shows the graph around. Confined to one call, whose slots are not used
 * again meanwhile.
 */
final class GraphViewer implements WalkNotes {

	private final Graph graph;

	private final Scratch scratch;

	private final boolean euclidean;

	/** The drawn slots, and their places. */
	private final Map<Integer, Integer> places = new LinkedHashMap<>();

	/** What the walk computed for them. */
	private final Map<Integer, Float> seen = new LinkedHashMap<>();

	private final List<GraphView.Step> steps = new ArrayList<>();

	private final int[] row;

	private final int without;

	private int list;

	private boolean filtered;

	/** Places of nodes that are drawn with all their links, although no walk came by. */
	private final Set<Integer> shown = new HashSet<>();

	/**
	 * Creates a viewer.
	 * @param without a node whose links are not shown, or -1
	 */
	GraphViewer(Graph graph, Scratch scratch, int without) {
		this.graph = graph;
		this.scratch = scratch;
		this.without = without;
		this.euclidean = graph.space.metric() == Metric.EUCLIDEAN;
		this.row = new int[graph.links.maxDegree(0)];
	}

	static void check(VectorQuery query, int nodes) {
		check("efSearch", query.efSearch(), 0, GraphView.MAX_LIST);
		check("nodes", nodes, 0, GraphView.MAX_NODES);
		if (query.predicate() != null) {
			throw new IllegalArgumentException(
					"The walk of a query with a predicate cannot be viewed; give it an " + "IdSet instead");
		}
	}

	static void check(int nodes) {
		check("nodes", nodes, 0, GraphView.MAX_NODES);
	}

	private static void check(String name, int value, int least, int most) {
		if (value < least || value > most) {
			throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", but was " + value
					+ "; ask for a part of the graph");
		}
	}

	/**
	 * Walks, and shows.
	 * @param scratch borrowed for this
	 * @param efSearch the candidate list if the query has none of its own, or 0
	 * @param ids of nodes that are drawn in any case
	 */
	static GraphView view(Graph graph, Scratch scratch, VectorQuery query, int efSearch, int nodes, long... ids) {
		if (EntryPoint.isEmpty(graph.entryPoint.get())) {
			return GraphView.EMPTY;
		}
		GraphViewer viewer = new GraphViewer(graph, scratch, -1);
		graph.planner.walk(scratch, query, efSearch, viewer);
		for (long id : ids) {
			int slot = graph.slots.slotOf(id);
			if (slot != IdMap.NONE && slot < scratch.slotLimit) {
				viewer.shown.add(viewer.place(graph.slots.equal().leaderOf(slot)));
			}
		}
		return viewer.view(viewer.list, nodes);
	}

	/** Where one walk did not suffice, the one that follows counts. */
	@Override
	public void walks(boolean filtered, int list) {
		this.steps.removeIf((step) -> step.layer() == 0);
		this.filtered = filtered;
		this.list = list;
	}

	@Override
	public void descended(int slot, int layer, float distance) {
		see(slot, distance);
	}

	@Override
	public void expands(int slot, float distance) {
		see(slot, distance);
	}

	@Override
	public void met(int slot, int layer, int count) {
		List<Integer> met = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			met.add(see(this.scratch.batch[i], this.scratch.distances[i]));
		}
		this.steps.add(new GraphView.Step(layer, place(slot), List.copyOf(met)));
	}

	private int see(int slot, float reduced) {
		this.seen.putIfAbsent(slot, this.euclidean ? TraceRecorder.root(reduced) : reduced);
		return place(slot);
	}

	/** The place of a slot in the list of nodes, which draws it. */
	int place(int slot) {
		Integer known = this.places.putIfAbsent(slot, this.places.size());
		return (known != null) ? known : this.places.size() - 1;
	}

	/**
	 * Shows what was met, and more.
	 * @param kept candidates of the walk
	 * @param more most nodes that are drawn besides
	 */
	GraphView view(int kept, int more) {
		Slots slots = this.graph.slots;
		Links links = this.graph.links;
		List<Integer> perLayer = new ArrayList<>();
		int[] degrees = new int[links.maxDegree(0) + 1];
		List<List<Integer>> byLevel = new ArrayList<>();
		for (int slot = 0; slot < this.scratch.slotLimit; slot++) {
			if (!slots.isLiveNode(slot) || !slots.isCommitted(slot)) {
				continue;
			}
			degrees[links.degree(slot, 0)]++;
			int level = links.level(slot);
			while (perLayer.size() <= level) {
				perLayer.add(0);
				byLevel.add(new ArrayList<>());
			}
			for (int layer = 0; layer <= level; layer++) {
				perLayer.set(layer, perLayer.get(layer) + 1);
			}
			// Of the lowest layers there may be millions.
			if (!this.places.containsKey(slot) && byLevel.get(level).size() < more) {
				byLevel.get(level).add(slot);
			}
		}
		List<Integer> others = new ArrayList<>();
		for (int level = byLevel.size() - 1; level >= 0; level--) {
			others.addAll(byLevel.get(level));
		}
		others.subList(0, Math.min(more, others.size())).forEach(this::place);
		int nodes = perLayer.isEmpty() ? 0 : perLayer.get(0);
		boolean whole = drawnLive() == nodes;
		return new GraphView(slots.live(), List.copyOf(perLayer), Arrays.stream(degrees).boxed().toList(),
				this.scratch.walksOnCodes(), this.filtered, kept, nodes(), links(whole), List.copyOf(this.steps),
				whole);
	}

	private int drawnLive() {
		int live = 0;
		for (int slot : this.places.keySet()) {
			live += this.graph.slots.isLiveNode(slot) ? 1 : 0;
		}
		return live;
	}

	private List<GraphView.Node> nodes() {
		List<GraphView.Node> nodes = new ArrayList<>();
		for (int slot : this.places.keySet()) {
			nodes.add(new GraphView.Node(TraceRecorder.nameOf(slot, this.graph.slots, this.scratch.startedAt),
					this.graph.links.level(slot), this.scratch.exact.exactDistance(slot),
					this.seen.getOrDefault(slot, Float.NaN),
					!this.graph.slots.isNodeVisible(slot, this.scratch.startedAt), passes(slot)));
		}
		return List.copyOf(nodes);
	}

	/**
	 * Whether a node may be a candidate of a search. An insertion asks no filter, and the
	 * scratch may still have that of the search before.
	 */
	private boolean passes(int slot) {
		return this.without >= 0 || (!this.filtered && !this.scratch.results.isFiltered())
				|| this.scratch.results.admits(slot);
	}

	private List<GraphView.Link> links(boolean whole) {
		List<GraphView.Link> links = new ArrayList<>();
		boolean[] followed = new boolean[this.places.size()];
		for (GraphView.Step step : this.steps) {
			followed[step.node()] |= step.layer() == 0;
		}
		this.places.forEach((slot, place) -> {
			if (slot == this.without) {
				return;
			}
			int least = (whole || followed[place] || this.shown.contains(place)) ? 0 : 1;
			for (int layer = this.graph.links.level(slot); layer >= least; layer--) {
				int degree = this.graph.links.copy(slot, layer, this.row);
				for (int i = 0; i < degree; i++) {
					Integer other = this.places.get(this.row[i]);
					if (other != null && this.row[i] != this.without) {
						links.add(new GraphView.Link(layer, place, other));
					}
				}
			}
		});
		return List.copyOf(links);
	}

}

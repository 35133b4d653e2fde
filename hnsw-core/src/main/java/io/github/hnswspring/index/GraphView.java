package io.github.hnswspring.index;

import java.util.List;

/**
 * The graph around one walk, to be looked at: the nodes that the walk met, what it did
 * step by step, and of the upper layers as much as there is room for. See
 * {@link HnswIndex#view}.
 *
 * @param size live vectors
 * @param nodesPerLayer nodes on each layer, from layer 0 upwards, drawn or not
 * @param degrees how many nodes have so many links on layer 0, from none upwards
 * @param byCode whether the walk went by estimates of distances, as searches do here
 * @param filtered whether only nodes that pass the filter were kept as candidates; others
 * were walked through
 * @param list the candidates it kept: more than were asked for where it went by code
 * @param nodes those that are drawn; the first is the entry point
 * @param links between them: on the upper layers all there are, on layer 0 those the walk
 * followed, or all there are if the graph is small
 * @param steps what the walk did, in order
 * @param isWhole whether all nodes of the graph are drawn
 */
public record GraphView(int size, List<Integer> nodesPerLayer, List<Integer> degrees, boolean byCode, boolean filtered,
		int list, List<Node> nodes, List<Link> links, List<Step> steps, boolean isWhole) {

	/** The view of an index that holds nothing. */
	public static final GraphView EMPTY = new GraphView(0, List.of(), List.of(), false, false, 0, List.of(), List.of(),
			List.of(), true);

	/** Longest candidate list of a walk that can be looked at. */
	public static final int MAX_LIST = 1_000;

	/** Most nodes that are drawn besides those the walk met. */
	public static final int MAX_NODES = 10_000;

	/**
	 * A node.
	 *
	 * @param id of its vector, or of a live one that equals it
	 * @param level its highest layer, 0 being the lowest
	 * @param distance to the query, exact
	 * @param seen the distance as the walk saw it, an estimate if it went by code; NaN if
	 * the walk did not meet the node
	 * @param removed whether the vector has been removed, and is a stepping stone only
	 * @param passes whether it may be a candidate, as far as there is a filter
	 */
	public record Node(long id, int level, float distance, float seen, boolean removed, boolean passes) {

	}

	/**
	 * A link.
	 *
	 * @param layer on which
	 * @param from place in the list of nodes
	 * @param to place in the list of nodes
	 */
	public record Link(int layer, int from, int to) {

	}

	/**
	 * A step: the walk stands at a node and looks at those it links to. On the upper
	 * layers it goes on from the nearest it knows; on layer 0 from the nearest candidate
	 * that it has not stood at yet, until the list holds none.
	 *
	 * @param layer on which
	 * @param node where it stands, as a place in the list of nodes
	 * @param met the nodes it compared with the query, as places; on layer 0 only those
	 * it had not met there before
	 */
	public record Step(int layer, int node, List<Integer> met) {

	}

}

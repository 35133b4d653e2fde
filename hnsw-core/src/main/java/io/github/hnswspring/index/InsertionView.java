package io.github.hnswspring.index;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How a vector would be linked if it were added now, to be looked at: Algorithm 1 of
 * Malkov &amp; Yashunin 2018 step by step. See {@link HnswIndex#viewInsertion}.
 *
 * @param graph the graph without the vector's links, and the walk; on the layers above
 * its own the walk goes to whatever is nearest, and on each of its own keeps a list of
 * candidates. Its {@code list} is how many, efConstruction
 * @param node the vector itself, as a place in the list of nodes
 * @param equalTo the id of the vector that is linked, if this one equals it and hangs
 * behind it without links of its own; {@code null} otherwise
 * @param comparedByCode whether candidates are compared with each other by code
 * @param layers what happens on each layer that the vector is on, from the highest down;
 * empty if there is nothing to link it to
 */
public record InsertionView(GraphView graph, int node, @Nullable Long equalTo, boolean comparedByCode,
		List<Layer> layers) {

	/**
	 * What happens on a layer.
	 *
	 * @param layer its number
	 * @param most links the vector may have there
	 * @param candidates what the walk kept, nearest first
	 * @param answers of those chosen, each asked for a link back
	 */
	public record Layer(int layer, int most, List<Candidate> candidates, List<Answer> answers) {

	}

	/**
	 * A candidate for a link.
	 *
	 * @param node as a place in the list of nodes
	 * @param distance as the choice saw it, an estimate if it went by code
	 * @param choice whether it is chosen, and why
	 * @param nearer for {@link Choice#FILLED} and {@link Choice#REDUNDANT}, the chosen
	 * node that is nearer to it than the vector is, as a place; -1 otherwise
	 */
	public record Candidate(int node, float distance, Choice choice, int nearer) {

	}

	/** What becomes of a candidate (Algorithm 4). */
	public enum Choice {

		/** Chosen: it is nearer to the vector than to all that were chosen before. */
		DIVERSE,

		/** Chosen after all, because there was room: it is behind another one. */
		FILLED,

		/** Not chosen: another one that was chosen is nearer to it than the vector is. */
		REDUNDANT,

		/** Not chosen: the row was full before its turn. */
		NO_ROOM,

		/** Not chosen: it has been removed, and is a stepping stone only. */
		REMOVED

	}

	/**
	 * What a chosen node does when it is asked for a link back.
	 *
	 * @param node as a place in the list of nodes
	 * @param reply what it does
	 * @param dropped the nodes it gives its links up to, as places
	 * @param nearer why: for {@link Reply#MADE_ROOM} a neighbour that is nearer to what
	 * was dropped, for {@link Reply#REFUSED} one that is nearer to the vector than the
	 * node is, as a place; -1 if it is not that
	 */
	public record Answer(int node, Reply reply, List<Integer> dropped, int nearer) {

	}

	/** An answer to being asked for a link back. */
	public enum Reply {

		/** Its row had room. */
		HAD_ROOM,

		/** Its row was full: the farthest redundant link makes room. */
		MADE_ROOM,

		/** Its row was full, and no link redundant: all were chosen anew. */
		CHOSE_ANEW,

		/** Its row was full of better links, so it does not link back. */
		REFUSED,

		/** Nobody linked back, so it had to: every vector has a link that leads to it. */
		FORCED

	}

}

package io.github.hnswspring.index;

import java.util.List;

/**
 * How one vector is linked in the graph. See {@link HnswIndex#inspect}.
 *
 * @param id its id
 * @param level its highest layer, 0 being the lowest
 * @param links where its links lead, on each layer from 0 upwards, nearest first
 * @param incoming which vectors link to it on layer 0, nearest first; the first
 * {@value #MAX_LISTED} of them
 * @param incomingLinks how many those are altogether
 * @param equalIds ids of equal vectors, which share its node and its links; the first
 * {@value #MAX_LISTED} of them
 * @param equalVectors how many those are altogether
 * @param isEntryPoint whether every walk begins here
 */
public record VectorInspection(long id, int level, List<List<Link>> links, List<Link> incoming, int incomingLinks,
		List<Long> equalIds, int equalVectors, boolean isEntryPoint) {

	/** Most incoming links, and most equal vectors, that are listed. */
	public static final int MAX_LISTED = 1_000;

	/**
	 * A link to or from another vector.
	 *
	 * @param id of the other one, or of a live one that equals it
	 * @param distance between the two, exact
	 * @param estimate of that distance by the first plane of the other one's code, which
	 * is what a walk by code goes by; NaN if there are no codes
	 * @param removed whether the other one has been removed, and is a stepping stone only
	 */
	public record Link(long id, float distance, float estimate, boolean removed) {

	}

}

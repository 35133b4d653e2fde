package io.github.hnswspring.index;

import java.util.function.LongConsumer;

/**
 * A set of ids that knows its size, so that a filtered search can choose between walking
 * the graph and scanning the set. Must not change while a search uses it.
 */
public interface IdSet {

	/**
	 * Whether the id is in the set. Called often and from several threads.
	 * @param id the id to look up
	 * @return {@code true} if it is in the set
	 */
	boolean contains(long id);

	/**
	 * The number of ids in the set; ids the index does not hold may be counted.
	 * @return the number of ids
	 */
	long cardinality();

	/**
	 * Hands every id to the consumer once, in any order.
	 * @param consumer receives the ids
	 */
	void forEach(LongConsumer consumer);

}

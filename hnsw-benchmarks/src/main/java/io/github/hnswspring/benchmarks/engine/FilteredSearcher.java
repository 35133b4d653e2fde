package io.github.hnswspring.benchmarks.engine;

import java.util.BitSet;

/**
 * Searches among some of the rows only, for one thread.
 */
@FunctionalInterface
public interface FilteredSearcher {

	/**
	 * Prepares a filter: what a caller does once, before searching.
	 * @param rows the rows that pass
	 * @return searches among them
	 */
	Searcher among(BitSet rows);

}

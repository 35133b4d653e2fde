package io.github.hnswspring.benchmarks.engine;

/**
 * Searches for one thread.
 */
@FunctionalInterface
public interface Searcher {

	/**
	 * Searches the k nearest rows.
	 * @param query {@code float[dimensions]}
	 * @param k how many
	 * @param ef size of the candidate list, at least k
	 * @param rows {@code int[k]}, receives the row numbers found, nearest first
	 * @return how many were found
	 * @throws Exception whatever the engine throws
	 */
	int search(float[] query, int k, int ef, int[] rows) throws Exception;

}

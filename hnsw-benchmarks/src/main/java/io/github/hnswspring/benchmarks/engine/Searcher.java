package io.github.hnswspring.benchmarks.engine;

/**
 * Searches for one thread.
 */
@FunctionalInterface
public interface Searcher {

	/**
	 * Stands for the size of the candidate list that the engine itself chooses.
	 */
	int DEFAULT_EF = 0;

	/**
	 * Searches the k nearest rows.
	 * @param query {@code float[dimensions]}
	 * @param k how many
	 * @param ef size of the candidate list, at least k, or {@link #DEFAULT_EF} where the
	 * engine has one
	 * @param rows {@code int[k]}, receives the row numbers found, nearest first
	 * @return how many were found
	 * @throws Exception whatever the engine throws
	 */
	int search(float[] query, int k, int ef, int[] rows) throws Exception;

}

package io.github.hnswspring.index;

/**
 * Told how far a bulk load is. Called from the thread that started the load, a few times
 * per second at most, and once at the end.
 */
@FunctionalInterface
public interface BuildProgress {

	/**
	 * Reports progress.
	 * @param done vectors inserted so far
	 * @param total vectors to insert
	 */
	void report(int done, int total);

}

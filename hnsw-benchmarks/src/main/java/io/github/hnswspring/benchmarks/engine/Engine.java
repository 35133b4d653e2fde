package io.github.hnswspring.benchmarks.engine;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * An engine under measurement. Building is confined to one thread; searchers may be taken
 * from any thread afterwards.
 */
public interface Engine extends AutoCloseable {

	/**
	 * Builds the index; replaces an earlier one. Vector i gets the row number i. Must not
	 * keep the outer array; whether it keeps the vectors is its own affair and shows in
	 * the memory measured.
	 * @param base {@code float[rows][dimensions]}
	 * @param threads threads to use
	 * @param progress told how far the build is
	 * @throws Exception whatever the engine throws
	 */
	void build(float[][] base, int threads, Consumer<String> progress) throws Exception;

	/**
	 * A searcher for one thread.
	 * @return a new searcher
	 */
	Searcher searcher();

	/**
	 * A searcher for one thread that knows filters.
	 * @return a new searcher
	 */
	default FilteredSearcher filteredSearcher() {
		throw new UnsupportedOperationException(getClass().getSimpleName() + " is not searched with filters here");
	}

	/**
	 * Bytes the index needs outside the Java heap: mapped or native memory, files.
	 * @return bytes, 0 if everything is on the heap
	 */
	default long offHeapBytes() {
		return 0;
	}

	/**
	 * Bytes of heap the engine itself claims to hold.
	 * @return bytes, or -1 if it does not say
	 */
	default long claimedHeapBytes() {
		return -1;
	}

	/**
	 * A remark for the report, such as the kernels in use.
	 * @return the remark
	 */
	default String remark() {
		return "";
	}

	@Override
	void close() throws IOException;

}

package io.github.hnswspring.benchmarks.data;

import java.nio.file.Path;

/**
 * A data set in the form the engines read.
 *
 * @param name what it is called in tables
 * @param space how distances are measured
 * @param baseFile the vectors to index, a {@link VectorFile}
 * @param queryFile the queries, a {@link VectorFile}
 * @param truthFile for each query the distances of its nearest base vectors, ascending, a
 * {@link VectorFile}
 */
public record Dataset(String name, Space space, Path baseFile, Path queryFile, Path truthFile) {

	/** How many true neighbours are kept for each query. */
	public static final int TRUTH_DEPTH = 1000;

	/**
	 * Maps the vectors to index.
	 * @return the base vectors
	 */
	public VectorFile base() {
		return VectorFile.open(this.baseFile);
	}

	/**
	 * Maps the queries.
	 * @return the queries
	 */
	public VectorFile queries() {
		return VectorFile.open(this.queryFile);
	}

	/**
	 * Maps the true distances.
	 * @return one row per query
	 */
	public VectorFile truth() {
		return VectorFile.open(this.truthFile);
	}

}

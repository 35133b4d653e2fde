package io.github.hnswspring.vectorstore;

/** By what a search finds documents. */
public enum SearchMode {

	/** By meaning: the embeddings nearest to that of the question. */
	DENSE,

	/**
	 * By words: BM25, in which rare words and names such as {@code a.b.c} count more. The
	 * embedding model is not asked.
	 */
	TEXT,

	/**
	 * By both: the ranks in both lists are put together (reciprocal rank fusion).
	 */
	HYBRID

}

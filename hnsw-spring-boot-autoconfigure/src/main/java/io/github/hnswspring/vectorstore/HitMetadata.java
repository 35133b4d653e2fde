package io.github.hnswspring.vectorstore;

import java.util.List;

/**
 * Metadata that searches add to the documents they return. In the modes
 * {@link SearchMode#TEXT} and {@link SearchMode#HYBRID} the score of a document falls
 * with its rank, from 1 towards 0, and says nothing beyond that; these do.
 *
 * <p>
 * They belong to one search and are not stored: a document that was found and is added
 * again loses them. So metadata of your own needs other names.
 */
public final class HitMetadata {

	/**
	 * The score the document has in mode {@link SearchMode#DENSE}, a double, exact; it is
	 * what a similarity threshold means in every mode. Absent if the question was not
	 * embedded.
	 */
	public static final String DENSE_SCORE = "dense_score";

	/**
	 * The rank by meaning, an int from 1; absent if it is not among the best. Of what
	 * only a grouped search finds, deeper than it looked at first, it is at least this.
	 */
	public static final String DENSE_RANK = "dense_rank";

	/** BM25, a double above 0 without an upper bound; absent without a text rank. */
	public static final String TEXT_SCORE = "text_score";

	/**
	 * The rank by words, an int from 1; absent if it is not among the best. Of what only
	 * a grouped search finds, deeper than it looked at first, it is at least this.
	 */
	public static final String TEXT_RANK = "text_rank";

	/**
	 * {@code "text"} if a hybrid search went without meaning, because the embedding model
	 * failed and {@link HnswSearchRequest#withTextFallback()} allows it; absent
	 * otherwise.
	 */
	public static final String FALLBACK = "search_fallback";

	/**
	 * The rank of the document a passage belongs to, an int from 1, in searches that
	 * {@linkplain HnswSearchRequest#withGroupBy(String, int) group by} documents.
	 */
	public static final String GROUP_RANK = "group_rank";

	/**
	 * The id of the hit beside which a passage stands in its document, a String, in
	 * searches {@linkplain HnswSearchRequest#withNeighbors(int, int) with neighbours}. A
	 * passage that has it was not found itself and has no score.
	 */
	public static final String NEIGHBOR_OF = "neighbor_of";

	/** All keys that are named here. */
	public static final List<String> KEYS = List.of(DENSE_SCORE, DENSE_RANK, TEXT_SCORE, TEXT_RANK, FALLBACK,
			GROUP_RANK, NEIGHBOR_OF);

	private HitMetadata() {
	}

}

package io.github.hnswspring.index;

import java.util.function.LongPredicate;

import org.jspecify.annotations.Nullable;

/**
 * A search with all its options. Immutable: every method returns a changed copy. The
 * defaults are {@code k = 10}, the index's own efSearch, no filter, no distance limit,
 * and an approximate search.
 */
public final class VectorQuery {

	private static final int DEFAULT_K = 10;

	private final float[] vector;

	private final int k;

	private final int efSearch;

	private final @Nullable LongPredicate predicate;

	private final @Nullable IdSet idSet;

	private final float maxDistance;

	private final boolean exact;

	private VectorQuery(float[] vector, int k, int efSearch, @Nullable LongPredicate predicate, @Nullable IdSet idSet,
			float maxDistance, boolean exact) {
		this.vector = vector;
		this.k = k;
		this.efSearch = efSearch;
		this.predicate = predicate;
		this.idSet = idSet;
		this.maxDistance = maxDistance;
		this.exact = exact;
	}

	/**
	 * A query for the vectors nearest to the given one.
	 * @param vector {@code float[dimensions]}; not copied, so leave it alone until the
	 * search has returned
	 * @return the query
	 */
	public static VectorQuery of(float[] vector) {
		if (vector == null) {
			throw new IllegalArgumentException("The query vector is null; pass a float[] of the index's dimensions");
		}
		return new VectorQuery(vector, DEFAULT_K, 0, null, null, Float.POSITIVE_INFINITY, false);
	}

	/**
	 * How many results to return at most.
	 * @param k at least 1
	 * @return the changed query
	 */
	public VectorQuery k(int k) {
		if (k < 1) {
			throw new IllegalArgumentException("k must be at least 1, but was " + k);
		}
		return new VectorQuery(this.vector, k, this.efSearch, this.predicate, this.idSet, this.maxDistance, this.exact);
	}

	/**
	 * The size of the candidate list for this search only; raised to k if smaller.
	 * @param efSearch at least 1
	 * @return the changed query
	 */
	public VectorQuery efSearch(int efSearch) {
		if (efSearch < 1) {
			throw new IllegalArgumentException("efSearch must be at least 1, but was " + efSearch);
		}
		return new VectorQuery(this.vector, this.k, efSearch, this.predicate, this.idSet, this.maxDistance, this.exact);
	}

	/**
	 * Keep only ids the predicate accepts; replaces an earlier filter. The predicate is
	 * called from the searching thread and must not write to the index. Prefer
	 * {@link #filter(IdSet)} where the ids are known: it tells how selective it is.
	 * @param predicate accepts ids
	 * @return the changed query
	 */
	public VectorQuery filter(LongPredicate predicate) {
		if (predicate == null) {
			throw new IllegalArgumentException("The filter is null; leave filter() out to search everything");
		}
		return new VectorQuery(this.vector, this.k, this.efSearch, predicate, null, this.maxDistance, this.exact);
	}

	/**
	 * Keep only ids of the set; replaces an earlier filter.
	 * @param idSet the ids to keep
	 * @return the changed query
	 */
	public VectorQuery filter(IdSet idSet) {
		if (idSet == null) {
			throw new IllegalArgumentException("The filter is null; leave filter() out to search everything");
		}
		return new VectorQuery(this.vector, this.k, this.efSearch, null, idSet, this.maxDistance, this.exact);
	}

	/**
	 * Keep only results whose distance is at most this.
	 * @param maxDistance the limit, inclusive; not NaN
	 * @return the changed query
	 */
	public VectorQuery maxDistance(float maxDistance) {
		if (Float.isNaN(maxDistance)) {
			throw new IllegalArgumentException("maxDistance must be a number, but was NaN");
		}
		return new VectorQuery(this.vector, this.k, this.efSearch, this.predicate, this.idSet, maxDistance, this.exact);
	}

	/**
	 * Compare the query with every vector instead of walking the graph.
	 * @return the changed query
	 */
	public VectorQuery exact() {
		return new VectorQuery(this.vector, this.k, this.efSearch, this.predicate, this.idSet, this.maxDistance, true);
	}

	/**
	 * The query vector itself, not a copy.
	 * @return {@code float[dimensions]}
	 */
	public float[] vector() {
		return this.vector;
	}

	/**
	 * How many results are wanted.
	 * @return k
	 */
	public int k() {
		return this.k;
	}

	/**
	 * The size of the candidate list.
	 * @return efSearch, or 0 for the index's own
	 */
	public int efSearch() {
		return this.efSearch;
	}

	/**
	 * The predicate results must pass.
	 * @return the predicate, or {@code null}
	 */
	public @Nullable LongPredicate predicate() {
		return this.predicate;
	}

	/**
	 * The set results must come from.
	 * @return the set, or {@code null}
	 */
	public @Nullable IdSet idSet() {
		return this.idSet;
	}

	/**
	 * The largest distance a result may have.
	 * @return the limit, infinity by default
	 */
	public float maxDistance() {
		return this.maxDistance;
	}

	/**
	 * Whether every vector is compared.
	 * @return {@code true} for an exact search
	 */
	public boolean isExact() {
		return this.exact;
	}

}

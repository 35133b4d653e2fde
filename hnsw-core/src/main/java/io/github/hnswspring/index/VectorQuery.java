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

	private final boolean continued;

	private final float afterDistance;

	private final long afterId;

	private VectorQuery(float[] vector, int k, int efSearch, @Nullable LongPredicate predicate, @Nullable IdSet idSet,
			float maxDistance, boolean exact, boolean continued, float afterDistance, long afterId) {
		this.vector = vector;
		this.k = k;
		this.efSearch = efSearch;
		this.predicate = predicate;
		this.idSet = idSet;
		this.maxDistance = maxDistance;
		this.exact = exact;
		this.continued = continued;
		this.afterDistance = afterDistance;
		this.afterId = afterId;
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
		return new VectorQuery(vector, DEFAULT_K, 0, null, null, Float.POSITIVE_INFINITY, false, false, 0, 0);
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
		return new VectorQuery(this.vector, k, this.efSearch, this.predicate, this.idSet, this.maxDistance, this.exact,
				this.continued, this.afterDistance, this.afterId);
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
		return new VectorQuery(this.vector, this.k, efSearch, this.predicate, this.idSet, this.maxDistance, this.exact,
				this.continued, this.afterDistance, this.afterId);
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
		return new VectorQuery(this.vector, this.k, this.efSearch, predicate, null, this.maxDistance, this.exact,
				this.continued, this.afterDistance, this.afterId);
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
		return new VectorQuery(this.vector, this.k, this.efSearch, null, idSet, this.maxDistance, this.exact,
				this.continued, this.afterDistance, this.afterId);
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
		return new VectorQuery(this.vector, this.k, this.efSearch, this.predicate, this.idSet, maxDistance, this.exact,
				this.continued, this.afterDistance, this.afterId);
	}

	/**
	 * Compare the query with every vector instead of walking the graph. Where vectors lie
	 * in a file, they are read from there; each is compared with its checksum when it is
	 * read first, and taken from the {@link VectorSource} if it is another one.
	 * @return the changed query
	 */
	public VectorQuery exact() {
		return new VectorQuery(this.vector, this.k, this.efSearch, this.predicate, this.idSet, this.maxDistance, true,
				this.continued, this.afterDistance, this.afterId);
	}

	/**
	 * Go on behind a result of an earlier search with the same vector and filter: only
	 * results that come after it, by distance and then by id, are returned. Nothing is
	 * held between the searches, so vectors may be added in between; what is added before
	 * the given place is not seen, and nothing is returned twice.
	 * @param distance the distance of the last result seen; not NaN
	 * @param id its id
	 * @return the changed query
	 */
	public VectorQuery after(float distance, long id) {
		if (Float.isNaN(distance)) {
			throw new IllegalArgumentException(
					"The distance to go on after must be that of a result, but was NaN; pass the last one's");
		}
		return new VectorQuery(this.vector, this.k, this.efSearch, this.predicate, this.idSet, this.maxDistance,
				this.exact, true, distance, id);
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

	/**
	 * Whether the search goes on behind an earlier result.
	 * @return {@code true} if {@link #after} was called
	 */
	public boolean isContinued() {
		return this.continued;
	}

	/**
	 * The distance to go on after.
	 * @return the distance given to {@link #after}
	 */
	public float afterDistance() {
		return this.afterDistance;
	}

	/**
	 * The id to go on after.
	 * @return the id given to {@link #after}
	 */
	public long afterId() {
		return this.afterId;
	}

}

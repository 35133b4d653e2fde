package io.github.hnswspring.vectorstore;

import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.vectorstore.SearchRequest;

/**
 * A search request that also says how to search: with which vector, how thoroughly, or
 * exactly. Any {@code VectorStore} accepts it; others ignore the additions.
 */
public final class HnswSearchRequest extends SearchRequest {

	private final int efSearch;

	private final boolean exact;

	private final float @Nullable [] vector;

	private HnswSearchRequest(SearchRequest request, int efSearch, boolean exact, float @Nullable [] vector) {
		super(request);
		this.efSearch = efSearch;
		this.exact = exact;
		this.vector = vector;
	}

	/**
	 * Takes a request over.
	 * @param request query, topK, threshold and filter
	 * @return the same request, ready for additions
	 */
	public static HnswSearchRequest of(SearchRequest request) {
		return (request instanceof HnswSearchRequest ours) ? ours : new HnswSearchRequest(request, 0, false, null);
	}

	/**
	 * Sets the size of the candidate list for this search.
	 * @param efSearch at least 1; larger finds more of the true neighbours more slowly
	 * @return the changed request
	 */
	public HnswSearchRequest withEfSearch(int efSearch) {
		if (efSearch < 1) {
			throw new IllegalArgumentException("efSearch must be at least 1, but was " + efSearch);
		}
		return new HnswSearchRequest(this, efSearch, this.exact, this.vector);
	}

	/**
	 * Compares the query with every document instead of walking the graph.
	 * @return the changed request
	 */
	public HnswSearchRequest withExactSearch() {
		return new HnswSearchRequest(this, this.efSearch, true, this.vector);
	}

	/**
	 * Searches with a vector; the query text is not embedded.
	 * @param vector {@code float[dimensions]}, copied
	 * @return the changed request
	 */
	public HnswSearchRequest withVector(float[] vector) {
		return new HnswSearchRequest(this, this.efSearch, this.exact, vector.clone());
	}

	/**
	 * The size of the candidate list.
	 * @return efSearch, or 0 for the store's own
	 */
	public int getEfSearch() {
		return this.efSearch;
	}

	/**
	 * Whether every document is compared.
	 * @return {@code true} for an exact search
	 */
	public boolean isExact() {
		return this.exact;
	}

	/**
	 * The vector to search with.
	 * @return a copy, or {@code null} if the query text is to be embedded
	 */
	public float @Nullable [] getVector() {
		return (this.vector != null) ? this.vector.clone() : null;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return super.equals(other) && other instanceof HnswSearchRequest that && this.efSearch == that.efSearch
				&& this.exact == that.exact && Arrays.equals(this.vector, that.vector);
	}

	@Override
	public int hashCode() {
		return Objects.hash(super.hashCode(), this.efSearch, this.exact, Arrays.hashCode(this.vector));
	}

	@Override
	public String toString() {
		return super.toString() + "{efSearch=" + this.efSearch + ", exact=" + this.exact + ", vector="
				+ ((this.vector != null) ? this.vector.length + " dimensions" : "none") + '}';
	}

}

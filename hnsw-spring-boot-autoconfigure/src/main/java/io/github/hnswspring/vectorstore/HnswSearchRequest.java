package io.github.hnswspring.vectorstore;

import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.filter.FilterTextParser;

import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;

/**
 * A search request that also says how to search: with which vector, how thoroughly, or
 * exactly; it also reads filter text from untrusted sources. Any {@code VectorStore}
 * accepts it; others ignore the additions, except for the filter.
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
	 * Filters by text such as {@code country == 'BG' && year >= 2020} from an untrusted
	 * source. {@link SearchRequest.Builder#filterExpression(String)} is for text of the
	 * application's own: it has Spring AI's parser read it before any store sees it,
	 * which has no limits, ends in {@code StackOverflowError} or
	 * {@code NumberFormatException} on some texts, and may quote one caller's text in an
	 * error of another.
	 * @param text the filter, in the place of the one there was; at most 500,000
	 * characters, 1,000 comparisons, 10,000 values, and 32 parentheses and NOTs around a
	 * comparison
	 * @return the changed request
	 * @throws IllegalArgumentException if the text is no filter or beyond a limit; the
	 * message is safe to show to the sender
	 */
	public HnswSearchRequest withFilterExpression(String text) {
		SearchRequest filtered = SearchRequest.from(this).filterExpression(parseFilter(text)).build();
		return new HnswSearchRequest(filtered, this.efSearch, this.exact, this.vector);
	}

	/**
	 * Reads a filter from an untrusted source, as {@link #withFilterExpression} does, for
	 * example to combine it with another one.
	 * @param text the filter
	 * @return the expression
	 * @throws IllegalArgumentException if the text is no filter or beyond a limit; the
	 * message is safe to show to the sender
	 */
	public static Filter.Expression parseFilter(String text) {
		return FilterTextParser.parse(text);
	}

	/**
	 * Sets the size of the candidate list for this search.
	 * @param efSearch at least 1, raised to topK if smaller; larger finds more of the
	 * true neighbours more slowly. It takes the place of the store's target recall
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
	 * @return efSearch, or 0 for the store's own or what its target recall takes
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

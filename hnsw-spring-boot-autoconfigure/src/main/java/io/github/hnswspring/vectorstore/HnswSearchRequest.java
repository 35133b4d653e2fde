package io.github.hnswspring.vectorstore;

import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.filter.FilterTextParser;

import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;

/**
 * A search request that also says how to search: by meaning, by words or by both, with
 * which vector, how thoroughly, or exactly; it also reads filter text from untrusted
 * sources. Any {@code VectorStore} accepts it; others ignore the additions, except for
 * the filter.
 */
public final class HnswSearchRequest extends SearchRequest {

	/** The weight of the rank by words unless set: as much as that by meaning. */
	public static final double DEFAULT_TEXT_WEIGHT = 0.5;

	private final Additions additions;

	private HnswSearchRequest(SearchRequest request, Additions additions) {
		super(request);
		this.additions = additions;
	}

	/**
	 * Takes a request over.
	 * @param request query, topK, threshold and filter
	 * @return the same request, ready for additions
	 */
	public static HnswSearchRequest of(SearchRequest request) {
		return (request instanceof HnswSearchRequest ours) ? ours : new HnswSearchRequest(request, Additions.NONE);
	}

	/**
	 * Asks something else in the same way, so that one request can be the template of
	 * others.
	 * @param query the question
	 * @return the changed request
	 */
	public HnswSearchRequest withQuery(String query) {
		return new HnswSearchRequest(SearchRequest.from(this).query(query).build(), this.additions);
	}

	/**
	 * Filters by an expression.
	 * @param filter the filter, in the place of the one there was, or {@code null} for
	 * none
	 * @return the changed request
	 */
	public HnswSearchRequest withFilterExpression(Filter.@Nullable Expression filter) {
		return new HnswSearchRequest(SearchRequest.from(this).filterExpression(filter).build(), this.additions);
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
		return withFilterExpression(parseFilter(text));
	}

	/**
	 * Reads a filter from an untrusted source, as {@link #withFilterExpression(String)}
	 * does, for example to combine it with another one.
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
		Additions now = this.additions;
		return new HnswSearchRequest(this,
				new Additions(efSearch, now.exact(), now.vector(), now.mode(), now.textFallback(), now.textWeight()));
	}

	/**
	 * Compares the query with every document instead of walking the graph.
	 * @return the changed request
	 */
	public HnswSearchRequest withExactSearch() {
		Additions now = this.additions;
		return new HnswSearchRequest(this,
				new Additions(now.efSearch(), true, now.vector(), now.mode(), now.textFallback(), now.textWeight()));
	}

	/**
	 * Searches with a vector; the query text is not embedded.
	 * @param vector {@code float[dimensions]}, copied
	 * @return the changed request
	 */
	public HnswSearchRequest withVector(float[] vector) {
		Additions now = this.additions;
		return new HnswSearchRequest(this, new Additions(now.efSearch(), now.exact(), vector.clone(), now.mode(),
				now.textFallback(), now.textWeight()));
	}

	/**
	 * Sets by what documents are found. Documents that are found by words carry
	 * {@link HitMetadata}.
	 *
	 * <p>
	 * In mode {@link SearchMode#TEXT} the embedding model is asked only if there is a
	 * similarity threshold, which is compared with the {@link HitMetadata#DENSE_SCORE
	 * dense score} of each document, as in mode {@link SearchMode#HYBRID}. Hybrid
	 * searches put together the best 100 documents of both kinds, or topK if that is
	 * more.
	 * @param mode the mode
	 * @return the changed request
	 */
	public HnswSearchRequest withMode(SearchMode mode) {
		Additions now = this.additions;
		return new HnswSearchRequest(this,
				new Additions(now.efSearch(), now.exact(), now.vector(), mode, now.textFallback(), now.textWeight()));
	}

	/**
	 * Lets a hybrid search go on by words alone if the embedding model fails. Its
	 * documents then say so, in {@link HitMetadata#FALLBACK}; a similarity threshold is
	 * not applied, because it has nothing to be compared with.
	 * @return the changed request
	 */
	public HnswSearchRequest withTextFallback() {
		Additions now = this.additions;
		return new HnswSearchRequest(this,
				new Additions(now.efSearch(), now.exact(), now.vector(), now.mode(), true, now.textWeight()));
	}

	/**
	 * Sets how much the rank by words counts in a hybrid search; the rank by meaning
	 * counts for the rest.
	 * @param weight 0 to 1; {@value #DEFAULT_TEXT_WEIGHT} unless set
	 * @return the changed request
	 */
	public HnswSearchRequest withTextWeight(double weight) {
		if (!(weight >= 0 && weight <= 1)) {
			throw new IllegalArgumentException("The weight of the rank by words must be 0 to 1, but was " + weight);
		}
		Additions now = this.additions;
		return new HnswSearchRequest(this,
				new Additions(now.efSearch(), now.exact(), now.vector(), now.mode(), now.textFallback(), weight));
	}

	/**
	 * The size of the candidate list.
	 * @return efSearch, or 0 for the store's own or what its target recall takes
	 */
	public int getEfSearch() {
		return this.additions.efSearch();
	}

	/**
	 * Whether every document is compared.
	 * @return {@code true} for an exact search
	 */
	public boolean isExact() {
		return this.additions.exact();
	}

	/**
	 * The vector to search with.
	 * @return a copy, or {@code null} if the query text is to be embedded
	 */
	public float @Nullable [] getVector() {
		float[] vector = this.additions.vector();
		return (vector != null) ? vector.clone() : null;
	}

	/**
	 * By what documents are found.
	 * @return the mode, or {@code null} for the store's own; for a request with a vector
	 * that is dense
	 */
	public @Nullable SearchMode getMode() {
		return this.additions.mode();
	}

	/**
	 * Whether a hybrid search may go on by words alone.
	 * @return {@code true} if so
	 */
	public boolean isTextFallback() {
		return this.additions.textFallback();
	}

	/**
	 * How much the rank by words counts in a hybrid search.
	 * @return 0 to 1
	 */
	public double getTextWeight() {
		return this.additions.textWeight();
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return super.equals(other) && other instanceof HnswSearchRequest that && this.additions.equals(that.additions);
	}

	@Override
	public int hashCode() {
		return Objects.hash(super.hashCode(), this.additions);
	}

	@Override
	public String toString() {
		return super.toString() + this.additions;
	}

	/** What Spring AI's request does not say. The vector is nobody else's. */
	private record Additions(int efSearch, boolean exact, float @Nullable [] vector, @Nullable SearchMode mode,
			boolean textFallback, double textWeight) {

		static final Additions NONE = new Additions(0, false, null, null, false, DEFAULT_TEXT_WEIGHT);

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Additions that && this.efSearch == that.efSearch && this.exact == that.exact
					&& this.mode == that.mode && this.textFallback == that.textFallback
					&& this.textWeight == that.textWeight && Arrays.equals(this.vector, that.vector);
		}

		@Override
		public int hashCode() {
			return Objects.hash(this.efSearch, this.exact, this.mode, this.textFallback, this.textWeight,
					Arrays.hashCode(this.vector));
		}

		@Override
		public String toString() {
			return "{efSearch=" + this.efSearch + ", exact=" + this.exact + ", vector="
					+ ((this.vector != null) ? this.vector.length + " dimensions" : "none") + ", mode=" + this.mode
					+ ", textFallback=" + this.textFallback + ", textWeight=" + this.textWeight + '}';
		}

	}

}

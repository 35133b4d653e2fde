package io.github.hnswspring.vectorstore;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.vectorstore.filter.FilterTextParser;

import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * A search request that also says how to search: by meaning, by words or by both, with
 * which vector, how thoroughly, or exactly; it also reads filter text from untrusted
 * sources. Any {@code VectorStore} accepts it; others ignore the additions, except for
 * the filter.
 *
 * <p>
 * Change it by its own methods: what {@link SearchRequest#from(SearchRequest)} and Spring
 * AI's builder make of it has lost the additions.
 */
public final class HnswSearchRequest extends SearchRequest {

	/** As long as the names in a filter may be. */
	private static final int MAX_KEY = 1_024;

	private static final int MAX_POSITION = 1_000;

	private final SearchAdditions additions;

	private HnswSearchRequest(SearchRequest request, SearchAdditions additions) {
		super(request);
		this.additions = additions;
	}

	/**
	 * Takes a request over.
	 * @param request query, topK, threshold and filter
	 * @return the same request, ready for additions
	 */
	public static HnswSearchRequest of(SearchRequest request) {
		Assert.notNull(request, "The request must not be null; pass one that SearchRequest.builder() makes");
		return (request instanceof HnswSearchRequest ours) ? ours
				: new HnswSearchRequest(request, new SearchAdditions());
	}

	/**
	 * Asks something else in the same way, so that one request can be the template of
	 * others. A vector that was given belongs to the question before, and goes.
	 * @param query the question
	 * @return the changed request
	 */
	public HnswSearchRequest withQuery(String query) {
		return new HnswSearchRequest(SearchRequest.from(this).query(query).build(), this.additions)
			.with((changed) -> changed.vector = null);
	}

	/**
	 * Asks for another number of results.
	 * @param topK how many, 0 or more
	 * @return the changed request
	 */
	public HnswSearchRequest withTopK(int topK) {
		return new HnswSearchRequest(SearchRequest.from(this).topK(topK).build(), this.additions);
	}

	/**
	 * Sets how similar a document must be.
	 * @param threshold the least score by meaning, 0, which accepts all, to 1
	 * @return the changed request
	 */
	public HnswSearchRequest withSimilarityThreshold(double threshold) {
		return new HnswSearchRequest(SearchRequest.from(this).similarityThreshold(threshold).build(), this.additions);
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
	 * @param efSearch 1 to 1,000,000, raised to topK if smaller; larger finds more of the
	 * true neighbours more slowly. It takes the place of the store's target recall
	 * @return the changed request
	 */
	public HnswSearchRequest withEfSearch(int efSearch) {
		if (efSearch < 1 || efSearch > HnswIndexBuilder.MAX_EF) {
			throw new IllegalArgumentException("efSearch must be 1 to " + HnswIndexBuilder.MAX_EF + ", but was "
					+ efSearch + "; leave it out to have the index choose, or search exactly for all there is to find");
		}
		return with((changed) -> changed.efSearch = efSearch);
	}

	/**
	 * Compares the query with every document instead of walking the graph. The vectors
	 * are those that lie beside the database for search; each is compared with its
	 * checksum when it is read first after a start, and taken from the database if it is
	 * not the one that was stored. Documents that are not in the index yet are compared
	 * with what is in the database.
	 * @return the changed request
	 */
	public HnswSearchRequest withExactSearch() {
		return with((changed) -> changed.exact = true);
	}

	/**
	 * Searches with a vector; the query text is not embedded.
	 * @param vector {@code float[dimensions]}, copied
	 * @return the changed request
	 */
	public HnswSearchRequest withVector(float[] vector) {
		Assert.notNull(vector, "The vector must not be null; pass float[dimensions], or leave it out to have the query "
				+ "text embedded");
		return with((changed) -> changed.vector = vector.clone());
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
		Assert.notNull(mode, "The mode must not be null; pass a SearchMode, or leave it out for the one of the store");
		return with((changed) -> changed.mode = mode);
	}

	/**
	 * Lets a hybrid search go on by words alone if the embedding model fails, or gives no
	 * vector that can be compared with those of the store. Its documents then say so, in
	 * {@link HitMetadata#FALLBACK}; a similarity threshold is not applied, because it has
	 * nothing to be compared with.
	 * @return the changed request
	 */
	public HnswSearchRequest withTextFallback() {
		return with((changed) -> changed.textFallback = true);
	}

	/**
	 * Asks so that a document is found which an explanation was about.
	 * @param remedy of the explanation of this request; what it does not name stays
	 * @return the changed request
	 */
	public HnswSearchRequest withRemedy(SearchExplanation.Remedy remedy) {
		HnswSearchRequest changed = this;
		if (remedy.threshold() != null) {
			changed = changed.withSimilarityThreshold(remedy.threshold());
		}
		if (remedy.mode() != null) {
			changed = changed.withMode(remedy.mode());
		}
		if (remedy.topK() != null) {
			changed = changed.withTopK(remedy.topK());
		}
		return (remedy.efSearch() != null) ? changed.withEfSearch(remedy.efSearch()) : changed;
	}

	/**
	 * Sets how much the rank by words counts in a hybrid search; the rank by meaning
	 * counts for the rest. Unless set, the question decides: words count the more, up to
	 * two thirds, the further the best document by words is ahead of those behind it, as
	 * it is for a name and is not for ordinary words.
	 * @param weight 0 to 1
	 * @return the changed request
	 */
	public HnswSearchRequest withTextWeight(double weight) {
		if (!(weight >= 0 && weight <= 1)) {
			throw new IllegalArgumentException("The weight of the rank by words must be 0 to 1, but was " + weight);
		}
		return with((changed) -> changed.textWeight = weight);
	}

	/**
	 * Finds documents instead of passages: the topK best documents, each with its best
	 * passages. A document here is all passages that have one value of a metadata key,
	 * and a passage that lacks the key is a document of its own. As many documents are
	 * found as there are, up to topK, however many passages of one document come first.
	 *
	 * <p>
	 * Documents are ordered by their best passage. The passages of one follow each other,
	 * best first, and carry {@link HitMetadata#GROUP_RANK}. Filter and threshold hold for
	 * every passage.
	 * @param key the metadata key that tells to which document a passage belongs, that of
	 * a nested value joined with dots. Values are one if they are of one kind - text,
	 * number, date, boolean - and equal, as 1 and 1.0 are. A text that spells a date is
	 * text: two that are spelled differently are two, and no date is one with them
	 * @param passages the most of one document, at least 1
	 * @return the changed request
	 */
	public HnswSearchRequest withGroupBy(String key, int passages) {
		if (!StringUtils.hasText(key)) {
			throw new IllegalArgumentException("The metadata key to group by must not be empty; name one, or leave "
					+ "it out for the one of hnsw.passages.document-key");
		}
		if (key.length() > MAX_KEY) {
			throw new IllegalArgumentException("The metadata key to group by has " + key.length()
					+ " characters, but at most " + MAX_KEY + " are accepted; group by a shorter one");
		}
		return with(new SearchAdditions.Groups(key, passages));
	}

	/**
	 * Finds documents instead of passages, as {@link #withGroupBy(String, int)} does, by
	 * the metadata key that the store was told
	 * ({@link HnswVectorStore.Builder#passages}).
	 * @param passages the most of one document, at least 1
	 * @return the changed request
	 */
	public HnswSearchRequest withGroupBy(int passages) {
		return with(new SearchAdditions.Groups(null, passages));
	}

	private HnswSearchRequest with(SearchAdditions.Groups groups) {
		if (groups.passages() < 1) {
			throw new IllegalArgumentException(
					"The passages of each document must be at least 1, but were " + groups.passages());
		}
		return with((changed) -> changed.groups = groups);
	}

	/**
	 * Prefers results that are not like those before them, by maximal marginal relevance
	 * (Carbonell and Goldstein, SIGIR 1998): each next result is the one with the largest
	 * {@code (1 - diversity) * score - diversity * likeness}, where likeness is the score
	 * that the result before it which is most like it would have, were it the question.
	 * Results are chosen from the best four times topK, at least 50 and at most 400; topK
	 * is at most 100. Documents that are {@linkplain #withGroupBy(String, int) grouped}
	 * are chosen by their best passages.
	 *
	 * <p>
	 * Results come in the order in which they were chosen, and scores are what they are
	 * without this, so they do not fall any more.
	 * @param diversity 0, which changes nothing, to 1, which looks at likeness only once
	 * the best result is chosen
	 * @return the changed request
	 */
	public HnswSearchRequest withDiversity(double diversity) {
		if (!(diversity >= 0 && diversity <= 1)) {
			throw new IllegalArgumentException("The diversity must be 0 to 1, but was " + diversity);
		}
		return with((changed) -> changed.diversity = diversity);
	}

	/**
	 * Returns with each passage found those that stand before and after it in its
	 * document, as far as the filter lets them through: {@code before}, the passage,
	 * {@code after}. They do not count for topK, have no score, and carry
	 * {@link HitMetadata#NEIGHBOR_OF}. No passage is returned twice.
	 *
	 * <p>
	 * What a document is says {@link #withGroupBy(String, int)}, or else the store, and
	 * the order of its passages the number they have for the store's position key
	 * ({@link HnswVectorStore.Builder#passages}). Passages without these have no
	 * neighbours.
	 * @param before how many before, 0 or more
	 * @param after how many after, 0 or more
	 * @return the changed request
	 */
	public HnswSearchRequest withNeighbors(int before, int after) {
		if (before < 0 || after < 0) {
			throw new IllegalArgumentException(
					"Neighbours must be 0 or more, but were " + before + " before and " + after + " after");
		}
		return with((changed) -> {
			changed.neighborsBefore = before;
			changed.neighborsAfter = after;
		});
	}

	/**
	 * Has a search of a replica wait until it has what a position names, such as a write
	 * of this caller through another instance. It does not wait for the next look at the
	 * database, but has the replica look at once.
	 * @param position what {@code ReplicatedVectorStore} gave for a state, at most 1,000
	 * characters
	 * @param timeout how long to wait at most; none fails at once unless the replica has
	 * it
	 * @return the changed request; a search with it throws
	 * {@link PositionNotReachedException} if that took too long,
	 * {@link UnknownPositionException} if the position is none of what the replica
	 * follows, and {@link UnsupportedOperationException} if the store is no replica
	 */
	public HnswSearchRequest withMinimumPosition(String position, Duration timeout) {
		if (!StringUtils.hasText(position) || position.length() > MAX_POSITION) {
			throw new IllegalArgumentException("The minimum position must have 1 to " + MAX_POSITION
					+ " characters, but was " + ((position != null) ? "a text of " + position.length() : "null")
					+ "; pass what addAndGetPosition() or position() returned, or leave it out");
		}
		if (timeout == null || timeout.isNegative()) {
			throw new IllegalArgumentException("The time to wait for a position must be 0 or more, but was " + timeout
					+ "; pass a duration such as Duration.ofSeconds(2)");
		}
		return with((changed) -> changed.minimum = new SearchAdditions.Minimum(position, timeout));
	}

	private HnswSearchRequest with(Consumer<SearchAdditions> change) {
		SearchAdditions changed = new SearchAdditions(this.additions);
		change.accept(changed);
		return new HnswSearchRequest(this, changed);
	}

	/**
	 * The size of the candidate list.
	 * @return efSearch, or 0 for the store's own or what its target recall takes
	 */
	public int getEfSearch() {
		return this.additions.efSearch;
	}

	/**
	 * Whether every document is compared.
	 * @return {@code true} for an exact search
	 */
	public boolean isExact() {
		return this.additions.exact;
	}

	/**
	 * The vector to search with.
	 * @return a copy, or {@code null} if the query text is to be embedded
	 */
	public float @Nullable [] getVector() {
		float[] vector = this.additions.vector;
		return (vector != null) ? vector.clone() : null;
	}

	/**
	 * By what documents are found.
	 * @return the mode, or {@code null} for the store's own; for a request with a vector
	 * that is dense
	 */
	public @Nullable SearchMode getMode() {
		return this.additions.mode;
	}

	/**
	 * Whether a hybrid search may go on by words alone.
	 * @return {@code true} if so
	 */
	public boolean isTextFallback() {
		return this.additions.textFallback;
	}

	/**
	 * How much the rank by words counts in a hybrid search.
	 * @return 0 to 1, or {@code null} if the question decides
	 */
	public @Nullable Double getTextWeight() {
		return this.additions.textWeight;
	}

	/**
	 * Whether documents are found instead of passages.
	 * @return {@code true} if so
	 */
	public boolean isGrouped() {
		return this.additions.groups != null;
	}

	/**
	 * The metadata key that tells to which document a passage belongs.
	 * @return the key, or {@code null} for the store's own, or if passages are found
	 */
	public @Nullable String getGroupBy() {
		SearchAdditions.Groups groups = this.additions.groups;
		return (groups != null) ? groups.key() : null;
	}

	/**
	 * The most passages of each document.
	 * @return the number, 1 if passages are found
	 */
	public int getPassages() {
		SearchAdditions.Groups groups = this.additions.groups;
		return (groups != null) ? groups.passages() : 1;
	}

	/**
	 * How much results avoid being like each other.
	 * @return 0 to 1
	 */
	public double getDiversity() {
		return this.additions.diversity;
	}

	/**
	 * How many passages before each hit are wanted.
	 * @return 0 or more
	 */
	public int getNeighborsBefore() {
		return this.additions.neighborsBefore;
	}

	/**
	 * How many passages after each hit are wanted.
	 * @return 0 or more
	 */
	public int getNeighborsAfter() {
		return this.additions.neighborsAfter;
	}

	/**
	 * What a replica has to have before it answers.
	 * @return the position, or {@code null} for none
	 */
	public @Nullable String getMinimumPosition() {
		SearchAdditions.Minimum minimum = this.additions.minimum;
		return (minimum != null) ? minimum.position() : null;
	}

	/**
	 * How long a search waits for its minimum position.
	 * @return the time, zero without such a position
	 */
	public Duration getPositionTimeout() {
		SearchAdditions.Minimum minimum = this.additions.minimum;
		return (minimum != null) ? minimum.timeout() : Duration.ZERO;
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

}

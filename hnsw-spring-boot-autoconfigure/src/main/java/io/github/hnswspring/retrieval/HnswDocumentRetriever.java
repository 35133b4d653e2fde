package io.github.hnswspring.retrieval;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.HnswSearchRequest;

import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;
import org.springframework.ai.rag.retrieval.search.DocumentRetriever;
import org.springframework.ai.rag.retrieval.search.VectorStoreDocumentRetriever;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Retrieves documents with everything a request of ours can say: mode, topK, threshold,
 * filter, fallback and so on. A template says it once, each query brings its text.
 *
 * <p>
 * As with Spring AI's own retriever, a query may bring a filter in its context, under
 * {@link VectorStoreDocumentRetriever#FILTER_EXPRESSION}: an expression, or text, which
 * is read within the limits of {@link HnswSearchRequest#withFilterExpression(String)}.
 * Unlike there, it does not take the place of the template's filter: both have to hold,
 * so that no query gets out of what the template allows.
 *
 * <p>
 * A query of somebody who has just written something brings the position of that under
 * {@link #MINIMUM_POSITION}, where the store is a replica.
 *
 * <p>
 * Thread-safe if the store is.
 */
public final class HnswDocumentRetriever implements DocumentRetriever {

	/**
	 * The key in a query's context under which it brings a minimum position, in the place
	 * of the template's ({@link HnswSearchRequest#withMinimumPosition}); the time to wait
	 * is the template's, or else {@link #POSITION_TIMEOUT}.
	 */
	public static final String MINIMUM_POSITION = "hnsw_minimum_position";

	/** How long a query waits for its position if the template says nothing of it. */
	public static final Duration POSITION_TIMEOUT = Duration.ofSeconds(5);

	private final VectorStore store;

	private final HnswSearchRequest template;

	/**
	 * Makes a retriever.
	 * @param store an {@code HnswVectorStore}, or what stands in front of one and hands
	 * requests on as they are; any other store ignores what only we understand
	 * @param template how to search; its query does not matter
	 * @throws IllegalArgumentException if the template has a vector, since every query
	 * would then find the same, or if one of the two is {@code null}
	 */
	public HnswDocumentRetriever(VectorStore store, HnswSearchRequest template) {
		Assert.notNull(store, "The store must not be null; pass the VectorStore to search");
		Assert.notNull(template, "The template must not be null; pass a request such as "
				+ "HnswSearchRequest.of(SearchRequest.builder().topK(5).build())");
		if (template.getVector() != null) {
			throw new IllegalArgumentException("The template of a retriever must not have a vector, because each query "
					+ "is searched for by its own text; leave withVector out");
		}
		this.store = store;
		this.template = template;
	}

	/**
	 * Finds documents.
	 * @param query the question and, in its context, perhaps a filter
	 * @return the documents, best first
	 * @throws IllegalArgumentException if the filter in the context is none, or beyond a
	 * limit
	 */
	@Override
	public List<Document> retrieve(Query query) {
		Assert.notNull(query, "The query must not be null; pass one with a text");
		HnswSearchRequest request = positioned(this.template.withQuery(query.text()), query);
		Object filter = query.context().get(VectorStoreDocumentRetriever.FILTER_EXPRESSION);
		Filter.Expression narrower = (filter != null) ? expression(filter) : null;
		return this.store.similaritySearch((narrower != null) ? narrowed(request, narrower) : request);
	}

	private static HnswSearchRequest positioned(HnswSearchRequest request, Query query) {
		Object position = query.context().get(MINIMUM_POSITION);
		if (position == null) {
			return request;
		}
		if (!(position instanceof String text)) {
			throw new IllegalArgumentException("The context's '" + MINIMUM_POSITION + "' must be the text of a "
					+ "position, but was a " + position.getClass().getName() + "; pass what position() returned");
		}
		return request.withMinimumPosition(text,
				(request.getMinimumPosition() != null) ? request.getPositionTimeout() : POSITION_TIMEOUT);
	}

	private static HnswSearchRequest narrowed(HnswSearchRequest request, Filter.Expression filter) {
		Filter.Expression given = request.getFilterExpression();
		// Groups, because other stores print an expression and would lose its structure.
		return request.withFilterExpression((given == null) ? filter
				: new Filter.Expression(Filter.ExpressionType.AND, new Filter.Group(given), new Filter.Group(filter)));
	}

	private static Filter.@Nullable Expression expression(Object filter) {
		if (filter instanceof Filter.Expression expression) {
			return expression;
		}
		if (filter instanceof CharSequence text) {
			return StringUtils.hasText(text) ? HnswSearchRequest.parseFilter(text.toString()) : null;
		}
		throw new IllegalArgumentException(
				"The context's '" + VectorStoreDocumentRetriever.FILTER_EXPRESSION + "' must be a Filter.Expression or "
						+ "its text, but was a " + filter.getClass().getName() + "; build the expression first");
	}

}

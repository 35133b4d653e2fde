package io.github.hnswspring.vectorstore.search;

import java.util.List;
import java.util.Objects;

import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.derived.VectorCheck;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.embedding.EmbeddingCounters;
import io.github.hnswspring.vectorstore.options.LimitCheck;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.session.StoreAccess;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * From a search request to documents: check, embed, search. Thread-safe; embedding
 * happens outside of every lock.
 */
public final class QueryPipeline {

	private final EmbeddingClient client;

	private final StoreOptions options;

	private final EmbeddingCounters counters;

	public QueryPipeline(EmbeddingClient client, StoreOptions options, EmbeddingCounters counters) {
		this.client = client;
		this.options = options;
		this.counters = counters;
	}

	public List<Document> search(StoreAccess store, SearchRequest request) {
		HnswSearchRequest ours = HnswSearchRequest.of(request);
		LimitCheck.check("topK", ours.getTopK(), this.options.limits().topK(), "ask for fewer results");
		long documents = store.use((session) -> session.writer().documents());
		if (ours.getTopK() == 0 || documents == 0) {
			return List.of();
		}
		float[] given = ours.getVector();
		if (given != null) {
			return store.use((session) -> {
				int known = session.identity().expectedDimensions();
				VectorCheck.check(given, (known > 0) ? known : given.length, this.options.metric(),
						"The vector to search with");
				return new DocumentSearch(session).search(given, ours);
			});
		}
		LimitCheck.check("The length of the query", ours.getQuery().length(), this.options.limits().queryLength(),
				"shorten it");
		EmbeddingClient.Embedded embedded = this.client.embed(List.of(ours.getQuery()), List.of("the query"));
		this.counters.computed(1);
		float[] vector = embedded.vectors().get(0);
		return store.use((session) -> {
			session.modelHealth().check(embedded.model(), (vector != null) ? vector.length : 0);
			int dimensions = session.identity().expectedDimensions();
			String problem = VectorCheck.problem(vector, dimensions, this.options.metric());
			if (problem != null) {
				throw new IllegalStateException("The embedding model gave the query " + problem
						+ ": put the question in other words, or look at the model, then search again");
			}
			return new DocumentSearch(session).search(Objects.requireNonNull(vector), ours);
		});
	}

}

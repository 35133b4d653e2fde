package io.github.hnswspring.vectorstore;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * From a search request to documents: check, embed, search. Thread-safe; embedding
 * happens outside of every lock.
 */
final class QueryPipeline {

	private final EmbeddingClient client;

	private final StoreOptions options;

	QueryPipeline(EmbeddingClient client, StoreOptions options) {
		this.client = client;
		this.options = options;
	}

	List<Document> search(StoreAccess store, SearchRequest request) {
		HnswSearchRequest ours = HnswSearchRequest.of(request);
		Limits.check("topK", ours.getTopK(), this.options.limits().topK(), "ask for fewer results");
		long documents = store.use((session) -> session.writer().documents());
		if (ours.getTopK() == 0 || documents == 0) {
			return List.of();
		}
		float[] given = ours.getVector();
		if (given != null) {
			return search(store, ours, given, this.options.embeddingModelName());
		}
		Limits.check("The length of the query", ours.getQuery().length(), this.options.limits().queryLength(),
				"shorten it");
		EmbeddingClient.Embedded embedded = this.client.embed(List.of(ours.getQuery()));
		return search(store, ours, embedded.vectors().get(0), embedded.model());
	}

	private List<Document> search(StoreAccess store, HnswSearchRequest request, float[] vector,
			@Nullable String model) {
		return store.use((session) -> {
			session.identity().check(model, vector.length);
			VectorCheck.check(vector, vector.length, this.options.metric(), "The embedding of the query");
			return session.search().search(vector, request);
		});
	}

}

package io.github.hnswspring.vectorstore.search;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.derived.VectorCheck;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.embedding.EmbeddingCounters;
import io.github.hnswspring.vectorstore.options.LimitCheck;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.text.TextHit;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * From a search request to documents: check, embed, search. Thread-safe; embedding
 * happens outside of every lock, and beside the search for words.
 */
public final class QueryPipeline {

	private static final Log logger = LogFactory.getLog(QueryPipeline.class);

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
		SearchMode mode = mode(ours);
		float[] given = ours.getVector();
		if (given == null || mode != SearchMode.DENSE) {
			LimitCheck.check("The length of the query", ours.getQuery().length(), this.options.limits().queryLength(),
					"shorten it");
		}
		if (given != null) {
			return store.use((session) -> {
				int known = session.identity().expectedDimensions();
				VectorCheck.check(given, (known > 0) ? known : given.length, this.options.metric(),
						"The vector to search with");
				return search(session, given, ours, mode, null);
			});
		}
		return switch (mode) {
			case DENSE -> dense(store, ours);
			case TEXT -> text(store, ours);
			case HYBRID -> hybrid(store, ours);
		};
	}

	/** A vector alone says nothing of words. */
	private SearchMode mode(HnswSearchRequest request) {
		SearchMode asked = request.getMode();
		return (asked != null) ? asked : (request.getVector() != null) ? SearchMode.DENSE : this.options.searchMode();
	}

	private List<Document> dense(StoreAccess store, HnswSearchRequest request) {
		EmbeddingClient.Embedded embedded = embed(request);
		return store.use((session) -> search(session, vector(session, embedded), request, SearchMode.DENSE, null));
	}

	private List<Document> text(StoreAccess store, HnswSearchRequest request) {
		if (Scores.acceptsAll(request.getSimilarityThreshold())) {
			return store.use((session) -> new WordSearch(session, request, SearchMode.TEXT, null).search());
		}
		EmbeddingClient.Embedded embedded = embed(request);
		return store.use((session) -> search(session, vector(session, embedded), request, SearchMode.TEXT, null));
	}

	private List<Document> hybrid(StoreAccess store, HnswSearchRequest request) {
		CompletableFuture<List<TextHit>> words = beside(
				() -> store.use((session) -> new WordSearch(session, request, SearchMode.HYBRID, null).words()));
		EmbeddingClient.Embedded embedded;
		try {
			embedded = embed(request);
		}
		catch (RuntimeException ex) {
			if (!request.isTextFallback()) {
				throw ex;
			}
			logger.warn("The embedding model failed, so a hybrid search goes on by words alone: " + ex);
			return store.use((session) -> WordSearch.instead(session, request).search());
		}
		List<TextHit> found = await(words);
		return store.use((session) -> search(session, vector(session, embedded), request, SearchMode.HYBRID, found));
	}

	/** A thread for each: it costs a small part of what is waited for meanwhile. */
	private static CompletableFuture<List<TextHit>> beside(Words work) {
		CompletableFuture<List<TextHit>> words = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				words.complete(work.find());
			}
			catch (RuntimeException | Error ex) {
				words.completeExceptionally(ex);
			}
		}, "hnsw-words");
		thread.setDaemon(true);
		thread.start();
		return words;
	}

	private static List<TextHit> await(CompletableFuture<List<TextHit>> words) {
		try {
			return words.join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			if (ex.getCause() instanceof Error cause) {
				throw cause;
			}
			throw ex;
		}
	}

	private static List<Document> search(StoreSession session, float[] vector, HnswSearchRequest request,
			SearchMode mode, @Nullable List<TextHit> words) {
		if (mode == SearchMode.DENSE) {
			return new DocumentSearch(session).search(vector, request);
		}
		return new WordSearch(session, request, mode, vector).search(words);
	}

	private EmbeddingClient.Embedded embed(HnswSearchRequest request) {
		EmbeddingClient.Embedded embedded = this.client.embed(List.of(request.getQuery()), List.of("the query"));
		this.counters.computed(1);
		return embedded;
	}

	private float[] vector(StoreSession session, EmbeddingClient.Embedded embedded) {
		float[] vector = embedded.vectors().get(0);
		session.modelHealth().check(embedded.model(), (vector != null) ? vector.length : 0);
		int dimensions = session.identity().expectedDimensions();
		String problem = VectorCheck.problem(vector, dimensions, this.options.metric());
		if (problem != null) {
			throw new IllegalStateException("The embedding model gave the query " + problem
					+ ": put the question in other words, or look at the model, then search again");
		}
		return Objects.requireNonNull(vector);
	}

	/** A search for words. */
	@FunctionalInterface
	private interface Words {

		List<TextHit> find();

	}

}

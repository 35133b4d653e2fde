package io.github.hnswspring.vectorstore.search;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.QueryEmbeddingOptions;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SearchPage;
import io.github.hnswspring.vectorstore.derived.VectorCheck;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.embedding.EmbeddingCounters;
import io.github.hnswspring.vectorstore.options.LimitCheck;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.session.StoreSession;

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

	/** Searches once. */
	public List<Document> search(StoreAccess store, SearchRequest request) {
		HnswSearchRequest ours = HnswSearchRequest.of(request);
		checkResults(ours);
		return results(store, ours, checkedMode(ours), PagePosition.ONLY).documents();
	}

	/** Searches for one page, the first one without a token. */
	public SearchPage search(StoreAccess store, SearchRequest request, @Nullable String token) {
		HnswSearchRequest ours = HnswSearchRequest.of(request);
		checkResults(ours);
		SearchMode mode = checkedMode(ours);
		PageToken tokens = store.use((session) -> new PageToken(session.identity(), ours, mode));
		DocumentSearch.Results results = results(store, ours, mode, tokens.read(token));
		PagePosition next = results.next();
		return new SearchPage(results.documents(), (next != null) ? tokens.write(next) : null);
	}

	private DocumentSearch.Results results(StoreAccess store, HnswSearchRequest ours, SearchMode mode,
			PagePosition page) {
		long documents = store.use((session) -> session.writer().documents());
		if (ours.getTopK() == 0 || documents == 0) {
			return DocumentSearch.Results.NONE;
		}
		float[] given = ours.getVector();
		if (given != null) {
			return store.use((session) -> {
				checkGiven(session, given);
				return new DocumentSearch(new Question(session, ours, mode, given), page).search(null);
			});
		}
		return switch (mode) {
			case DENSE -> embedded(store, ours, mode, page);
			case TEXT -> text(store, ours, page);
			case HYBRID -> hybrid(store, ours, page);
		};
	}

	/** Refuses a vector to search with that cannot be compared with those stored. */
	static void checkGiven(StoreSession session, float[] vector) {
		int known = session.identity().expectedDimensions();
		VectorCheck.check(vector, (known > 0) ? known : vector.length, session.options().metric(),
				"The vector to search with");
	}

	/** Refuses to find more than the limits allow. */
	void checkResults(HnswSearchRequest request) {
		int limit = this.options.limits().topK();
		LimitCheck.check("top-k", "topK", request.getTopK(), limit,
				"ask for fewer results; search(request, token) gives further ones page by page");
		long passages = (long) request.getTopK() * request.getPassages();
		LimitCheck.check("top-k", "topK times the passages of each document", passages, limit, "ask for fewer results");
		LimitCheck.check("top-k", "The number of passages with their neighbours",
				passages * (1L + request.getNeighborsBefore() + request.getNeighborsAfter()), limit,
				"ask for fewer results or neighbours");
		if (request.getDiversity() > 0 && request.getTopK() > Diversity.MOST_CHOSEN) {
			throw new IllegalArgumentException("topK of a search with diversity is " + request.getTopK()
					+ ", but at most " + Diversity.MOST_CHOSEN + " is accepted; ask for fewer results, or without it");
		}
	}

	/** By what a request is answered; refuses longer questions than the limits allow. */
	SearchMode checkedMode(HnswSearchRequest request) {
		SearchMode mode = mode(request);
		if (request.getVector() == null || mode != SearchMode.DENSE) {
			LimitCheck.check("query-length", "The length of the query", request.getQuery().length(),
					this.options.limits().queryLength(), "shorten it");
		}
		return mode;
	}

	/** A vector alone says nothing of words. */
	private SearchMode mode(HnswSearchRequest request) {
		SearchMode asked = request.getMode();
		return (asked != null) ? asked : (request.getVector() != null) ? SearchMode.DENSE : this.options.searchMode();
	}

	private DocumentSearch.Results embedded(StoreAccess store, HnswSearchRequest request, SearchMode mode,
			PagePosition page) {
		EmbeddingClient.Embedded embedded = embed(request);
		return store
			.use((session) -> new DocumentSearch(new Question(session, request, mode, vector(session, embedded)), page)
				.search(null));
	}

	private DocumentSearch.Results text(StoreAccess store, HnswSearchRequest request, PagePosition page) {
		if (Scores.acceptsAll(request.getSimilarityThreshold())) {
			return store
				.use((session) -> new DocumentSearch(new Question(session, request, SearchMode.TEXT, null), page)
					.search(null));
		}
		return embedded(store, request, SearchMode.TEXT, page);
	}

	private DocumentSearch.Results hybrid(StoreAccess store, HnswSearchRequest request, PagePosition page) {
		int depth = HybridRanking.lists(DocumentSearch.firstList(request, page));
		CompletableFuture<WordHits.Found> words = beside(() -> store
			.use((session) -> WordHits.early(new Question(session, request, SearchMode.HYBRID, null), depth)));
		EmbeddingClient.Embedded embedded = unlessWordsDo(request, () -> embed(request));
		WordHits.Found found = (embedded != null) ? await(words) : null;
		return store.use((session) -> {
			float[] vector = (embedded != null) ? unlessWordsDo(request, () -> vector(session, embedded)) : null;
			return (vector != null)
					? new DocumentSearch(new Question(session, request, SearchMode.HYBRID, vector), page).search(found)
					: new DocumentSearch(new Question(session, request, SearchMode.TEXT, null,
							session.identity().current().number(), true, false), page)
						.search(null);
		});
	}

	/**
	 * What a hybrid search needs the embedding model for.
	 * @return what it gives, or {@code null} if it fails, be it that a class of it cannot
	 * be loaded, and the search goes on by words alone
	 */
	<T> @Nullable T unlessWordsDo(HnswSearchRequest request, Supplier<T> work) {
		try {
			return work.get();
		}
		catch (RuntimeException | LinkageError ex) {
			if (!request.isTextFallback()) {
				throw ex;
			}
			logger.warn("The embedding model failed, so a hybrid search goes on by words alone: " + ex);
			return null;
		}
	}

	/** A thread for each: it costs a small part of what is waited for meanwhile. */
	private static CompletableFuture<WordHits.Found> beside(Supplier<WordHits.Found> work) {
		CompletableFuture<WordHits.Found> words = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				words.complete(work.get());
			}
			catch (RuntimeException | Error ex) {
				words.completeExceptionally(ex);
			}
		}, "hnsw-words");
		thread.setDaemon(true);
		thread.start();
		return words;
	}

	private static WordHits.Found await(CompletableFuture<WordHits.Found> words) {
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

	EmbeddingClient.Embedded embed(HnswSearchRequest request) {
		EmbeddingClient.Embedded embedded = this.client.embed(List.of(request.getQuery()), List.of("the query"),
				QueryEmbeddingOptions.INSTANCE);
		this.counters.computed(1);
		return embedded;
	}

	float[] vector(StoreSession session, EmbeddingClient.Embedded embedded) {
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

}

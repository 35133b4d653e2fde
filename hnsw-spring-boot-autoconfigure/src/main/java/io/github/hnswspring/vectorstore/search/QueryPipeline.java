package io.github.hnswspring.vectorstore.search;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.PositionGate;
import io.github.hnswspring.vectorstore.QueryEmbeddingOptions;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SearchPage;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.TextIndexState;
import io.github.hnswspring.vectorstore.derived.VectorCheck;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.embedding.EmbeddingCounters;
import io.github.hnswspring.vectorstore.options.LimitCheck;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.options.OtherGenerationException;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.session.EmbeddingModels;
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

	/** How long a search waits for the words of a replica that is new. */
	private static final Duration WORDS_PATIENCE = Duration.ofSeconds(5);

	private static final int WORDS_PAUSE_MILLIS = 20;

	private final EmbeddingModels models;

	private final StoreOptions options;

	private final EmbeddingCounters counters;

	private final @Nullable PositionGate gate;

	private final AtomicBoolean toldOfWords = new AtomicBoolean();

	/**
	 * Answers the requests of one store.
	 * @param gate what requests with a minimum position wait at; {@code null} if the
	 * store is no replica
	 */
	public QueryPipeline(EmbeddingModels models, StoreOptions options, EmbeddingCounters counters,
			@Nullable PositionGate gate) {
		this.gate = gate;
		this.models = models;
		this.options = options;
		this.counters = counters;
	}

	/** Searches once. */
	public List<Document> search(StoreAccess store, SearchRequest request) {
		return search(request, (ours, mode, page) -> attempt(store, ours, mode, page));
	}

	/** Searches for one page, the first one without a token. */
	public SearchPage search(StoreAccess store, SearchRequest request, @Nullable String token) {
		return search(store, request, token, (ours, mode, page) -> attempt(store, ours, mode, page));
	}

	/** Searches once, in a way of the caller's. */
	List<Document> search(SearchRequest request, Attempt attempt) {
		HnswSearchRequest ours = HnswSearchRequest.of(request);
		return results(ours, admit(ours), PagePosition.ONLY, attempt).documents();
	}

	/** Searches for one page, in a way of the caller's. */
	SearchPage search(StoreAccess store, SearchRequest request, @Nullable String token, Attempt attempt) {
		HnswSearchRequest ours = HnswSearchRequest.of(request);
		SearchMode mode = admit(ours);
		PageToken tokens = store.use((session) -> new PageToken(session.identity(), ours, mode));
		DocumentSearch.Results results = results(ours, mode, tokens.read(token), attempt);
		PagePosition next = results.next();
		return new SearchPage(results.documents(), (next != null) ? tokens.write(next) : null);
	}

	private static DocumentSearch.Results results(HnswSearchRequest ours, SearchMode mode, PagePosition page,
			Attempt attempt) {
		while (true) {
			try {
				return attempt.at(ours, mode, page);
			}
			catch (OtherGenerationException ex) {
				logger.debug("The store has switched to another embedding model; the question is embedded by that one");
			}
		}
	}

	private DocumentSearch.Results attempt(StoreAccess store, HnswSearchRequest ours, SearchMode mode,
			PagePosition page) {
		long documents = store.use((session) -> session.writer().documents());
		if (ours.getTopK() == 0 || documents == 0) {
			return DocumentSearch.Results.NONE;
		}
		if (this.gate != null && mode != SearchMode.DENSE) {
			awaitWords(store);
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

	/**
	 * A replica has its documents before their words are indexed, and has no way to tell
	 * an answer that lacks some from one that does not.
	 */
	private static void awaitWords(StoreAccess store) {
		long deadline = System.nanoTime() + WORDS_PATIENCE.toNanos();
		while (store.use((session) -> session.text().state()) == TextIndexState.BUILDING) {
			if (System.nanoTime() > deadline) {
				long percent = Math.round(100 * store.use((session) -> session.text().progress()));
				throw new StoreException("The words of the replica's documents are being indexed, " + percent
						+ " % are done, and a search by words would lack documents; ask again once its health has "
						+ "textIndex ready, or search in mode dense, which lacks none", null);
			}
			try {
				Thread.sleep(WORDS_PAUSE_MILLIS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new StoreException("Interrupted while words were indexed; search again", ex);
			}
		}
	}

	/** Refuses a vector to search with that cannot be compared with those stored. */
	static void checkGiven(StoreSession session, float[] vector) {
		int known = session.identity().expectedDimensions();
		VectorCheck.check(vector, (known > 0) ? known : vector.length, session.options().metric(),
				"The vector to search with");
	}

	/**
	 * Refuses what cannot be answered, and has a replica have what the request presumes.
	 * @return by what the request is answered
	 */
	SearchMode admit(HnswSearchRequest request) {
		checkResults(request);
		SearchMode mode = checkedMode(request);
		String position = request.getMinimumPosition();
		if (position != null) {
			if (this.gate == null) {
				throw new UnsupportedOperationException("The request has a minimum position (withMinimumPosition), but "
						+ "this store is no replica and has nothing to wait for; leave it out: what was stored here "
						+ "is found at once");
			}
			this.gate.await(position, request.getPositionTimeout());
		}
		return mode;
	}

	/** Refuses to find more than the limits allow. */
	private void checkResults(HnswSearchRequest request) {
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
	private SearchMode checkedMode(HnswSearchRequest request) {
		SearchMode mode = mode(request);
		if (request.getVector() == null || mode != SearchMode.DENSE) {
			LimitCheck.check("query-length", "The length of the query", request.getQuery().length(),
					this.options.limits().queryLength(), "shorten it");
		}
		return mode;
	}

	/** A vector alone says nothing of words. */
	SearchMode mode(HnswSearchRequest request) {
		SearchMode asked = request.getMode();
		return (asked != null) ? asked : (request.getVector() != null) ? SearchMode.DENSE : this.options.searchMode();
	}

	private DocumentSearch.Results embedded(StoreAccess store, HnswSearchRequest request, SearchMode mode,
			PagePosition page) {
		Asked asked = embed(store, request);
		return store.use((session) -> {
			Question question = (asked != null)
					? new Question(session, request, mode, vector(session, asked), asked.generation(), false, false)
					: byWords(session, request, false);
			return new DocumentSearch(question, page).search(null);
		});
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
		Asked asked = unlessWordsDo(request, () -> embed(store, request));
		WordHits.Found found = (asked != null) ? await(words) : null;
		return store.use((session) -> {
			float[] vector = (asked != null) ? unlessWordsDo(request, () -> vector(session, asked)) : null;
			return (vector != null && asked != null)
					? new DocumentSearch(
							new Question(session, request, SearchMode.HYBRID, vector, asked.generation(), false, false),
							page)
						.search(found)
					: new DocumentSearch(byWords(session, request, false), page).search(null);
		});
	}

	/**
	 * The question for words alone, whatever was asked for, because there is no vector.
	 * @throws StoreException if words cannot answer either
	 */
	static Question byWords(StoreSession session, HnswSearchRequest request, boolean explained) {
		if (session.text().state() == TextIndexState.OFF) {
			ModelGeneration current = session.identity().current();
			ModelGeneration next = session.identity().generations().next();
			throw new StoreException("The embeddings that are to answer come from " + current.name()
					+ ", and that model is not there: the store migrates"
					+ ((next != null) ? " to " + next.name() : " to another one")
					+ ". Until then words alone could answer, but the text index is switched off " + "("
					+ session.options().property("text.enabled")
					+ "=false). Wait for the end of the migration, or name the former model ("
					+ session.options().property("embedding.former-bean") + ")", null);
		}
		return new Question(session, request, SearchMode.TEXT, null, session.identity().current().number(), true,
				explained);
	}

	/**
	 * What a hybrid search needs the embedding model for.
	 * @return what it gives, or {@code null} if it fails, be it that a class of it cannot
	 * be loaded, and the search goes on by words alone
	 */
	<T> @Nullable T unlessWordsDo(HnswSearchRequest request, Supplier<@Nullable T> work) {
		try {
			return work.get();
		}
		catch (OtherGenerationException ex) {
			throw ex;
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

	/** Embeds a question; {@code null} if words alone can answer for the time being. */
	@Nullable Asked embed(StoreAccess store, HnswSearchRequest request) {
		EmbeddingModels.Maker maker = this.models.forQuestions(store);
		if (maker == null) {
			if (this.toldOfWords.compareAndSet(false, true)) {
				logger.warn("The model of the embeddings that are to answer is not there, and the store migrates to "
						+ "another one: questions are answered by words alone until it has (" + HitMetadata.FALLBACK
						+ " in the metadata of hits says so)");
			}
			return null;
		}
		EmbeddingClient.Embedded embedded = maker.client()
			.embed(List.of(request.getQuery()), List.of("the query"), QueryEmbeddingOptions.INSTANCE);
		this.counters.computed(1);
		return new Asked(embedded, maker.generation());
	}

	float[] vector(StoreSession session, Asked asked) {
		ModelGeneration current = session.identity().current();
		if (current.number() != asked.generation()) {
			throw new OtherGenerationException(asked.generation());
		}
		float[] vector = asked.embedded().vectors().get(0);
		session.modelHealth().check(current, asked.embedded().model(), (vector != null) ? vector.length : 0);
		int dimensions = session.identity().expectedDimensions();
		String problem = VectorCheck.problem(vector, dimensions, this.options.metric());
		if (problem != null) {
			throw new IllegalStateException("The embedding model gave the query " + problem
					+ ": put the question in other words, or look at the model, then search again");
		}
		return Objects.requireNonNull(vector);
	}

	/**
	 * A question that was embedded.
	 *
	 * @param embedded the answer of the model
	 * @param generation of the vectors it can be compared with
	 */
	record Asked(EmbeddingClient.Embedded embedded, int generation) {

	}

	/** Looks for one page; made once more if the store has switched to another model. */
	@FunctionalInterface
	interface Attempt {

		DocumentSearch.Results at(HnswSearchRequest request, SearchMode mode, PagePosition page);

	}

}

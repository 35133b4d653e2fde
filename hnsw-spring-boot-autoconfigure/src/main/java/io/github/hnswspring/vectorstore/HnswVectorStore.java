package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.embedding.EmbeddingCounters;
import io.github.hnswspring.vectorstore.filter.FilterIndex;
import io.github.hnswspring.vectorstore.filter.FilterTextParser;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.options.StoreOptionsBuilder;
import io.github.hnswspring.vectorstore.search.QueryPipeline;
import io.github.hnswspring.vectorstore.session.OwningContext;
import io.github.hnswspring.vectorstore.session.ReadOnlyIndexView;
import io.github.hnswspring.vectorstore.session.StatusReporter;
import io.github.hnswspring.vectorstore.session.StoreCompaction;
import io.github.hnswspring.vectorstore.session.StoreLifecycle;
import io.github.hnswspring.vectorstore.transfer.StoreBackup;
import io.github.hnswspring.vectorstore.write.IngestPipeline;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.AbstractVectorStoreBuilder;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.observation.AbstractObservationVectorStore;
import org.springframework.ai.vectorstore.observation.VectorStoreObservationContext;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.SmartLifecycle;

/**
 * A vector store inside this process: documents in an SQLite database of one directory,
 * found by an HNSW index.
 *
 * <p>
 * Whatever a method that changes documents has returned from is on disk and visible to
 * searches. Not enlisted in Spring transactions: call it after the commit.
 *
 * <p>
 * What a stored document was embedded from, under any id, is not sent to the embedding
 * model again: its hash is that of exactly what {@code getEmbeddingContent} says, of a
 * copy whose metadata is in the order of its keys and without those that are
 * {@linkplain Builder#excludedEmbedMetadataKeys excluded}. It is sent again once the last
 * document with it has been deleted. Documents that cannot be stored keep no other one of
 * the call out; a {@link PartialAddException} names them.
 *
 * <p>
 * Opened by {@link #start()}, or by the first use if that comes earlier; {@link #stop()}
 * releases files, maps and the lock on the directory, and {@link #start()} opens it
 * again. As a bean it serves until the beans that depend on it are destroyed.
 * Thread-safe.
 */
public final class HnswVectorStore extends AbstractObservationVectorStore
		implements SmartLifecycle, BeanNameAware, ApplicationContextAware, DisposableBean, AutoCloseable {

	/**
	 * Metadata that is not embedded by default: what Spring AI's text splitters write
	 * anew with every reading of an unchanged source, and the distance that vector stores
	 * write into their results.
	 */
	public static final List<String> DEFAULT_EXCLUDED_EMBED_METADATA_KEYS = List.of("parent_document_id", "chunk_index",
			"total_chunks", "distance");

	// Closed executors and web servers before the store, and open after it.
	private static final int PHASE = -1_000;

	private final StoreOptions options;

	private final OwningContext context = new OwningContext();

	public final StoreLifecycle lifecycle;

	public final EmbeddingClient client;

	public final IngestPipeline pipeline;

	private final QueryPipeline queries;

	private final StoreObservation observation;

	private final EmbeddingCounters counters = new EmbeddingCounters();

	private final StoreListeners listeners = new StoreListeners();

	private final ReadOnlyIndexView view;

	private final StatusReporter reporter;

	private HnswVectorStore(Builder builder) {
		super(builder);
		this.options = builder.options();
		this.client = new EmbeddingClient(this.embeddingModel, this.options.embeddingModelName(),
				this.options.excludedEmbedMetadataKeys());
		MetadataCodec codec = new MetadataCodec(this.options.limits().metadataLength(),
				this.options.limits().metadataDepth());
		this.lifecycle = new StoreLifecycle(this.options, codec, this.context);
		this.pipeline = new IngestPipeline(this.client, this.batchingStrategy, codec, this.options.limits(),
				this.counters);
		this.queries = new QueryPipeline(this.client, this.options, this.counters);
		this.observation = new StoreObservation(builder.getObservationRegistry(), this.lifecycle, this.options);
		this.view = new ReadOnlyIndexView(this.lifecycle, this.options);
		this.reporter = new StatusReporter(this.options, this.counters);
	}

	/**
	 * Starts to describe a store.
	 * @param embeddingModel turns texts into vectors
	 * @return a builder with defaults for everything else
	 */
	public static Builder builder(EmbeddingModel embeddingModel) {
		return new Builder(embeddingModel);
	}

	@Override
	public void doAdd(List<Document> documents) {
		requireWritable();
		if (!documents.isEmpty()) {
			this.observation.run(() -> this.listeners.timeAdd(() -> this.pipeline.add(this.lifecycle, documents)));
		}
	}

	@Override
	public void doDelete(List<String> ids) {
		requireWritable();
		if (!ids.isEmpty()) {
			this.observation.run(() -> this.lifecycle.use((session) -> {
				session.writer().delete(ids);
				return null;
			}));
		}
	}

	/**
	 * Deletes the documents a filter matches.
	 * @param filterExpression the filter as text, which may come from anybody; limits are
	 * those of {@link HnswSearchRequest#withFilterExpression}
	 * @throws IllegalArgumentException if the text is no filter or beyond a limit
	 */
	@Override
	public void delete(String filterExpression) {
		// The default has Spring AI's parser read it.
		delete(FilterTextParser.parse(filterExpression));
	}

	@Override
	protected void doDelete(Filter.Expression filter) {
		requireWritable();
		this.observation.run(() -> this.lifecycle.use((session) -> {
			session.writer().delete(filter);
			return null;
		}));
	}

	@Override
	public void delete(Filter.Expression filter) {
		// Before an observation prints it: printing recurses.
		check(filter);
		super.delete(filter);
	}

	private void check(Filter.Expression filter) {
		Limits.check("The number of values a filter compares with", FilterIndex.check(filter),
				this.options.limits().filterSize(), "ask in parts");
	}

	@Override
	public List<Document> similaritySearch(SearchRequest request) {
		if (request.getFilterExpression() != null) {
			check(request.getFilterExpression());
		}
		return super.similaritySearch(request);
	}

	@Override
	public List<Document> doSimilaritySearch(SearchRequest request) {
		return this.observation
			.call(() -> this.listeners.timeSearch(() -> this.queries.search(this.lifecycle, request)));
	}

	@Override
	public VectorStoreObservationContext.Builder createObservationContextBuilder(String operationName) {
		return this.observation.context(operationName);
	}

	/**
	 * The index.
	 * @param <T> {@link HnswIndex}
	 * @return {@link #index()}
	 */
	@Override
	@SuppressWarnings("unchecked")
	public <T> Optional<T> getNativeClient() {
		return Optional.of((T) this.view);
	}

	/**
	 * Adds documents with embeddings of your own, or replaces those with the same ids.
	 * @param documents text documents
	 * @param embeddings one a document, of the store's dimensions
	 */
	public void add(List<Document> documents, List<float[]> embeddings) {
		requireWritable();
		this.listeners.timeAdd(() -> this.pipeline.add(this.lifecycle, documents, embeddings));
	}

	/**
	 * Puts documents in the place of those a filter matches. They are embedded first;
	 * then all is swapped in one transaction, so that a search or a crash meets the old
	 * documents or the new ones.
	 * @param filter matches the documents to remove
	 * @param documents the documents to add; ids that exist are replaced as well
	 */
	public void replace(Filter.Expression filter, List<Document> documents) {
		requireWritable();
		check(filter);
		this.listeners.timeAdd(() -> this.pipeline.replace(this.lifecycle, filter, documents));
	}

	/**
	 * Searches with a vector instead of a text.
	 * @param vector {@code float[dimensions]}
	 * @param request topK, threshold and filter; its query is not used
	 * @return the nearest documents
	 */
	public List<Document> similaritySearch(float[] vector, SearchRequest request) {
		return similaritySearch(HnswSearchRequest.of(request).withVector(vector));
	}

	/**
	 * The number of documents; a counter is read, nothing else.
	 * @return live documents
	 */
	public long count() {
		return this.lifecycle.use((session) -> session.writer().documents());
	}

	/**
	 * The number of documents a filter matches.
	 * @param filter the filter
	 * @return the number
	 */
	public long count(Filter.Expression filter) {
		check(filter);
		return this.lifecycle.use((session) -> session.reader().count(filter));
	}

	/**
	 * Reads documents.
	 * @param ids their ids; unknown ones are left out
	 * @return the documents, in the order of the ids
	 */
	public List<Document> get(Collection<String> ids) {
		return this.lifecycle.use((session) -> session.reader().get(ids));
	}

	/**
	 * Whether a document is stored.
	 * @param id its id
	 * @return {@code true} if so
	 */
	public boolean exists(String id) {
		return this.lifecycle.use((session) -> session.reader().exists(id));
	}

	/**
	 * Lists documents page by page.
	 * @param filter chooses documents, or {@code null} for all
	 * @param request which page
	 * @return the page
	 */
	public DocumentPage list(Filter.@Nullable Expression filter, DocumentPageRequest request) {
		if (filter != null) {
			check(filter);
		}
		return this.lifecycle.use((session) -> session.reader().list(filter, request));
	}

	/**
	 * Writes a copy that opens as a store, while reads and writes go on.
	 * @param target a directory that does not exist yet, or is empty
	 */
	public void backup(Path target) {
		this.lifecycle.use((session) -> {
			new StoreBackup(session).backup(target);
			return null;
		});
	}

	/**
	 * Gives the space of deleted documents back, on the disk and on the heap. If the
	 * index holds much of what was removed it is built anew, beside searches and writes;
	 * then its old files go and the database is written anew, while writes wait. Returns
	 * when all of it is done, which takes as long as a rebuild.
	 * @throws StoreException if it fails, for lack of space for example; no document is
	 * affected
	 */
	public void compact() {
		requireWritable();
		StoreCompaction.compact(this.lifecycle);
	}

	/**
	 * The index, live and for reading only. Its ids are keys of rows, not document ids.
	 * @return search, vectors, statistics and audit; everything else throws
	 */
	public HnswIndex index() {
		return this.view;
	}

	/**
	 * Figures for health checks and metrics, without any I/O and without waiting.
	 * @return the figures at this moment
	 */
	public StoreStatus status() {
		return this.reporter.status(this.lifecycle.session(), this.lifecycle.temporaryDirectory());
	}

	/**
	 * Has a listener told how long searches and additions take, from now on.
	 * @param listener the listener
	 */
	public void addListener(StoreListener listener) {
		this.listeners.add(listener);
	}

	@Override
	public void start() {
		this.lifecycle.start();
	}

	/**
	 * Releases files, maps and the lock; what is under way ends first. While the
	 * application context of this store ends, that is left to {@link #destroy()}, which
	 * the context calls after it has destroyed the beans that depend on this one.
	 */
	@Override
	public void stop() {
		this.lifecycle.stop();
	}

	@Override
	public boolean isRunning() {
		return this.lifecycle.session() != null;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	/**
	 * Releases files, maps and the lock, and removes the directory if it is a temporary
	 * one.
	 */
	@Override
	public void close() {
		this.lifecycle.close();
	}

	/**
	 * Called by the context when a bean of this store is destroyed: {@link #close()
	 * closes} it, but if several beans are this store, the last one does.
	 */
	@Override
	public void destroy() {
		if (this.context.destroyed()) {
			close();
		}
	}

	/** Called by the context. */
	@Override
	public void setBeanName(String name) {
		this.context.beanName(name);
	}

	/** Called by the context, so that {@link #stop()} can tell its end from a pause. */
	@Override
	public void setApplicationContext(ApplicationContext context) {
		this.context.set(context);
	}

	private void requireWritable() {
		if (this.options.readOnly()) {
			throw new UnsupportedOperationException(
					"The vector store is read-only (hnsw.read-only=true); open it without that to change documents");
		}
	}

	/** Describes a store; everything has a default. */
	public static final class Builder extends AbstractVectorStoreBuilder<Builder> {

		private final StoreOptionsBuilder options = new StoreOptionsBuilder();

		private Builder(EmbeddingModel embeddingModel) {
			super(embeddingModel);
		}

		/**
		 * Where the store lies.
		 * @param directory made if it does not exist; {@code null} for a temporary one
		 * that is removed on close
		 * @return this builder
		 */
		public Builder directory(@Nullable Path directory) {
			this.options.directory = directory;
			return this;
		}

		/**
		 * How vectors are compared; cosine by default. Fixed once the store exists.
		 * @param metric the metric
		 * @return this builder
		 */
		public Builder metric(Metric metric) {
			this.options.metric = metric;
			return this;
		}

		/**
		 * Components of every embedding; by default those of the first one.
		 * @param dimensions at least 1, or 0 for the default
		 * @return this builder
		 */
		public Builder dimensions(int dimensions) {
			this.options.dimensions = dimensions;
			return this;
		}

		/**
		 * Links a document gets on each layer of the index.
		 * @param m 2 to 512; another number than before has the index built anew
		 * @return this builder
		 */
		public Builder m(int m) {
			this.options.m = m;
			return this;
		}

		/**
		 * The size of the candidate list while inserting.
		 * @param efConstruction at least 1; another number than before has the index
		 * built anew
		 * @return this builder
		 */
		public Builder efConstruction(int efConstruction) {
			this.options.efConstruction = efConstruction;
			return this;
		}

		/**
		 * The share of the true nearest documents that a search finds, as a mean over
		 * searches; {@value HnswIndexBuilder#DEFAULT_TARGET_RECALL} by default. The index
		 * learns from its own vectors how long a candidate list that takes. Another one
		 * than before applies at once.
		 * @param targetRecall above 0, at most 1
		 * @return this builder
		 */
		public Builder targetRecall(double targetRecall) {
			this.options.targetRecall = targetRecall;
			return this;
		}

		/**
		 * A fixed size of the candidate list while searching, instead of a
		 * {@link #targetRecall}. Another one than before applies at once.
		 * @param efSearch at least 1
		 * @return this builder
		 */
		public Builder efSearch(int efSearch) {
			this.options.efSearch = efSearch;
			return this;
		}

		/**
		 * How coarse the vectors are on which the graph is walked; results are ranked by
		 * the full ones.
		 * @param quantization another one than before has the index built anew
		 * @return this builder
		 */
		public Builder quantization(Quantization quantization) {
			this.options.quantization = quantization;
			return this;
		}

		/**
		 * The name of the embedding model, checked against the store at start; by default
		 * it is learned from the model's first response.
		 * @param name the name, or {@code null}
		 * @return this builder
		 */
		public Builder embeddingModelName(@Nullable String name) {
			this.options.embeddingModelName = name;
			return this;
		}

		/**
		 * Metadata that is not embedded, although the embedding model puts metadata in
		 * front of the text, as Spring AI's classes for OpenAI and Mistral do. It is
		 * stored and returned all the same. A document with a content formatter of its
		 * own is embedded as that one says.
		 * @param keys those that change although the text does not;
		 * {@link #DEFAULT_EXCLUDED_EMBED_METADATA_KEYS} unless set, empty to embed all
		 * @return this builder
		 */
		public Builder excludedEmbedMetadataKeys(Collection<String> keys) {
			this.options.excludedEmbedMetadataKeys = Set.copyOf(keys);
			return this;
		}

		/**
		 * Refuses every change and writes nothing, so that several processes may read one
		 * store.
		 * @param readOnly whether to do so
		 * @return this builder
		 */
		public Builder readOnly(boolean readOnly) {
			this.options.readOnly = readOnly;
			return this;
		}

		/**
		 * How long to wait at start for another process that owns the directory; not at
		 * all by default.
		 * @param timeout zero or more
		 * @return this builder
		 */
		public Builder lockTimeout(Duration timeout) {
			this.options.lockTimeout = timeout;
			return this;
		}

		/**
		 * After how many changes the index is saved in the background.
		 * @param changes at least 1
		 * @return this builder
		 */
		public Builder snapshotChanges(int changes) {
			this.options.snapshotChanges = changes;
			return this;
		}

		/**
		 * After what time changes are saved in the background, however few.
		 * @param interval more than zero
		 * @return this builder
		 */
		public Builder snapshotInterval(Duration interval) {
			this.options.snapshotInterval = interval;
			return this;
		}

		/**
		 * Tunes what this builder has no method for. Called each time an index is made.
		 * @param customizer must not change the metric
		 * @return this builder
		 */
		public Builder indexCustomizer(Consumer<HnswIndexBuilder> customizer) {
			this.options.indexCustomizer = this.options.indexCustomizer.andThen(customizer);
			return this;
		}

		/**
		 * The largest inputs accepted.
		 * @param limits the limits
		 * @return this builder
		 */
		public Builder limits(Limits limits) {
			this.options.limits = limits;
			return this;
		}

		/** For tests that make connections or files fail. */
		public Builder faults(Consumer<StoreOptionsBuilder> faults) {
			faults.accept(this.options);
			return this;
		}

		private StoreOptions options() {
			return this.options.build();
		}

		@Override
		public HnswVectorStore build() {
			return new HnswVectorStore(this);
		}

	}

}

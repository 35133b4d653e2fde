package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.GraphView;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.embedding.EmbeddingCounters;
import io.github.hnswspring.vectorstore.filter.FilterIndex;
import io.github.hnswspring.vectorstore.filter.MetadataFilters;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.options.LimitCheck;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.search.Explainer;
import io.github.hnswspring.vectorstore.search.Profiler;
import io.github.hnswspring.vectorstore.search.QueryPipeline;
import io.github.hnswspring.vectorstore.search.WalkViewer;
import io.github.hnswspring.vectorstore.session.OwningContext;
import io.github.hnswspring.vectorstore.session.EmbeddingModels;
import io.github.hnswspring.vectorstore.session.ReadOnlyIndexView;
import io.github.hnswspring.vectorstore.session.StatusReporter;
import io.github.hnswspring.vectorstore.session.StoreCompaction;
import io.github.hnswspring.vectorstore.session.StoreErasure;
import io.github.hnswspring.vectorstore.session.StoreLifecycle;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;
import io.github.hnswspring.vectorstore.transfer.ExportedEmbeddingModel;
import io.github.hnswspring.vectorstore.transfer.StoreBackup;
import io.github.hnswspring.vectorstore.transfer.StoreExport;
import io.github.hnswspring.vectorstore.transfer.StoreImport;
import io.github.hnswspring.vectorstore.write.ContentClaims;
import io.github.hnswspring.vectorstore.write.IngestPipeline;
import io.github.hnswspring.vectorstore.migration.ModelMigration;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.observation.AbstractObservationVectorStore;
import org.springframework.ai.vectorstore.observation.VectorStoreObservationContext;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.util.Assert;

/**
 * The store of one process: what is asked at the two doors is checked here and handed on
 * to those who do it. Neither final nor used by its fields from outside, so that aspects
 * can stand in front of it. Thread-safe.
 */
class EmbeddedVectorStore extends AbstractObservationVectorStore
		implements HnswVectorStore, BeanNameAware, ApplicationContextAware, DisposableBean {

	// Closed executors and web servers before the store, and open after it.
	private static final int PHASE = -1_000;

	private static final int MOST_INDEX_IDS = 10_000;

	private final HnswVectorStore.Builder builder;

	private final StoreOptions options;

	private final OwningContext context = new OwningContext();

	private final MetadataCodec codec;

	private final StoreLifecycle lifecycle;

	private final EmbeddingModels models;

	private final ModelMigration migration;

	private final IngestPipeline pipeline;

	private final QueryPipeline queries;

	private final StoreObservation observation;

	private final EmbeddingCounters counters = new EmbeddingCounters();

	private final StoreListeners listeners = new StoreListeners();

	private final Activities activities = new Activities(this::directory, this.listeners::progress);

	private final ReadOnlyIndexView view;

	private final StatusReporter reporter;

	private final @Nullable StoreTruth truth;

	EmbeddedVectorStore(HnswVectorStore.Builder builder) {
		this(builder, null);
	}

	/**
	 * A store that may be a replica.
	 * @param truth where a replica writes first; {@code null} for any other store
	 */
	EmbeddedVectorStore(HnswVectorStore.Builder builder, @Nullable StoreTruth truth) {
		super(builder);
		this.truth = truth;
		this.builder = builder;
		this.options = builder.options();
		EmbeddingModel former = builder.formerEmbeddingModel();
		this.models = new EmbeddingModels(
				new EmbeddingClient(this.embeddingModel, this.options.embeddingModelName(),
						this.options.excludedEmbedMetadataKeys()),
				(former != null) ? new EmbeddingClient(former, null, this.options.excludedEmbedMetadataKeys()) : null,
				this.options.onModelChange(), this.options.modelPatience());
		this.codec = new MetadataCodec(this.options.limits().metadataLength(), this.options.limits().metadataDepth());
		this.lifecycle = new StoreLifecycle(this.options, this.codec, this.context, this.activities, this.models);
		this.pipeline = new IngestPipeline(this.batchingStrategy, this.codec, this.options.limits(), this.counters,
				this.activities, new ContentClaims(this.options.truth()), truth);
		this.queries = new QueryPipeline(this.models, this.options, this.counters,
				(truth != null) ? truth : this.options.truth());
		this.observation = new StoreObservation(builder.getObservationRegistry(), this.lifecycle, this.options);
		this.view = new ReadOnlyIndexView(this.lifecycle, this.options);
		this.migration = new ModelMigration(this.lifecycle, this.pipeline, this.models,
				this.options.excludedEmbedMetadataKeys(), this.counters);
		this.lifecycle.beside(this.migration);
		this.reporter = new StatusReporter(this.options, this.counters, this.activities);
	}

	@Override
	public DocumentStore scopedTo(Map<String, ?> scope) {
		return new ScopedDocumentStore(this, this.builder, Scope.of(scope));
	}

	@Override
	public void doAdd(List<Document> documents) {
		add(this.pipeline, documents);
	}

	void add(IngestPipeline pipeline, List<Document> documents) {
		requireWritable();
		notNull(documents, "documents", "a list, which may be empty");
		if (!documents.isEmpty()) {
			this.observation.run(() -> this.listeners.timeAdd(() -> pipeline.add(this.lifecycle, documents)));
		}
	}

	@Override
	public void doDelete(List<String> ids) {
		delete(Scope.EVERYTHING, ids);
	}

	void delete(Scope scope, List<String> ids) {
		requireWritable();
		checkIds(ids);
		if (!ids.isEmpty()) {
			this.observation.run(() -> {
				if (this.truth != null) {
					this.truth.delete(ids, () -> deleteHere(scope, ids));
				}
				else {
					deleteHere(scope, ids);
				}
			});
		}
	}

	private void deleteHere(Scope scope, List<String> ids) {
		this.lifecycle.run((session) -> session.writer().delete(scope, ids));
	}

	@Override
	protected void doDelete(Filter.Expression filter) {
		requireWritable();
		this.observation.run(() -> {
			if (this.truth != null) {
				this.truth.replace(filter, List.of(), (ids, stored) -> deleteHere(Scope.EVERYTHING, ids));
			}
			else {
				this.lifecycle.run((session) -> session.writer().delete(filter));
			}
		});
	}

	@Override
	public void delete(Filter.Expression filter) {
		// Before an observation prints it: printing recurses.
		check(filter);
		super.delete(filter);
	}

	void check(Filter.Expression filter) {
		notNull(filter, "filter", "an expression of FilterExpressionBuilder or HnswSearchRequest.parseFilter");
		LimitCheck.check("filter-size", "The number of values a filter compares with", FilterIndex.check(filter),
				this.options.limits().filterSize(), "ask in parts");
	}

	private static void notNull(@Nullable Object argument, String name, String pass) {
		Assert.notNull(argument, () -> "The " + name + " must not be null; pass " + pass);
	}

	static void checkIds(Collection<String> ids) {
		notNull(ids, "ids", "those of documents, which may be none");
		Assert.noNullElements(ids, "None of the ids may be null; leave those out");
	}

	static void check(SearchRequest request) {
		notNull(request, "request", "a SearchRequest, such as SearchRequest.builder().query(text).build()");
	}

	@Override
	public List<Document> similaritySearch(SearchRequest request) {
		check(request);
		if (request.getFilterExpression() != null) {
			check(request.getFilterExpression());
		}
		return super.similaritySearch(request);
	}

	@Override
	public List<Document> doSimilaritySearch(SearchRequest request) {
		return observed(() -> {
			if (request instanceof PagedRequest paged) {
				paged.page = this.queries.search(this.lifecycle, paged.request, paged.token);
				return paged.page.documents();
			}
			return this.queries.search(this.lifecycle, request);
		});
	}

	/** Has a search observed and timed. */
	List<Document> observed(Supplier<List<Document>> search) {
		return this.observation.call(() -> this.listeners.timeSearch(search));
	}

	@Override
	public SearchPage search(SearchRequest request, @Nullable String token) {
		check(request);
		PagedRequest paged = new PagedRequest(request, token);
		similaritySearch(paged);
		return Objects.requireNonNull(paged.page);
	}

	@Override
	public SearchExplanation explain(SearchRequest request, String documentId) {
		check(request);
		if (request.getFilterExpression() != null) {
			check(request.getFilterExpression());
		}
		return new Explainer(this.queries).explain(this.lifecycle, request, documentId);
	}

	@Override
	public VectorStoreObservationContext.Builder createObservationContextBuilder(String operationName) {
		return this.observation.context(operationName);
	}

	/** What it is called where stores are told apart, whatever stands in front of it. */
	@Override
	public String getName() {
		return HnswVectorStore.class.getSimpleName();
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

	@Override
	public void add(List<Document> documents, List<float[]> embeddings) {
		add(this.pipeline, documents, embeddings);
	}

	void add(IngestPipeline pipeline, List<Document> documents, List<float[]> embeddings) {
		requireWritable();
		notNull(documents, "documents", "a list, which may be empty");
		notNull(embeddings, "embeddings", "a list with one for each document");
		this.listeners.timeAdd(() -> pipeline.add(this.lifecycle, documents, embeddings));
	}

	@Override
	public void replace(Filter.Expression filter, List<Document> documents) {
		replace(this.pipeline, filter, documents);
	}

	void replace(IngestPipeline pipeline, Filter.Expression filter, List<Document> documents) {
		requireWritable();
		check(filter);
		notNull(documents, "documents", "a list, which may be empty");
		this.listeners.timeAdd(() -> pipeline.replace(this.lifecycle, filter, documents));
	}

	@Override
	public SyncResult sync(SyncRequest request) {
		return sync(this.pipeline, request);
	}

	SyncResult sync(IngestPipeline pipeline, SyncRequest request) {
		requireWritable();
		notNull(request, "request", "SyncRequest.of(source, documents)");
		return this.listeners.timeAdd(() -> pipeline.sync(this.lifecycle, request));
	}

	@Override
	public Map<String, Long> sources() {
		return sources(Scope.EVERYTHING);
	}

	Map<String, Long> sources(Scope scope) {
		return this.lifecycle.use((session) -> session.reader().sources(scope));
	}

	@Override
	public UpdateResult updateMetadata(Collection<String> ids, MetadataChanges changes) {
		return updateMetadata(this.pipeline, ids, changes);
	}

	UpdateResult updateMetadata(IngestPipeline pipeline, Collection<String> ids, MetadataChanges changes) {
		requireWritable();
		checkIds(ids);
		notNull(changes, "changes", "MetadataChanges.set(key, value) or MetadataChanges.remove(key)");
		return this.listeners.timeAdd(() -> pipeline.update(this.lifecycle, ids, changes));
	}

	@Override
	public UpdateResult updateMetadata(Filter.Expression filter, MetadataChanges changes) {
		return updateMetadata(this.pipeline, filter, changes);
	}

	UpdateResult updateMetadata(IngestPipeline pipeline, Filter.Expression filter, MetadataChanges changes) {
		requireWritable();
		check(filter);
		notNull(changes, "changes", "MetadataChanges.set(key, value) or MetadataChanges.remove(key)");
		return this.listeners.timeAdd(() -> pipeline.update(this.lifecycle, filter, changes));
	}

	@Override
	public long count() {
		return this.lifecycle.use((session) -> session.reader().count(session.writer()::documents));
	}

	@Override
	public long count(Filter.Expression filter) {
		check(filter);
		return this.lifecycle.use((session) -> session.reader().count(filter));
	}

	@Override
	public List<Document> get(Collection<String> ids) {
		return get(Scope.EVERYTHING, ids);
	}

	List<Document> get(Scope scope, Collection<String> ids) {
		checkIds(ids);
		return this.lifecycle.use((session) -> session.reader().get(scope, ids));
	}

	@Override
	public boolean exists(String id) {
		return exists(Scope.EVERYTHING, id);
	}

	boolean exists(Scope scope, String id) {
		notNull(id, "id", "that of a document");
		return this.lifecycle.use((session) -> session.reader().exists(scope, id));
	}

	@Override
	public Map<Long, Document> documents(Collection<Long> indexIds) {
		notNull(indexIds, "indexIds", "those that the index tells, which may be none");
		Assert.noNullElements(indexIds, "None of the ids of the index may be null; leave those out");
		Assert.isTrue(indexIds.size() <= MOST_INDEX_IDS, () -> "At most " + MOST_INDEX_IDS
				+ " ids of the index are looked up at once, but there were " + indexIds.size() + "; ask in parts");
		return this.lifecycle.use((session) -> session.reader().get(List.copyOf(indexIds)));
	}

	@Override
	public OptionalLong indexId(String documentId) {
		notNull(documentId, "id", "that of a document");
		return this.lifecycle.use((session) -> session.reader().key(documentId));
	}

	@Override
	public SearchProfile profile(SearchRequest request) {
		check(request);
		if (request.getFilterExpression() != null) {
			check(request.getFilterExpression());
		}
		return new Profiler(this.queries).profile(this.lifecycle, request);
	}

	@Override
	public List<MetadataKey> metadataKeys() {
		return this.lifecycle.use((session) -> session.reader().read(MetadataFilters::keys));
	}

	@Override
	public GraphView walk(SearchRequest request, int nodes, Collection<String> documentIds) {
		check(request);
		notNull(documentIds, "documentIds", "those to draw in any case, which may be none");
		if (request.getFilterExpression() != null) {
			check(request.getFilterExpression());
		}
		return new WalkViewer(this.queries).view(this.lifecycle, request, nodes, documentIds);
	}

	@Override
	public DocumentPage list(Filter.@Nullable Expression filter, DocumentPageRequest request) {
		notNull(request, "request", "a DocumentPageRequest, such as DocumentPageRequest.first(100)");
		if (filter != null) {
			check(filter);
		}
		return this.lifecycle.use((session) -> session.reader().list(filter, request));
	}

	@Override
	public void backup(Path target) {
		notNull(target, "target", "a directory that does not exist yet, or is empty");
		this.lifecycle.run((session) -> new StoreBackup(session).backup(target));
	}

	@Override
	public void compact() {
		requireWritable();
		StoreCompaction.compact(this.lifecycle);
	}

	@Override
	public ForgetResult forget(Map<String, ?> scope) {
		requireWritable();
		Scope forgotten = Scope.of(scope);
		this.pipeline.forgetPaid();
		return StoreErasure.forget(this.lifecycle, forgotten);
	}

	@Override
	public long exportTo(Path target) {
		notNull(target, "target", "a directory that does not exist yet, or is empty");
		return this.lifecycle.use((session) -> new StoreExport(session).to(target));
	}

	@Override
	public long exportTo(BiConsumer<Document, float[]> consumer) {
		notNull(consumer, "consumer", "what takes each document and its embedding");
		return this.lifecycle.use((session) -> new StoreExport(session).to(consumer));
	}

	@Override
	public EmbeddingModel exportedEmbeddings() {
		return new ExportedEmbeddingModel(this.lifecycle, this.models.own(), null);
	}

	@Override
	public EmbeddingModel exportedEmbeddings(EmbeddingModel fallback) {
		notNull(fallback, "fallback", "an EmbeddingModel, or use exportedEmbeddings() without one");
		return new ExportedEmbeddingModel(this.lifecycle, this.models.own(), fallback);
	}

	@Override
	public long importFrom(Path source) {
		requireWritable();
		notNull(source, "source", "the directory of an export");
		return StoreImport.export(this.lifecycle, this.pipeline, source);
	}

	@Override
	public long importSimpleVectorStore(Path file) {
		requireWritable();
		notNull(file, "file", "what SimpleVectorStore.save wrote");
		return StoreImport.simpleVectorStore(this.lifecycle, this.pipeline, file);
	}

	@Override
	public MigrationEstimate estimateMigration(EmbeddingModel target) {
		notNull(target, "target", "the EmbeddingModel to migrate to");
		return this.migration.estimate(target);
	}

	@Override
	public MigrationEstimate migrate(EmbeddingModel target) {
		requireWritable();
		notNull(target, "target", "the EmbeddingModel to migrate to");
		return this.migration.migrate(target);
	}

	@Override
	public void rollbackMigration() {
		requireWritable();
		this.migration.rollback();
	}

	@Override
	public void switchWithoutRefused() {
		requireWritable();
		this.migration.switchWithoutRefused();
	}

	@Override
	public void removeFormerEmbeddings() {
		requireWritable();
		this.migration.forgetFormer();
	}

	@Override
	public HnswIndex index() {
		return this.view;
	}

	@Override
	public StoreStatus status() {
		StoreSession session = this.lifecycle.session();
		return this.reporter.status(session, this.lifecycle.temporaryDirectory(), this.migration.status(session));
	}

	@Override
	public Optional<Duration> timeToLive() {
		return Optional.ofNullable(this.options.timeToLive());
	}

	@Override
	public void addListener(StoreListener listener) {
		notNull(listener, "listener", "a StoreListener");
		this.listeners.add(listener);
	}

	@Override
	public void start() {
		this.lifecycle.start();
	}

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

	private @Nullable Path directory() {
		StoreDirectory temporary = this.lifecycle.temporaryDirectory();
		return (temporary != null) ? temporary.path() : this.options.directory();
	}

	/** For tests. */
	StoreLifecycle lifecycle() {
		return this.lifecycle;
	}

	StoreOptions options() {
		return this.options;
	}

	QueryPipeline queries() {
		return this.queries;
	}

	MetadataCodec codec() {
		return this.codec;
	}

	/** For tests. */
	IngestPipeline pipeline() {
		return this.pipeline;
	}

	/**
	 * A page as Spring AI's class takes a search, so that pages are observed as other
	 * searches are. Confined to one call.
	 */
	private static final class PagedRequest extends SearchRequest {

		private final SearchRequest request;

		private final @Nullable String token;

		private @Nullable SearchPage page;

		PagedRequest(SearchRequest request, @Nullable String token) {
			super(request);
			this.request = request;
			this.token = token;
		}

	}

	private void requireWritable() {
		if (this.options.readOnly()) {
			throw new UnsupportedOperationException("The vector store is read-only ("
					+ this.options.property("read-only") + "=true); open it without that to change documents");
		}
	}

}

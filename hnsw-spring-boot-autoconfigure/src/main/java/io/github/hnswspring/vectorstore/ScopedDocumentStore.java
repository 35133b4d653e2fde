package io.github.hnswspring.vectorstore;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.write.IngestPipeline;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.observation.AbstractObservationVectorStore;
import org.springframework.ai.vectorstore.observation.VectorStoreObservationContext;

/**
 * A part of a store behind a wall. Every filter is confined before anything is asked, in
 * copies that whoever calls cannot change, and those who answer show what is found as the
 * {@link Scope} of the filter does; what is written is stamped by a pipeline of its own.
 * Thread-safe.
 */
final class ScopedDocumentStore extends AbstractObservationVectorStore implements DocumentStore {

	private final EmbeddedVectorStore store;

	private final HnswVectorStore.Builder builder;

	private final Scope scope;

	private final IngestPipeline pipeline;

	/**
	 * Puts a wall around a part of a store.
	 * @param builder the store was built by, for what observations need
	 */
	ScopedDocumentStore(EmbeddedVectorStore store, HnswVectorStore.Builder builder, Scope scope) {
		super(builder);
		this.store = store;
		this.builder = builder;
		this.scope = scope;
		this.pipeline = store.pipeline().within(scope);
	}

	@Override
	public DocumentStore scopedTo(Map<String, ?> scope) {
		return new ScopedDocumentStore(this.store, this.builder, this.scope.narrowed(scope));
	}

	private Filter.Expression confined(Filter.@Nullable Expression filter) {
		return Objects.requireNonNull(this.scope.and(filter));
	}

	/** Without a filter, whatever was meant, is not everything there is. */
	private Filter.Expression confinedGiven(Filter.Expression filter) {
		this.store.check(filter);
		return confined(filter);
	}

	private HnswSearchRequest confined(SearchRequest request) {
		EmbeddedVectorStore.check(request);
		HnswSearchRequest copy = HnswSearchRequest.of(request);
		return copy.withFilterExpression(confined(copy.getFilterExpression()));
	}

	@Override
	public void doAdd(List<Document> documents) {
		this.store.add(this.pipeline, documents);
	}

	@Override
	public void add(List<Document> documents, List<float[]> embeddings) {
		this.store.add(this.pipeline, documents, embeddings);
	}

	@Override
	public void replace(Filter.Expression filter, List<Document> documents) {
		this.store.replace(this.pipeline, filter, documents);
	}

	@Override
	public SyncResult sync(SyncRequest request) {
		return this.store.sync(this.pipeline, request);
	}

	@Override
	public Map<String, Long> sources() {
		return this.store.sources(this.scope);
	}

	@Override
	public UpdateResult updateMetadata(Collection<String> ids, MetadataChanges changes) {
		return this.store.updateMetadata(this.pipeline, ids, changes);
	}

	@Override
	public UpdateResult updateMetadata(Filter.Expression filter, MetadataChanges changes) {
		return this.store.updateMetadata(this.pipeline, filter, changes);
	}

	@Override
	public void doDelete(List<String> ids) {
		this.store.delete(this.scope, ids);
	}

	@Override
	public void delete(Filter.Expression filter) {
		this.store.delete(confinedGiven(filter));
	}

	@Override
	protected void doDelete(Filter.Expression filter) {
		this.store.doDelete(confinedGiven(filter));
	}

	@Override
	public List<Document> similaritySearch(SearchRequest request) {
		return this.store.similaritySearch(confined(request));
	}

	@Override
	public List<Document> doSimilaritySearch(SearchRequest request) {
		return this.store.doSimilaritySearch(confined(request));
	}

	@Override
	public SearchPage search(SearchRequest request, @Nullable String token) {
		return this.store.search(confined(request), token);
	}

	@Override
	public SearchExplanation explain(SearchRequest request, String documentId) {
		return this.store.explain(confined(request), documentId);
	}

	@Override
	public long count() {
		return this.store.count(confined((Filter.Expression) null));
	}

	@Override
	public long count(Filter.Expression filter) {
		return this.store.count(confinedGiven(filter));
	}

	@Override
	public List<Document> get(Collection<String> ids) {
		return this.store.get(this.scope, ids);
	}

	@Override
	public boolean exists(String id) {
		return this.store.exists(this.scope, id);
	}

	@Override
	public DocumentPage list(Filter.@Nullable Expression filter, DocumentPageRequest request) {
		return this.store.list(confined(filter), request);
	}

	@Override
	public VectorStoreObservationContext.Builder createObservationContextBuilder(String operationName) {
		return this.store.createObservationContextBuilder(operationName);
	}

	@Override
	public String getName() {
		return this.store.getName();
	}

	/**
	 * None: the index knows no walls.
	 * @param <T> of nothing
	 * @return empty
	 */
	@Override
	public <T> Optional<T> getNativeClient() {
		return Optional.empty();
	}

}

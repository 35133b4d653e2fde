package io.github.hnswspring.vectorstore;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;

/**
 * A part of a replica behind a wall, which can be searched and read: the truth knows no
 * walls, so that a change would reach what is behind others. Thread-safe.
 */
final class ReadOnlyDocumentStore implements DocumentStore {

	private final DocumentStore part;

	ReadOnlyDocumentStore(DocumentStore part) {
		this.part = part;
	}

	@Override
	public void add(List<Document> documents) {
		throw ReplicaRefusal.inScope("add");
	}

	@Override
	public void add(List<Document> documents, List<float[]> embeddings) {
		throw ReplicaRefusal.inScope("add");
	}

	@Override
	public void replace(Filter.Expression filter, List<Document> documents) {
		throw ReplicaRefusal.inScope("replace");
	}

	@Override
	public void delete(List<String> ids) {
		throw ReplicaRefusal.inScope("delete");
	}

	@Override
	public void delete(Filter.Expression filter) {
		throw ReplicaRefusal.inScope("delete");
	}

	@Override
	public SyncResult sync(SyncRequest request) {
		throw ReplicaRefusal.inScope("sync");
	}

	@Override
	public UpdateResult updateMetadata(Collection<String> ids, MetadataChanges changes) {
		throw ReplicaRefusal.inScope("updateMetadata");
	}

	@Override
	public UpdateResult updateMetadata(Filter.Expression filter, MetadataChanges changes) {
		throw ReplicaRefusal.inScope("updateMetadata");
	}

	@Override
	public Map<String, Long> sources() {
		return this.part.sources();
	}

	@Override
	public List<Document> similaritySearch(SearchRequest request) {
		return this.part.similaritySearch(request);
	}

	@Override
	public SearchPage search(SearchRequest request, @Nullable String token) {
		return this.part.search(request, token);
	}

	@Override
	public SearchExplanation explain(SearchRequest request, String documentId) {
		return this.part.explain(request, documentId);
	}

	@Override
	public DocumentStore scopedTo(Map<String, ?> scope) {
		return new ReadOnlyDocumentStore(this.part.scopedTo(scope));
	}

	@Override
	public long count() {
		return this.part.count();
	}

	@Override
	public long count(Filter.Expression filter) {
		return this.part.count(filter);
	}

	@Override
	public List<Document> get(Collection<String> ids) {
		return this.part.get(ids);
	}

	@Override
	public boolean exists(String id) {
		return this.part.exists(id);
	}

	@Override
	public DocumentPage list(Filter.@Nullable Expression filter, DocumentPageRequest request) {
		return this.part.list(filter, request);
	}

	@Override
	public String getName() {
		return this.part.getName();
	}

	@Override
	public <T> Optional<T> getNativeClient() {
		return Optional.empty();
	}

}

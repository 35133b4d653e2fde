package io.github.hnswspring.replica;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import io.github.hnswspring.vectorstore.DocumentPage;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchPage;
import io.github.hnswspring.vectorstore.SyncRequest;
import io.github.hnswspring.vectorstore.SyncResult;
import io.github.hnswspring.vectorstore.UpdateResult;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;

/**
 * A part of a replica behind a wall, which is not asked while the replica is made anew.
 * Thread-safe.
 */
final class ScopedReplica implements DocumentStore {

	private final DocumentStore part;

	private final Refill refill;

	private final Duration patience;

	/**
	 * Puts itself before a part.
	 * @param part of the local store
	 * @param refill tells when it can be asked
	 * @param patience how long to wait for that
	 */
	ScopedReplica(DocumentStore part, Refill refill, Duration patience) {
		this.part = part;
		this.refill = refill;
		this.patience = patience;
	}

	private <T> T read(Function<DocumentStore, T> work) {
		return this.refill.read(this.patience, () -> work.apply(this.part));
	}

	private DocumentStore writable() {
		this.refill.await(this.patience);
		return this.part;
	}

	@Override
	public DocumentStore scopedTo(Map<String, ?> scope) {
		return new ScopedReplica(this.part.scopedTo(scope), this.refill, this.patience);
	}

	@Override
	public void add(List<Document> documents) {
		writable().add(documents);
	}

	@Override
	public void add(List<Document> documents, List<float[]> embeddings) {
		writable().add(documents, embeddings);
	}

	@Override
	public void replace(Filter.Expression filter, List<Document> documents) {
		writable().replace(filter, documents);
	}

	@Override
	public void delete(List<String> ids) {
		writable().delete(ids);
	}

	@Override
	public void delete(Filter.Expression filter) {
		writable().delete(filter);
	}

	@Override
	public SyncResult sync(SyncRequest request) {
		return writable().sync(request);
	}

	@Override
	public UpdateResult updateMetadata(Collection<String> ids, MetadataChanges changes) {
		return writable().updateMetadata(ids, changes);
	}

	@Override
	public UpdateResult updateMetadata(Filter.Expression filter, MetadataChanges changes) {
		return writable().updateMetadata(filter, changes);
	}

	@Override
	public Map<String, Long> sources() {
		return read(DocumentStore::sources);
	}

	@Override
	public List<Document> similaritySearch(SearchRequest request) {
		return read((store) -> store.similaritySearch(request));
	}

	@Override
	public SearchPage search(SearchRequest request, @Nullable String token) {
		return read((store) -> store.search(request, token));
	}

	@Override
	public SearchExplanation explain(SearchRequest request, String documentId) {
		return read((store) -> store.explain(request, documentId));
	}

	@Override
	public long count() {
		return read(DocumentStore::count);
	}

	@Override
	public long count(Filter.Expression filter) {
		return read((store) -> store.count(filter));
	}

	@Override
	public List<Document> get(Collection<String> ids) {
		return read((store) -> store.get(ids));
	}

	@Override
	public boolean exists(String id) {
		return read((store) -> store.exists(id));
	}

	@Override
	public DocumentPage list(Filter.@Nullable Expression filter, DocumentPageRequest request) {
		return read((store) -> store.list(filter, request));
	}

	@Override
	public String getName() {
		return this.part.getName();
	}

	@Override
	public <T> Optional<T> getNativeClient() {
		return this.part.getNativeClient();
	}

}

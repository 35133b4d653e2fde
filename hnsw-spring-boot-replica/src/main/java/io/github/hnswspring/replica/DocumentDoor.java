package io.github.hnswspring.replica;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.DocumentPage;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchPage;
import io.github.hnswspring.vectorstore.SyncRequest;
import io.github.hnswspring.vectorstore.SyncResult;
import io.github.hnswspring.vectorstore.UpdateResult;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;

/**
 * The door for documents of a local store, or of a part of it, which is not asked while
 * it is made anew. Thread-safe.
 *
 * @param <S> what is behind the door
 */
abstract class DocumentDoor<S extends DocumentStore> implements DocumentStore {

	/** What is behind the door, whether it can be asked or not. */
	abstract S behind();

	/** What is behind the door, once it can be asked. */
	abstract S ready();

	/** Has an answer that is from one and the same replica. */
	abstract <T> T read(Function<S, T> work);

	/**
	 * What is asked whether it can store what is given here, so that nothing is embedded
	 * of what it would refuse; {@code null} where nothing is stored.
	 */
	abstract @Nullable Truth truth();

	/** Documents as the truth will give them back. */
	private List<Document> accepted(List<Document> documents) {
		Truth asked = truth();
		if (documents == null || asked == null) {
			return documents;
		}
		List<Document> accepted = new ArrayList<>(documents.size());
		for (Document document : documents) {
			accepted.add((document != null && document.isText()) ? asked.accept(document) : document);
		}
		return accepted;
	}

	@Override
	public void add(List<Document> documents) {
		ready().add(accepted(documents));
	}

	@Override
	public void add(List<Document> documents, List<float[]> embeddings) {
		ready().add(accepted(documents), embeddings);
	}

	@Override
	public void replace(Filter.Expression filter, List<Document> documents) {
		ready().replace(filter, accepted(documents));
	}

	@Override
	public void delete(List<String> ids) {
		ready().delete(ids);
	}

	@Override
	public void delete(Filter.Expression filter) {
		ready().delete(filter);
	}

	@Override
	public SyncResult sync(SyncRequest request) {
		Truth asked = truth();
		if (request != null && asked != null) {
			asked.acceptSource(request.source());
			accepted(request.documents());
		}
		return ready().sync(request);
	}

	@Override
	public UpdateResult updateMetadata(Collection<String> ids, MetadataChanges changes) {
		return ready().updateMetadata(ids, changes);
	}

	@Override
	public UpdateResult updateMetadata(Filter.Expression filter, MetadataChanges changes) {
		return ready().updateMetadata(filter, changes);
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
		return behind().getName();
	}

	@Override
	public <T> Optional<T> getNativeClient() {
		return behind().getNativeClient();
	}

}

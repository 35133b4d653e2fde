package io.github.hnswspring.vectorstore;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.ai.vectorstore.filter.Filter;

/**
 * The door for those who work with documents: Spring AI's {@link VectorStore} and what it
 * lacks - reading, counting and listing documents, embeddings and vectors of one's own,
 * and replacing what a filter matches all at once. Thread-safe.
 *
 * <p>
 * A request may be an {@link HnswSearchRequest}, which says how to search as well.
 * Whatever a method that changes documents has returned from is durable and visible to
 * searches.
 */
public interface DocumentStore extends VectorStore {

	/**
	 * Adds documents with embeddings of your own, or replaces those with the same ids.
	 * @param documents text documents
	 * @param embeddings one per document, of the store's dimensions
	 */
	void add(List<Document> documents, List<float[]> embeddings);

	/**
	 * Puts documents in the place of those a filter matches. They are embedded first;
	 * then all is swapped in one transaction, so that a search or a crash meets the old
	 * documents or the new ones.
	 * @param filter matches the documents to remove
	 * @param documents the documents to add; ids that exist are replaced as well
	 */
	void replace(Filter.Expression filter, List<Document> documents);

	/**
	 * Brings the store into step with a source: new documents are added, vanished ones
	 * removed, and those that are stored as they are not touched - neither embedded nor
	 * written. All is embedded first and changed in one transaction. May be repeated at
	 * any time, also after a crash: then at most one batch is embedded again.
	 *
	 * <p>
	 * Ids are the store's: they follow from source and text, so readers and splitters
	 * that make up new ones with each reading do no harm; nor do those they make up for
	 * what a document is a passage of. A document whose text is the same gets the
	 * metadata it has now, without being embedded as long as the model does not see them.
	 * @param source names the source, such as a path or an address
	 * @param documents all that it holds now, not a part of it
	 * @return what that took
	 * @throws StoreException if it failed; nothing was changed
	 */
	default SyncResult sync(String source, List<Document> documents) {
		return sync(SyncRequest.of(source, documents));
	}

	/**
	 * Brings the store into step with a source, unless it lost too much.
	 * @param request the source, all that it holds, and how much may go
	 * @return what that took
	 * @throws SyncRefusedException if more would go; nothing was changed
	 * @throws StoreException if it failed; nothing was changed
	 */
	SyncResult sync(SyncRequest request);

	/**
	 * The sources documents come from, by {@link #sync(SyncRequest) sync}.
	 * @return how many documents the store has of each, by name
	 */
	Map<String, Long> sources();

	/**
	 * Changes metadata of documents, in one transaction. A document whose embedded text
	 * stays the same, as with most embedding models, keeps its vector and costs little;
	 * where the model is given the metadata as well, it is embedded anew as if it had
	 * been added again. A search meanwhile sees each document before the change or after
	 * it, and its filter what it sees.
	 *
	 * <p>
	 * A vector that was given with its document stays. What a document was embedded from
	 * is not known if it had a content formatter of its own: such a one is embedded as
	 * others are if the metadata that changes is in what the model is given of others.
	 *
	 * <p>
	 * A {@link #sync(SyncRequest) sync} gives documents the metadata their source says.
	 * What is set here, and the source does not say, lasts until then: put it into the
	 * documents before they are synced if it is to stay.
	 * @param ids of documents; unknown ones are told in the result
	 * @param changes what to set and what to remove
	 * @return how many changed
	 * @throws IllegalArgumentException if a document cannot have that metadata; none was
	 * changed
	 * @throws StoreException if it failed; no document was changed
	 */
	UpdateResult updateMetadata(Collection<String> ids, MetadataChanges changes);

	/**
	 * Changes metadata of the documents a filter matches, as
	 * {@link #updateMetadata(Collection, MetadataChanges)} does: in one transaction, for
	 * which other writers wait.
	 * @param filter the filter
	 * @param changes what to set and what to remove
	 * @return how many changed
	 * @throws IllegalArgumentException if a document cannot have that metadata, or more
	 * would be embedded anew than {@link Limits#documentsPerCall()} allows; none was
	 * changed
	 * @throws StoreException if it failed; no document was changed
	 */
	UpdateResult updateMetadata(Filter.Expression filter, MetadataChanges changes);

	/**
	 * Deletes the documents a filter matches.
	 * @param filterExpression the filter as text, which may be untrusted; limits are
	 * those of {@link HnswSearchRequest#withFilterExpression(String)}
	 * @throws IllegalArgumentException if the text is no filter or beyond a limit
	 */
	@Override
	default void delete(String filterExpression) {
		// Spring AI's own default has a parser without limits read it.
		delete(HnswSearchRequest.parseFilter(filterExpression));
	}

	/**
	 * Searches with a vector instead of a text.
	 * @param vector {@code float[dimensions]}
	 * @param request topK, threshold and filter; its query is not used, unless its mode
	 * is to find words
	 * @return the nearest documents
	 */
	default List<Document> similaritySearch(float[] vector, SearchRequest request) {
		return similaritySearch(HnswSearchRequest.of(request).withVector(vector));
	}

	/**
	 * Searches page by page. A page has topK results; all of them together may be more
	 * than one search returns. Nothing is held between the pages: the token says where
	 * the page before ended, and is good for this store as long as it exists.
	 *
	 * <p>
	 * A document that is not changed meanwhile comes once. Documents written meanwhile
	 * are met if they belong on a later page; one that is replaced counts as another.
	 * Beyond that it depends on the request:
	 * <ul>
	 * <li>By meaning, pages reach all documents, or all above the threshold, as far as
	 * the target recall of the store goes.</li>
	 * <li>By words, pages reach all documents that have one. Whatever is written changes
	 * the scores of all of them a little, so beyond the first 1,000 results two may
	 * change places where pages meet: then one comes twice, or not at all.</li>
	 * <li>Hybrid, grouped or diverse, they end after 1,000 results, and with diversity
	 * after those that are chosen from.</li>
	 * </ul>
	 * Except by meaning, the token grows with what was shown, by two or three letters for
	 * each result.
	 *
	 * <p>
	 * The text of the request is embedded for each page; a model that gives other vectors
	 * for the same text may blur where pages meet.
	 * @param request what to find; the same for each page, topK included
	 * @param token what the page before gave as {@linkplain SearchPage#next() next}, or
	 * {@code null} for the first page
	 * @return the page
	 * @throws IllegalArgumentException if the token was changed, or is of another request
	 * or store
	 */
	SearchPage search(SearchRequest request, @Nullable String token);

	/**
	 * Tells why a search finds a document, or why it does not: whether filter, threshold,
	 * topK, words or the walk along the graph leave it out, where it ranks, and what to
	 * change. If it is several things, all are told, with the settings that overcome them
	 * together. Takes as long as a few searches and a scan over the vectors for each
	 * reason; the question is embedded once.
	 *
	 * <p>
	 * A filter may be what somebody is allowed to see, so what it leaves out stays
	 * hidden: of such a document nothing is told but that it is stored, and which
	 * comparisons of the filter it fails; other documents that it leaves out are counted
	 * and not named. Who may choose the comparisons learns from them what the document's
	 * metadata is, and from {@link SearchExplanation.Verdict#NOT_STORED NOT_STORED} that
	 * an id is free: do not explain ids that somebody must not know of. Explain the
	 * request without the filter to see all.
	 * @param request what was searched for, exactly as it was
	 * @param documentId the document that was expected; need not exist
	 * @return the explanation
	 * @throws IllegalArgumentException if the search would be refused
	 */
	SearchExplanation explain(SearchRequest request, String documentId);

	/**
	 * A part of this store behind a wall: the documents that have certain values in their
	 * metadata. What comes out of it, and what can be changed through it, are these
	 * documents and nothing else, whatever its methods are given; of the others it does
	 * not even tell that they are there.
	 *
	 * <p>
	 * Documents that are added get the values, and an id that is their own within the
	 * scope: the same id may be used in any number of scopes. They are stored under the
	 * scope as JSON followed by the id, such as {@code {"tenant":"acme"}order-1}. What
	 * was stored outside of it, with these values in its metadata, belongs to it too,
	 * under the id it is stored by.
	 *
	 * <p>
	 * A search by words weighs them by how common they are in the whole store. So the
	 * order of its hits, which of them are the best, and {@link HitMetadata#TEXT_SCORE}
	 * depend on what others store, and tell a little of it. Which words of a question of
	 * more than 64 count does not, as long as the scope has at most 5,000 documents.
	 *
	 * <p>
	 * Cheap to make, so one for each request will do. It has no {@link StoreOperations}
	 * and no native client.
	 * @param scope metadata keys, without dots, and what each has to be: text, an integer
	 * or a boolean, compared by kind and spelling. A list that has the value among others
	 * is not it
	 * @return the part; {@code scopedTo} of it gives a part of the part
	 * @throws IllegalArgumentException if the scope is empty, has a key or value that
	 * cannot be compared without doubt, or contradicts the one it is part of
	 */
	DocumentStore scopedTo(Map<String, ?> scope);

	/**
	 * The number of documents; a counter is read, unless some have ended and are not
	 * removed yet.
	 * @return live documents
	 */
	long count();

	/**
	 * The number of documents a filter matches.
	 * @param filter the filter
	 * @return the number
	 */
	long count(Filter.Expression filter);

	/**
	 * Reads documents.
	 * @param ids their ids; unknown ones are left out
	 * @return the documents, in the order of the ids
	 */
	List<Document> get(Collection<String> ids);

	/**
	 * Whether a document is stored.
	 * @param id its id
	 * @return {@code true} if so
	 */
	boolean exists(String id);

	/**
	 * Lists documents page by page.
	 * @param filter chooses documents, or {@code null} for all
	 * @param request which page
	 * @return the page
	 */
	DocumentPage list(Filter.@Nullable Expression filter, DocumentPageRequest request);

}

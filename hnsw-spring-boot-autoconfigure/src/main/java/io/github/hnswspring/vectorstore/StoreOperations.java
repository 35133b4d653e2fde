package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

import io.github.hnswspring.index.GraphView;
import io.github.hnswspring.index.HnswIndex;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * The door for those who run a store: copies of it, its space, its index and its figures.
 * Thread-safe; reads and writes of others go on meanwhile.
 */
public interface StoreOperations {

	/**
	 * Writes a copy that opens as a store, with the documents of this moment. The saved
	 * index is copied as well, so that the copy answers from it at once; a copy without
	 * it, or whose index is damaged, builds its own in the background.
	 * @param target a directory that does not exist yet, or is empty
	 * @throws StoreException if it cannot be written; nothing is left behind
	 */
	void backup(Path target);

	/**
	 * Gives the space of deleted documents back, on the disk and on the heap. If the
	 * index holds much of what was removed it is built anew, beside searches and writes;
	 * then its old files go and the database is written anew, while writes wait. Returns
	 * when all of it is done, which takes as long as a rebuild.
	 * @throws StoreException if it fails, for lack of space for example; no document is
	 * affected
	 */
	void compact();

	/**
	 * Removes a scope with all there is of it: its documents, those of the scopes that
	 * are parts of it, their vectors of every model, metadata and words. All of it goes
	 * in one transaction, for which other writers wait. Vectors that wait for a document
	 * that was never stored go too, all of them, because whose they are cannot be told;
	 * at worst they are computed again.
	 *
	 * <p>
	 * What a disk keeps of deleted things is erased by {@link #compact()}: once it has
	 * returned, no byte of the texts, ids, metadata or vectors is in any file of the
	 * directory. If it cannot be, because other processes are reading, it says so and can
	 * be called again. After a crash, forget again what is still there, and compact.
	 *
	 * <p>
	 * Backups, exports and what else was copied out of the directory keep what they have,
	 * and so do log files of the application.
	 * @param scope what {@link DocumentStore#scopedTo} takes. A document that has one of
	 * its values in a list, among others, does not belong to it and stays
	 * @return how much that was
	 * @throws StoreException if it fails; then nothing is removed, or everything
	 */
	ForgetResult forget(Map<String, ?> scope);

	/**
	 * Writes all documents and their embeddings into files of an open format: a directory
	 * of {@code documents.jsonl} (one JSON object per line: id, text, metadata and, where
	 * there are any, contentHash, the SHA-256 of what was embedded, source and
	 * expiresAt), {@code embeddings.f32} (little-endian float32, in the order of the
	 * lines) and {@code manifest.json} with counts and SHA-256 checksums. It is one
	 * consistent state, with embeddings of one model: the one that answers or, while the
	 * store migrates, the next one if more documents have one of that. The lines of
	 * documents that have none say so.
	 * @param target a directory that does not exist yet, or is empty
	 * @return how many documents were exported
	 * @throws StoreException if the files cannot be written; nothing is left behind
	 */
	long exportTo(Path target);

	/**
	 * Gives every document with its embedding to a consumer, for example one that adds
	 * them to another vector store; {@link #exportedEmbeddings} shows how to do that
	 * without embedding them again.
	 * @param consumer is given each, of one consistent state, with an empty array if the
	 * document has no embedding of the model the others are of; what it throws ends the
	 * export
	 * @return how many documents it was given
	 */
	long exportTo(BiConsumer<Document, float[]> consumer);

	/**
	 * An embedding model that hands out the embeddings this store holds, so that
	 * documents move on into another vector store, one that asks an embedding model for
	 * each of them, without being paid for again:
	 *
	 * <pre>{@code
	 * VectorStore target = SimpleVectorStore.builder(store.exportedEmbeddings()).build();
	 * store.exportTo((document, vector) -> target.add(List.of(document)));
	 * }</pre>
	 *
	 * <p>
	 * A document is known by its id, text and metadata, a text by what was embedded,
	 * which is what the model's {@link EmbeddingModel#getEmbeddingContent} says; vectors
	 * are bit-equal. What the store does not hold, such as a question, the text of a
	 * document whose vector was given with it, or a document that has none, is refused.
	 * The store must stay open.
	 * @return the model
	 */
	EmbeddingModel exportedEmbeddings();

	/**
	 * As {@link #exportedEmbeddings()}, but another model is asked for what the store
	 * does not hold.
	 * @param fallback the model the embeddings come from; answers of another one are
	 * refused
	 * @return the model, thread-safe as far as the fallback is
	 */
	EmbeddingModel exportedEmbeddings(EmbeddingModel fallback);

	/**
	 * Imports what {@link #exportTo(Path)} wrote, without asking the embedding model. Its
	 * checksums are compared before anything is stored. Documents whose ids exist are
	 * replaced. An import can be repeated: after a failure the batches before it are
	 * stored, and are found unchanged the next time. Documents that were exported without
	 * an embedding are found by words until the embedding model has been asked for them,
	 * in the background and only where the store does not know the embedding of their
	 * content; {@link #status()} counts them.
	 * @param source the directory of an export; of the same embedding model
	 * @return how many documents were imported
	 * @throws StoreException if the export cannot be read, is damaged, or holds a
	 * document this store does not accept
	 * @throws EmbeddingModelMismatchException if the store has vectors of another model
	 */
	long importFrom(Path source);

	/**
	 * Imports what Spring AI's {@code SimpleVectorStore.save} wrote, in the way of
	 * {@link #importFrom}.
	 * @param file the JSON file; the store's embedding model must be the one it was
	 * written with, which the file does not tell
	 * @return how many documents were imported
	 * @throws StoreException if the file cannot be read, or holds a document this store
	 * does not accept
	 */
	long importSimpleVectorStore(Path file);

	/**
	 * What it takes to embed the documents by another model: how many there are, how many
	 * different texts, how many tokens, and what that costs if the price is configured.
	 * No model is asked; all texts are read, which takes a while.
	 * @param target the other model
	 * @return the estimate
	 */
	MigrationEstimate estimateMigration(EmbeddingModel target);

	/**
	 * Begins to embed all documents anew by another model, from the texts that are
	 * stored, in the background and batch by batch; {@link #status()} tells how far it
	 * is. Nothing is embedded twice, whatever stops it: call this again after a restart.
	 * Until all of it is done the present model answers, then the other one does, at once
	 * and for all. While the other model refuses a document, the switch waits until that
	 * is deleted or changed, or {@link #switchWithoutRefused()}. The vectors of the
	 * former model are kept for a day, for {@linkplain #rollbackMigration() the way
	 * back}. After the next start the other model must be the store's own.
	 * @param target the other model; it is asked for the vector of one word first, to
	 * learn its name and dimensions. If it is the present one, nothing is done.
	 *
	 * <p>
	 * What it takes is counted before, in the calling thread, which may be interrupted.
	 * @return what it takes
	 * @throws IllegalStateException if a migration to a third model is under way
	 */
	MigrationEstimate migrate(EmbeddingModel target);

	/**
	 * Goes back to the former model, as long as its vectors are kept, or gives a
	 * migration up that is under way. Documents that have been added since, and so have
	 * no vector of that model, are embedded by it first; until then the present one
	 * answers. The store does not migrate to the model it was turned back from by itself
	 * again, whatever is configured.
	 * @throws IllegalStateException if there is nothing to go back to, or if that model
	 * is needed and not there
	 */
	void rollbackMigration();

	/**
	 * Has a migration switch although the other model refuses some documents, once all
	 * others are embedded. From then on these are found by words only, until their texts
	 * are changed. Holds after a restart too, until the migration ends or is given up.
	 * @throws IllegalStateException if no migration is under way
	 */
	void switchWithoutRefused();

	/**
	 * Lets go of the former model's vectors after a migration, instead of keeping them
	 * for a day. They are removed in the background; {@link #compact()} then gives their
	 * space back.
	 * @throws IllegalStateException if a migration is under way
	 */
	void removeFormerEmbeddings();

	/**
	 * The index, live and for reading only. Its ids are keys of rows, not document ids.
	 * @return search, vectors, statistics and audit; everything else throws
	 */
	HnswIndex index();

	/**
	 * The documents behind ids of the {@link #index()}.
	 * @param indexIds as the index tells them, at most 10,000
	 * @return documents by these ids, without those that are gone or have ended
	 */
	Map<Long, Document> documents(Collection<Long> indexIds);

	/**
	 * The id a document has in the {@link #index()}; another one after each replacement.
	 * @param documentId the document
	 * @return its id there, empty if it is not stored or has ended
	 */
	OptionalLong indexId(String documentId);

	/**
	 * Searches as {@link DocumentStore#similaritySearch(SearchRequest)} does, and tells
	 * which way it took and what each part of it costs. That takes several times as long,
	 * and the index learns nothing from it. The question is embedded once.
	 * @param request the request
	 * @return the documents, the way and the times
	 */
	SearchProfile profile(SearchRequest request);

	/**
	 * What documents have as metadata, as filters see it: keys, types and frequent
	 * values, of all documents. Takes about the same time whatever their number: of a key
	 * with many values a sample of the documents says which are frequent. Documents that
	 * have ended count until they are removed.
	 * @return the keys by their names, at most {@value MetadataKey#MAX_KEYS}
	 */
	List<MetadataKey> metadataKeys();

	/**
	 * Walks along the graph as a search by meaning with this request does first, with its
	 * filter and its efSearch, whether that would walk or compare everything, and shows
	 * the graph around. The index learns nothing from it. The question is embedded once.
	 * @param request the request; its threshold plays no part
	 * @param nodes most nodes that are drawn besides those the walk meets, 0 to
	 * {@value GraphView#MAX_NODES}
	 * @param documentIds of documents that are drawn in any case, as far as they are
	 * stored
	 * @return the graph around the walk, with ids of the {@link #index()}
	 */
	GraphView walk(SearchRequest request, int nodes, Collection<String> documentIds);

	/**
	 * How the store follows what it is a replica of.
	 * @return figures of this moment, taken without any I/O; empty if it is no replica
	 */
	default Optional<ReplicaPosition> replica() {
		return Optional.empty();
	}

	/**
	 * Figures for health checks and metrics, without any I/O and without waiting.
	 * @return the figures at this moment
	 */
	StoreStatus status();

	/**
	 * How long documents live that do not say in their
	 * {@linkplain StoreMetadata#EXPIRES_AT metadata} when they end.
	 * @return the time to live; none if they do not end
	 */
	Optional<Duration> timeToLive();

	/**
	 * Has a listener told how long searches and additions take, from now on.
	 * @param listener the listener
	 */
	void addListener(StoreListener listener);

}

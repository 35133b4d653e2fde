package io.github.hnswspring.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Keeps a store in step with files: those of folders, and those that are put into one.
 * Works in the background, begins with a round over all sources at its start, which also
 * finishes what a crash interrupted, and then looks for changes every few seconds, if it
 * is to. What could not be stored because the store, the embedding model or a disk failed
 * is tried again by itself.
 * <p>
 * Every change is published as an {@link IngestEvent}. Thread-safe.
 */
public interface Ingestion extends SmartLifecycle {

	/**
	 * Puts together what brings files into a store.
	 * @param store where they go
	 * @param settings which files, and within which limits
	 * @param events is told of every change
	 * @return the ingestion, which works from its start on
	 */
	static Ingestion of(HnswVectorStore store, IngestSettings settings, ApplicationEventPublisher events) {
		return new FolderIngestion(store, settings, events, IngestTiming.DEFAULT);
	}

	/**
	 * Asks for a round over all sources in which every file is read, also those that do
	 * not look changed.
	 * @return the round; that of an earlier request if it has not begun yet. Fails if
	 * ingestion is stopped before its end
	 */
	CompletableFuture<RoundSummary> rescan();

	/**
	 * Asks for a round that also removes documents whose files cannot be looked at,
	 * because their source or a folder in it is empty or unreadable, or is missing with
	 * most documents of the source. Other rounds keep them: it may be a disk that is not
	 * mounted.
	 * @return the round
	 */
	CompletableFuture<RoundSummary> removeMissing();

	/**
	 * How far the current round over all sources is, or how the last one ended. A round
	 * that was asked for counts as running.
	 * @return the progress
	 */
	ScanProgress progress();

	/**
	 * All documents, how far each is, and what was read of it or why not.
	 * @return the documents, by name
	 */
	List<DocumentInfo> documents();

	/**
	 * One document.
	 * @param id its identifier
	 * @return the document, if there is one
	 */
	Optional<DocumentInfo> document(String id);

	/**
	 * The file a document was made from, to show it for a citation.
	 * @param id the document
	 * @return the file as of the last round; none if there is no such document or file
	 */
	Optional<Path> file(String id);

	/**
	 * Files and folders below the sources that are not taken, and why.
	 * @return the first thousand, as of the last round
	 */
	List<SkippedFile> skipped();

	/**
	 * Puts a file into the first {@linkplain IngestSource#owned() owned} folder and has
	 * it ingested at once. A file of the same name is replaced.
	 * @param name what the sender calls it: a name, not a path
	 * @param content its bytes
	 * @return the document, queued; its file is safe on disk by then
	 * @throws IllegalArgumentException when the name cannot be a file's
	 * @throws io.github.hnswspring.ingest.reading.UnreadableDocumentException when it
	 * will never be ingested; nothing is kept
	 * @throws IngestBusyException when too much is under way; nothing is kept
	 * @throws IOException when the content or the disk fails; nothing is kept
	 * @throws IllegalStateException when no source is owned, and when ingestion does not
	 * run, as before the start of the application, after its end, and with a read-only
	 * store
	 */
	DocumentInfo put(String name, InputStream content) throws IOException;

	/**
	 * Deletes a document and its chunks. In an owned folder its file goes, too; a file
	 * elsewhere is not touched, and the document stays away until that file changes or it
	 * is {@linkplain #restore restored}.
	 * @param id the document
	 * @return whether there was one
	 */
	boolean delete(String id);

	/**
	 * Documents that were deleted and stay away although their file is there.
	 * @return the documents, by name
	 */
	List<ExcludedDocument> excluded();

	/**
	 * Takes a deleted document in again, with a round that begins at once.
	 * @param id the document
	 * @return whether it was one of the {@linkplain #excluded() excluded}
	 */
	boolean restore(String id);

	/**
	 * What was done since the start.
	 * @return the figures
	 */
	IngestStatistics statistics();

}

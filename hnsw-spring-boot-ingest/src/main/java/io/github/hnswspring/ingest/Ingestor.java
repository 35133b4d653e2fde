package io.github.hnswspring.ingest;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import io.github.hnswspring.ingest.Outcome.Kind;
import io.github.hnswspring.ingest.reading.DocumentReaders;
import io.github.hnswspring.ingest.reading.ReaderStartException;
import io.github.hnswspring.ingest.reading.Reading;
import io.github.hnswspring.ingest.reading.SectionSplitter;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SyncResult;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.util.unit.DataSize;

/**
 * Brings one document into the store, or brings what is there up to date.
 *
 * <ul>
 * <li>Unchanged and complete: nothing is read but the bytes.</li>
 * <li>New, or interrupted before: chunks are added a slice at a time, each committed, so
 * a crash costs one slice.</li>
 * <li>Changed: the store compares, embeds the chunks that are new, and changes all in one
 * transaction; until then the old ones are found.</li>
 * </ul>
 *
 * Thread-safe: one thread at a time works on a document.
 */
class Ingestor {

	private static final Log logger = LogFactory.getLog(Ingestor.class);

	/** Chunks per commit at least, and per step of the progress bar. */
	private static final int SLICE = 32;

	/** Begins the state of a file that is not read. */
	private static final String UNREAD = "unread-";

	private final HnswVectorStore store;

	private final Catalog catalog;

	private final DocumentReaders readers;

	private final SectionSplitter splitter;

	private final Exclusions exclusions;

	private final DataSize maxFileSize;

	private final List<ReentrantLock> locks = IntStream.range(0, 64).mapToObj((i) -> new ReentrantLock()).toList();

	/** Of failures in a row only the first is told with its stack. */
	private final AtomicBoolean failing = new AtomicBoolean();

	Ingestor(HnswVectorStore store, Catalog catalog, DocumentReaders readers, SectionSplitter splitter,
			Exclusions exclusions, DataSize maxFileSize) {
		this.store = store;
		this.catalog = catalog;
		this.readers = readers;
		this.splitter = splitter;
		this.exclusions = exclusions;
		this.maxFileSize = maxFileSize;
	}

	/**
	 * Ingests a file that the catalog knows, or that was excluded.
	 * @param file the file
	 * @param stop asked between two slices; what was committed by then stays
	 * @return what was done
	 */
	Outcome ingest(SourceFile file, BooleanSupplier stop) {
		ReentrantLock lock = lock(file.id());
		lock.lock();
		try {
			return ingestLocked(file, stop);
		}
		catch (UnreadableDocumentException ex) {
			String reason = String.valueOf(ex.getMessage());
			return failed(file, Kind.FAILED, reason + whatStays(file), reason);
		}
		catch (IOException | RuntimeException ex) {
			if (stop.getAsBoolean()) {
				// What it needs has ended before it: no fault of the document.
				logger.debug("Ingesting document " + file.id() + " was stopped", ex);
				return Outcome.of(Kind.STOPPED);
			}
			return failed(file, ex);
		}
		finally {
			lock.unlock();
		}
	}

	/** Else the owner of an emptied file wonders why its text is still found. */
	private String whatStays(SourceFile file) {
		return (this.catalog.fingerprint(file.id()) != null)
				? "; what was read of it before is still found, and goes when the file is deleted" : "";
	}

	private Outcome failed(SourceFile file, Exception ex) {
		if (ex instanceof ReaderStartException) {
			return failed(file, Kind.WAITING, String.valueOf(ex.getMessage()), String.valueOf(ex.getMessage()));
		}
		if (ex instanceof IOException) {
			String reason = "The file cannot be read (" + ex.getClass().getSimpleName() + ")";
			return failed(file, (ex instanceof AccessDeniedException) ? Kind.FAILED : Kind.WAITING, reason, reason);
		}
		if (ex instanceof IllegalArgumentException) {
			// The store's own words, which may name what they are about.
			return failed(file, Kind.FAILED, "The store refuses the document: " + ex.getMessage(),
					"The store refuses the document");
		}
		return down(file, ex);
	}

	/**
	 * Deletes all chunks of a document that the catalog does not have any more; waits for
	 * a running ingest of it to stop. If its file has come back meanwhile, ingesting that
	 * deals with the chunks.
	 */
	void delete(String id) {
		ReentrantLock lock = lock(id);
		lock.lock();
		try {
			if (this.catalog.find(id).isEmpty()) {
				this.store.delete(Chunks.ofDocument(id));
				this.catalog.forgetFingerprint(id);
			}
		}
		finally {
			lock.unlock();
		}
	}

	/**
	 * Deletes what is stored of documents that were deleted: a crash may have come
	 * between the decision and the deed, and their files need not be there now.
	 */
	void deleteExcluded() {
		for (ExcludedDocument excluded : this.exclusions.list()) {
			String stored = this.catalog.fingerprint(excluded.id());
			if (stored != null && this.exclusions.isExcluded(excluded.id(), stored)) {
				this.catalog.remove(excluded.id());
				delete(excluded.id());
			}
		}
	}

	private Outcome ingestLocked(SourceFile file, BooleanSupplier stop) throws IOException {
		if (!Files.isRegularFile(file.path(), LinkOption.NOFOLLOW_LINKS)) {
			return Outcome.of(Kind.STOPPED);
		}
		byte[] content = content(file);
		String fingerprint = (content != null) ? fingerprint(file, content) : unreadState(file);
		if (this.exclusions.isExcluded(file.id(), fingerprint)) {
			this.catalog.remove(file.id());
			if (this.store.count(Chunks.ofDocument(file.id())) > 0) {
				// Deleting them was interrupted.
				this.store.delete(Chunks.ofDocument(file.id()));
			}
			return Outcome.of(Kind.EXCLUDED);
		}
		DocumentInfo known = this.catalog.find(file.id()).orElse(null);
		if (known == null) {
			return Outcome.of(Kind.STOPPED);
		}
		if (content == null) {
			throw unread(file);
		}
		String former = this.catalog.fingerprint(file.id());
		if (fingerprint.equals(former) && (known.state() == DocumentInfo.State.READY || isStored(known))) {
			if (known.state() != DocumentInfo.State.READY) {
				this.catalog.ready(file.id(), fingerprint, known.chunks());
			}
			return Outcome.of(Kind.UNCHANGED);
		}
		Reading reading = read(file, content);
		List<Document> documents = Chunks.documents(file, fingerprint, this.splitter.split(reading.sections()),
				reading.report(), this.store.timeToLive().isPresent());
		this.catalog.update(file.id(), (document) -> document.ingesting(documents.size(), 0, reading.report()));
		Tally tally = new Tally();
		if (!store(file, fingerprint, documents, reading, stop, tally)) {
			return Outcome.of(Kind.STOPPED);
		}
		this.failing.set(false);
		this.exclusions.clear(file.id());
		this.catalog.ready(file.id(), fingerprint, documents.size());
		logger.debug("Ingested document " + file.id() + ": " + documents.size() + " chunks");
		return new Outcome((former != null) ? Kind.CHANGED : Kind.ADDED, documents.size(), tally.embedded,
				Math.max(tally.added - tally.embedded, 0), reading.report().characters(), null);
	}

	/** That a file is put again may be because its passages are gone. */
	private boolean isStored(DocumentInfo known) {
		return !this.catalog.lost().containsKey(known.id());
	}

	/**
	 * Of what was read for the fingerprint: the file may be another one by now. The copy
	 * has a name that any locale can write, and may be read by this user only.
	 */
	private Reading read(SourceFile file, byte[] content) throws IOException {
		Path copy = Files.createTempFile("hnsw-ingest-", ".tmp");
		try {
			Files.write(copy, content);
			return this.readers.readWithReport(file.format(), copy);
		}
		finally {
			Files.deleteIfExists(copy);
		}
	}

	/**
	 * What the chunks of a file depend on: how they are cut and what the file is called,
	 * and after a dot its bytes.
	 */
	private static String fingerprint(SourceFile file, byte[] content) {
		return new Fingerprint().add(SectionSplitter.VERSION)
			.add(Chunks.VERSION)
			.add(file.origin())
			.add(file.source())
			.value() + "." + new Fingerprint().add(content).value();
	}

	/**
	 * The state of a file: its fingerprint, or of one that is too large or may not be
	 * read, its size and time, which tell as well whether it is another one.
	 * @param file the file
	 * @return its state now
	 * @throws IOException when that cannot be found out
	 */
	String state(SourceFile file) throws IOException {
		byte[] content = content(file);
		return (content != null) ? fingerprint(file, content) : unreadState(file);
	}

	private byte @Nullable [] content(SourceFile file) throws IOException {
		boolean unread = Files.size(file.path()) > this.maxFileSize.toBytes() || !Files.isReadable(file.path());
		return unread ? null : SourceContent.read(file.path(), this.maxFileSize.toBytes());
	}

	private static String unreadState(SourceFile file) throws IOException {
		BasicFileAttributes attributes = Files.readAttributes(file.path(), BasicFileAttributes.class);
		return UNREAD + attributes.size() + "-" + attributes.lastModifiedTime().toMillis();
	}

	private RuntimeException unread(SourceFile file) throws IOException {
		if (!Files.isReadable(file.path())) {
			throw new AccessDeniedException(file.path().toString());
		}
		return UnreadableDocumentException.fileTooLarge(this.maxFileSize.toBytes());
	}

	/**
	 * Asks the embedding model for one short text, after documents have failed one after
	 * the other.
	 * @return whether it answers; while nothing is stored that is not found out, and
	 * documents that have not been tried come first in the next round
	 */
	boolean isModelUp() {
		try {
			return this.store.count() > 0 && this.store
				.similaritySearch(HnswSearchRequest.of(SearchRequest.builder().query("model").topK(1).build())
					.withMode(SearchMode.DENSE)) != null;
		}
		catch (RuntimeException ex) {
			logger.debug("The embedding model does not answer", ex);
			return false;
		}
	}

	/**
	 * Brings the store into step with the file. Of one that was not there, chunks can be
	 * found, and work be stopped, while others are still to come; a changed one changes
	 * all at once.
	 * @return whether all of it is stored
	 */
	private boolean store(SourceFile file, String fingerprint, List<Document> documents, Reading reading,
			BooleanSupplier stop, Tally tally) {
		long present = this.store.count(Chunks.ofDocument(file.id()));
		boolean begun = this.store.count(Chunks.ofState(file.id(), fingerprint)) == present;
		for (long end = next(present); begun && end < documents.size(); end = next(end)) {
			if (isUnwanted(file, stop)) {
				return false;
			}
			tally.add(this.store.sync(file.id(), documents.subList(0, (int) end)));
			int done = (int) end;
			this.catalog.update(file.id(), (document) -> document.ingesting(documents.size(), done, reading.report()));
		}
		if (isUnwanted(file, stop)) {
			return false;
		}
		tally.add(this.store.sync(file.id(), documents));
		return true;
	}

	/** Each time what is there is compared, so of many chunks more come at a time. */
	private static long next(long present) {
		return present + Math.max(SLICE, present / 4);
	}

	private boolean isUnwanted(SourceFile file, BooleanSupplier stop) {
		return stop.getAsBoolean() || this.catalog.find(file.id()).isEmpty();
	}

	private Outcome down(SourceFile file, Exception ex) {
		if (this.failing.compareAndSet(false, true)) {
			LoggedFailure.log(logger, "Ingesting document " + file.id() + " failed; it is tried again", ex);
		}
		else {
			logger.debug("Ingesting document " + file.id() + " failed", ex);
		}
		String reason = "The store or the embedding model failed (" + cause(ex).getClass().getSimpleName() + ")";
		return failed(file, Kind.DOWN, reason, reason);
	}

	private static Throwable cause(Throwable thrown) {
		Throwable cause = thrown;
		for (int i = 0; i < 20 && cause.getCause() != null; i++) {
			cause = cause.getCause();
		}
		return cause;
	}

	private Outcome failed(SourceFile file, Kind kind, String message, String reason) {
		String shown = (kind == Kind.FAILED) ? message : message + "; it is tried again";
		this.catalog.update(file.id(), (document) -> document.failed(shown));
		return Outcome.of(kind, reason);
	}

	private ReentrantLock lock(String id) {
		return this.locks.get(Math.floorMod(id.hashCode(), this.locks.size()));
	}

	/** What several syncs took. Confined to one call. */
	private static final class Tally {

		private long added;

		private long embedded;

		void add(SyncResult result) {
			this.added += result.added();
			this.embedded += result.embedded();
		}

	}

}

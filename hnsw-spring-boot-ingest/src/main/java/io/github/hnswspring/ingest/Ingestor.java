package io.github.hnswspring.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import io.github.hnswspring.ingest.reading.Chunk;
import io.github.hnswspring.ingest.reading.DocumentReaders;
import io.github.hnswspring.ingest.reading.SectionSplitter;
import io.github.hnswspring.ingest.reading.ReaderStartException;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException;
import io.github.hnswspring.vectorstore.DocumentPage;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.ai.document.Document;

/**
 * Brings one document into the store, or brings what is there up to date.
 *
 * <ul>
 * <li>Unchanged and complete: nothing is read.</li>
 * <li>New, or interrupted before: chunks are added a slice at a time, each committed, so
 * a crash costs one slice.</li>
 * <li>Changed: the store compares, embeds the chunks that are new, and changes all in one
 * transaction; until then the old ones are found.</li>
 * </ul>
 *
 * Thread-safe: one thread at a time works on a document.
 */
class Ingestor {

	enum Outcome {

		INGESTED, UNCHANGED, FAILED, STOPPED

	}

	private static final Log logger = LogFactory.getLog(Ingestor.class);

	/** Chunks per commit at least, and per step of the progress bar. */
	private static final int SLICE = 32;

	private final HnswVectorStore store;

	private final Catalog catalog;

	private final DocumentReaders readers;

	private final SectionSplitter splitter;

	private final Exclusions exclusions;

	private final IngestSettings properties;

	private final List<ReentrantLock> locks = IntStream.range(0, 64).mapToObj((i) -> new ReentrantLock()).toList();

	Ingestor(HnswVectorStore store, Catalog catalog, DocumentReaders readers, SectionSplitter splitter,
			Exclusions exclusions, IngestSettings properties) {
		this.store = store;
		this.catalog = catalog;
		this.readers = readers;
		this.splitter = splitter;
		this.exclusions = exclusions;
		this.properties = properties;
	}

	/**
	 * Ingests a file.
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
		catch (UnreadableDocumentException | ReaderStartException ex) {
			return failed(file, String.valueOf(ex.getMessage()));
		}
		catch (IOException ex) {
			return failed(file, "The file cannot be read: " + ex.getClass().getSimpleName());
		}
		catch (RuntimeException ex) {
			LoggedFailure.log(logger, "Ingesting document " + file.id() + " failed; the next rescan continues", ex);
			return failed(file, "The store or the embedding model failed; see the log, then rescan");
		}
		finally {
			lock.unlock();
		}
	}

	/** Deletes all chunks of a document; waits for a running ingest of it to stop. */
	void delete(String id) {
		ReentrantLock lock = lock(id);
		lock.lock();
		try {
			this.store.delete(Chunks.ofDocument(id));
			this.catalog.remove(id);
		}
		finally {
			lock.unlock();
		}
	}

	private Outcome ingestLocked(SourceFile file, BooleanSupplier stop) throws IOException {
		if (!Files.isRegularFile(file.path()) || this.catalog.find(file.id()).isEmpty()) {
			return Outcome.UNCHANGED;
		}
		String fingerprint = fingerprint(file);
		if (file.origin() == Origin.FOLDER && this.exclusions.isExcluded(file.id(), fingerprint)) {
			this.catalog.remove(file.id());
			return Outcome.UNCHANGED;
		}
		if (fingerprint.equals(this.catalog.fingerprint(file.id()))) {
			this.catalog.find(file.id())
				.filter((document) -> document.state() != DocumentInfo.State.READY)
				.ifPresent((document) -> this.catalog.ready(file.id(), fingerprint, document.chunks()));
			return Outcome.UNCHANGED;
		}
		List<Chunk> chunks = this.splitter.split(this.readers.read(file.format(), file.path()));
		List<Document> documents = Chunks.documents(file, fingerprint, chunks);
		this.catalog.update(file.id(), (document) -> document.ingesting(documents.size(), 0));
		boolean complete = store(file, fingerprint, documents, stop);
		if (!complete) {
			return Outcome.STOPPED;
		}
		this.exclusions.clear(file.id());
		this.catalog.ready(file.id(), fingerprint, documents.size());
		logger.info("Ingested " + file.origin() + " document " + file.id() + ": " + documents.size() + " chunks");
		return Outcome.INGESTED;
	}

	/**
	 * What the chunks of a file depend on: its bytes, and how they are cut and embedded.
	 */
	private String fingerprint(SourceFile file) throws IOException {
		long size = Files.size(file.path());
		if (size > this.properties.limits().maxFileSize().toBytes()) {
			throw new UnreadableDocumentException(UnreadableDocumentException.Reason.TOO_LARGE,
					"The file has " + size + " bytes; at most " + this.properties.limits().maxFileSize().toBytes()
							+ " are read (rag.max-file-size)");
		}
		return new Fingerprint().add(SectionSplitter.VERSION)
			.add(this.properties.model())
			.add(Files.readAllBytes(file.path()))
			.value();
	}

	/**
	 * Brings the store into step with the file. Of one that was not there, chunks can be
	 * found, and work be stopped, while others are still to come; a changed one changes
	 * all at once.
	 * @return whether all of it is stored
	 */
	private boolean store(SourceFile file, String fingerprint, List<Document> documents, BooleanSupplier stop) {
		List<String> former = former(file.id());
		long present = this.store.count(Chunks.ofDocument(file.id()));
		boolean begun = former.isEmpty() && this.store.count(Chunks.ofState(file.id(), fingerprint)) == present;
		for (long end = next(present); begun && end < documents.size(); end = next(end)) {
			if (isUnwanted(file, stop)) {
				return false;
			}
			this.store.sync(file.id(), documents.subList(0, (int) end));
			int done = (int) end;
			this.catalog.update(file.id(), (document) -> document.ingesting(documents.size(), done));
		}
		if (isUnwanted(file, stop)) {
			return false;
		}
		this.store.sync(file.id(), documents);
		this.store.delete(former);
		return true;
	}

	/** Each time what is there is compared, so of many chunks more come at a time. */
	private static long next(long present) {
		return present + Math.max(SLICE, present / 4);
	}

	private boolean isUnwanted(SourceFile file, BooleanSupplier stop) {
		return stop.getAsBoolean() || this.catalog.find(file.id()).isEmpty();
	}

	/**
	 * The chunks of a file that an earlier version of this application stored under ids
	 * of its own, without a source. They go once the file is synced, which costs nothing:
	 * their embeddings are known.
	 */
	private List<String> former(String id) {
		long synced = this.store.sources().getOrDefault(id, 0L);
		if (this.store.count(Chunks.ofDocument(id)) == synced) {
			return List.of();
		}
		if (synced > 0) {
			// Killed in between, last time.
			this.store.sync(id, List.of());
		}
		List<String> ids = new ArrayList<>();
		DocumentPageRequest request = DocumentPageRequest.first(1_000);
		while (request != null) {
			DocumentPage page = this.store.list(Chunks.ofDocument(id), request);
			page.documents().forEach((chunk) -> ids.add(chunk.getId()));
			request = page.next();
		}
		return ids;
	}

	private Outcome failed(SourceFile file, String why) {
		logger.warn("Document " + file.id() + " cannot be ingested: " + why);
		this.catalog.update(file.id(), (document) -> document.failed(why));
		return Outcome.FAILED;
	}

	private ReentrantLock lock(String id) {
		return this.locks.get(Math.floorMod(id.hashCode(), this.locks.size()));
	}

}

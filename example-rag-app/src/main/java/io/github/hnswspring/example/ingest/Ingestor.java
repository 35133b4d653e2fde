package io.github.hnswspring.example.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import io.github.hnswspring.example.LoggedFailure;
import io.github.hnswspring.example.RagProperties;
import io.github.hnswspring.example.reading.Chunk;
import io.github.hnswspring.example.reading.DocumentReaders;
import io.github.hnswspring.example.reading.SectionSplitter;
import io.github.hnswspring.example.reading.ReaderStartException;
import io.github.hnswspring.example.reading.UnreadableDocumentException;
import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.ai.document.Document;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Brings one document into the store, or brings what is there up to date.
 *
 * <ul>
 * <li>Unchanged and complete: nothing is read.</li>
 * <li>New, or interrupted before: the missing chunks are added a slice at a time, each
 * committed, so a crash costs one slice.</li>
 * <li>Changed: the new chunks take the old ones' place in one transaction; until then the
 * old ones are found.</li>
 * </ul>
 *
 * Thread-safe: one thread at a time works on a document.
 */
@Component
class Ingestor {

	enum Outcome {

		INGESTED, UNCHANGED, FAILED, STOPPED

	}

	private static final Log logger = LogFactory.getLog(Ingestor.class);

	/** Chunks per commit, and per step of the progress bar. */
	private static final int SLICE = 32;

	private final HnswVectorStore store;

	private final Catalog catalog;

	private final DocumentReaders readers;

	private final SectionSplitter splitter;

	private final Exclusions exclusions;

	private final RagProperties properties;

	private final String model;

	private final List<ReentrantLock> locks = IntStream.range(0, 64).mapToObj((i) -> new ReentrantLock()).toList();

	Ingestor(HnswVectorStore store, Catalog catalog, DocumentReaders readers, SectionSplitter splitter,
			Exclusions exclusions, RagProperties properties, @Value("${spring.ai.model.embedding:onnx}") String model) {
		this.store = store;
		this.catalog = catalog;
		this.readers = readers;
		this.splitter = splitter;
		this.exclusions = exclusions;
		this.properties = properties;
		this.model = model;
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
		List<Document> documents = Chunks.documents(file, fingerprint, this.model, chunks);
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
		if (size > this.properties.maxFileSize().toBytes()) {
			throw new UnreadableDocumentException(UnreadableDocumentException.Reason.TOO_LARGE, "The file has " + size
					+ " bytes; at most " + this.properties.maxFileSize().toBytes() + " are read (rag.max-file-size)");
		}
		return new Fingerprint().add(SectionSplitter.VERSION)
			.add(this.model)
			.add(Files.readAllBytes(file.path()))
			.value();
	}

	private boolean store(SourceFile file, String fingerprint, List<Document> documents, BooleanSupplier stop) {
		List<String> ids = documents.stream().map(Document::getId).toList();
		List<Document> present = present(ids);
		Set<String> current = new HashSet<>();
		present.stream()
			.filter((chunk) -> fingerprint.equals(chunk.getMetadata().get(Chunks.FINGERPRINT)))
			.forEach((chunk) -> current.add(chunk.getId()));
		if (this.store.count(Chunks.ofDocument(file.id())) > current.size()) {
			this.store.replace(Chunks.ofDocument(file.id()), documents);
			return true;
		}
		List<Document> missing = new ArrayList<>(documents);
		missing.removeIf((chunk) -> current.contains(chunk.getId()));
		for (int from = 0; from < missing.size(); from += SLICE) {
			if (stop.getAsBoolean() || this.catalog.find(file.id()).isEmpty()) {
				return false;
			}
			this.store.add(missing.subList(from, Math.min(from + SLICE, missing.size())));
			int done = current.size() + Math.min(from + SLICE, missing.size());
			this.catalog.update(file.id(), (document) -> document.ingesting(documents.size(), done));
		}
		return true;
	}

	/** The chunks that are there and sound. */
	private List<Document> present(List<String> ids) {
		try {
			return this.store.get(ids);
		}
		catch (CorruptStoreException ex) {
			List<Document> sound = new ArrayList<>();
			for (String id : ids) {
				try {
					sound.addAll(this.store.get(List.of(id)));
				}
				catch (CorruptStoreException damaged) {
					logger.info("Chunk " + id + " is damaged and is stored anew");
				}
			}
			return sound;
		}
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

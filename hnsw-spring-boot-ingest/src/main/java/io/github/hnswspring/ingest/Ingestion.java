package io.github.hnswspring.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

import io.github.hnswspring.ingest.reading.DocumentFormat;
import io.github.hnswspring.ingest.reading.DocumentReaders;
import io.github.hnswspring.ingest.reading.SectionSplitter;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Ingests in the background: one thread for rounds over the folders, one for uploads, so
 * that an upload does not wait for a first start's folder. Begins with a round at start,
 * which also finishes what a crash interrupted.
 * <p>
 * Thread-safe: the queues are bounded and refuse rather than grow.
 */
public class Ingestion implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(Ingestion.class);

	private static final int STOP_SECONDS = 20;

	private final IngestSettings properties;

	private final Catalog catalog;

	private final Ingestor ingestor;

	private final SourceFiles sources;

	private final UploadDirectory uploads;

	private final Exclusions exclusions;

	private final DocumentReaders readers;

	private final ApplicationEventPublisher events;

	private final Semaphore receiving;

	/** Held from the check for a free place to the submission that takes it. */
	private final ReentrantLock submission = new ReentrantLock();

	private final AtomicBoolean scanRequested = new AtomicBoolean();

	private volatile ScanProgress progress = ScanProgress.NONE;

	private volatile boolean stopping;

	private volatile @Nullable ThreadPoolExecutor folderWorker;

	private volatile @Nullable ThreadPoolExecutor uploadWorker;

	/**
	 * Puts together what brings files into a store.
	 * @param store where they go
	 * @param settings which files, and within which limits
	 * @param events is told of every change
	 * @return the service, which works from its start on
	 */
	public static Ingestion of(HnswVectorStore store, IngestSettings settings, ApplicationEventPublisher events) {
		Catalog catalog = new Catalog(store, events);
		DocumentReaders readers = new DocumentReaders(settings.limits());
		Exclusions exclusions = new Exclusions(settings);
		Ingestor ingestor = new Ingestor(store, catalog, readers, new SectionSplitter(), exclusions, settings);
		return new Ingestion(settings, catalog, ingestor, new SourceFiles(settings), new UploadDirectory(settings),
				exclusions, readers, events);
	}

	Ingestion(IngestSettings properties, Catalog catalog, Ingestor ingestor, SourceFiles sources,
			UploadDirectory uploads, Exclusions exclusions, DocumentReaders readers, ApplicationEventPublisher events) {
		this.properties = properties;
		this.catalog = catalog;
		this.ingestor = ingestor;
		this.sources = sources;
		this.uploads = uploads;
		this.exclusions = exclusions;
		this.readers = readers;
		this.events = events;
		this.receiving = new Semaphore(properties.concurrentUploads());
	}

	/**
	 * All documents and how far each is.
	 * @return the documents, by name
	 */
	public List<DocumentInfo> documents() {
		return this.catalog.list();
	}

	/**
	 * How far the current round over all sources is, or how the last one ended. A round
	 * that was asked for counts as running.
	 * @return the progress
	 */
	public ScanProgress progress() {
		// In this order: a round is running before its request is forgotten.
		boolean requested = this.scanRequested.get();
		ScanProgress now = this.progress;
		return (requested && !now.running()) ? ScanProgress.begin(0) : now;
	}

	/**
	 * Takes in an upload: checks that it can be read, puts it safely on disk, queues it.
	 * @param name what the sender calls it
	 * @param content its bytes
	 * @return the document, queued
	 * @throws io.github.hnswspring.ingest.reading.UnreadableDocumentException when it
	 * will never be ingested; nothing is kept
	 * @throws IngestBusyException when it would have to wait too long; nothing is kept
	 * @throws IOException when the content or the disk fails; nothing is kept
	 */
	public DocumentInfo upload(String name, InputStream content) throws IOException {
		DocumentFormat format = UploadName.check(name);
		if (!this.receiving.tryAcquire()) {
			throw new IngestBusyException(true, "Already receiving " + this.properties.concurrentUploads()
					+ " uploads; send this one again when they are done");
		}
		try {
			Path temporary = this.uploads.receive(content);
			try {
				this.readers.read(format, temporary);
				return submit(temporary, name, format);
			}
			finally {
				this.uploads.discard(temporary);
			}
		}
		finally {
			this.receiving.release();
		}
	}

	private DocumentInfo submit(Path temporary, String name, DocumentFormat format) throws IOException {
		this.submission.lock();
		try {
			ThreadPoolExecutor worker = this.uploadWorker;
			if (worker == null || worker.getQueue().remainingCapacity() == 0) {
				throw new IngestBusyException(false,
						this.properties.uploadQueue() + " uploads are waiting; send this one again later");
			}
			SourceFile file = this.uploads.place(temporary, name, format);
			this.catalog.queued(file);
			worker.execute(() -> this.ingestor.ingest(file, () -> this.stopping));
			return DocumentInfo.queued(file);
		}
		finally {
			this.submission.unlock();
		}
	}

	/**
	 * One document.
	 * @param id its identifier
	 * @return the document, if there is one
	 */
	public Optional<DocumentInfo> document(String id) {
		return this.catalog.find(id);
	}

	/**
	 * The file a document was made from, to show it for a citation.
	 * @param id the document
	 * @return the file; none if there is no such document or file
	 */
	public Optional<Path> file(String id) {
		return document(id)
			.flatMap((document) -> ((document.origin() == Origin.UPLOAD) ? this.uploads.find() : this.sources.find())
				.stream()
				.filter((file) -> file.id().equals(id))
				.findFirst()
				.map(SourceFile::path));
	}

	/**
	 * Deletes a document and its chunks. A file in a source folder is not touched; the
	 * document stays away until that file changes.
	 * @param id the document
	 * @return whether there was one
	 */
	public boolean delete(String id) {
		DocumentInfo document = this.catalog.find(id).orElse(null);
		if (document == null) {
			return false;
		}
		if (document.origin() == Origin.UPLOAD) {
			this.uploads.delete(id);
		}
		else {
			String fingerprint = this.catalog.fingerprint(id);
			this.exclusions.exclude(id, (fingerprint != null) ? fingerprint : "");
		}
		// Seen by an ingest under way, which then stops at its next slice.
		this.catalog.remove(id);
		this.ingestor.delete(id);
		logger.info("Deleted " + document.origin() + " document " + id);
		return true;
	}

	/**
	 * Asks for a round over all sources.
	 * @return whether one was queued; otherwise one is waiting to begin already
	 */
	public boolean rescan() {
		ThreadPoolExecutor worker = this.folderWorker;
		if (worker == null || !this.scanRequested.compareAndSet(false, true)) {
			return false;
		}
		worker.execute(this::scan);
		return true;
	}

	private void scan() {
		this.progress = ScanProgress.begin(0);
		this.scanRequested.set(false);
		try {
			List<SourceFile> files = new ArrayList<>(this.sources.find());
			files.addAll(this.uploads.find());
			files.forEach(this.catalog::known);
			announce(ScanProgress.begin(files.size()));
			announce(this.progress.removed(removeGone(files)));
			for (SourceFile file : files) {
				if (this.stopping) {
					return;
				}
				announce(this.progress.plus(this.ingestor.ingest(file, () -> this.stopping)));
			}
		}
		catch (RuntimeException ex) {
			logger.error("The round over all sources failed; ask for a rescan once the cause is gone", ex);
		}
		finally {
			announce(this.progress.end());
			logger.info("Sources checked: " + this.progress);
		}
	}

	/** A document whose file is gone goes too; its embeddings may be used again. */
	private int removeGone(List<SourceFile> files) {
		Set<String> present = new HashSet<>();
		files.forEach((file) -> present.add(file.id()));
		int removed = 0;
		for (DocumentInfo document : this.catalog.list()) {
			if (!present.contains(document.id()) && isGone(document)) {
				this.catalog.remove(document.id());
				this.ingestor.delete(document.id());
				removed++;
			}
		}
		return removed;
	}

	/** An upload may have arrived since the list of files was made. */
	private boolean isGone(DocumentInfo document) {
		return document.origin() == Origin.FOLDER
				|| this.uploads.find().stream().noneMatch((file) -> file.id().equals(document.id()));
	}

	private void announce(ScanProgress now) {
		this.progress = now;
		this.events.publishEvent(new IngestEvent.Scan(now));
	}

	@Override
	public void start() {
		this.stopping = false;
		this.folderWorker = worker("ingest-folder-", 2);
		this.uploadWorker = worker("ingest-upload-", this.properties.uploadQueue());
		this.uploads.sweep();
		this.catalog.load();
		rescan();
	}

	@Override
	public void stop() {
		this.stopping = true;
		stop(this.folderWorker);
		stop(this.uploadWorker);
		this.folderWorker = null;
		this.uploadWorker = null;
		this.scanRequested.set(false);
	}

	@Override
	public boolean isRunning() {
		return this.folderWorker != null;
	}

	private static ThreadPoolExecutor worker(String name, int queue) {
		CustomizableThreadFactory threads = new CustomizableThreadFactory(name);
		threads.setDaemon(true);
		return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), threads);
	}

	/**
	 * Lets the current slice end. Never interrupts: an interrupt would close files that
	 * the store shares among threads. What waits is on disk and found at the next start.
	 */
	private static void stop(@Nullable ThreadPoolExecutor worker) {
		if (worker == null) {
			return;
		}
		worker.getQueue().clear();
		worker.shutdown();
		try {
			if (!worker.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
				logger.warn("Ingestion did not stop within " + STOP_SECONDS + " seconds; continued at the next start");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}

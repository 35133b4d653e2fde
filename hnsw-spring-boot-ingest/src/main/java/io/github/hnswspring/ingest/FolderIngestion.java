package io.github.hnswspring.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.github.hnswspring.ingest.reading.DocumentFormat;
import io.github.hnswspring.ingest.reading.DocumentReaders;
import io.github.hnswspring.ingest.reading.SectionSplitter;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreStatus;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Ingests in the background: one thread for rounds over the sources, one for files that
 * are put into a folder, so that these do not wait for a first start's folder.
 * <p>
 * Thread-safe: the queues are bounded and refuse rather than grow.
 */
final class FolderIngestion implements Ingestion {

	private static final Log logger = LogFactory.getLog(Ingestion.class);

	/** Files that wait to be ingested; all of them are safe on disk. */
	static final int MAX_WAITING = 100;

	/** Files received and checked at the same time. */
	static final int MAX_RECEIVING = 2;

	private static final int STOP_SECONDS = 20;

	private final HnswVectorStore store;

	private final IngestSettings settings;

	private final IngestTiming timing;

	private final Catalog catalog;

	private final DocumentReaders readers;

	private final SourceFiles sources;

	private final @Nullable OwnedFolder folder;

	private final ApplicationEventPublisher events;

	private final Semaphore receiving = new Semaphore(MAX_RECEIVING);

	/** Held from the check for a free place to the submission that takes it. */
	private final ReentrantLock submission = new ReentrantLock();

	private volatile @Nullable Work work;

	/** Known from the first start on. */
	private volatile boolean readOnly;

	FolderIngestion(HnswVectorStore store, IngestSettings settings, ApplicationEventPublisher events,
			IngestTiming timing) {
		this.store = store;
		this.settings = settings;
		this.timing = timing;
		this.events = new QuietPublisher(events);
		this.catalog = new Catalog(store, this.events);
		this.readers = new DocumentReaders(settings.limits());
		this.sources = new SourceFiles(settings.sources(), settings.maxFiles());
		this.folder = settings.sources()
			.stream()
			.filter(IngestSource::owned)
			.findFirst()
			.map(OwnedFolder::new)
			.orElse(null);
	}

	/** What there is only between start and stop. */
	private record Work(Exclusions exclusions, Ingestor ingestor, Rounds rounds, Turn turn, RoundWorker worker,
			ThreadPoolExecutor arrivals) {
	}

	@Override
	public CompletableFuture<RoundSummary> rescan() {
		return working().worker().request(RoundRequest.ALL);
	}

	@Override
	public CompletableFuture<RoundSummary> removeMissing() {
		return working().worker().request(RoundRequest.REMOVE_MISSING);
	}

	@Override
	public ScanProgress progress() {
		Work now = this.work;
		return (now != null) ? now.worker().progress() : ScanProgress.NONE;
	}

	@Override
	public List<DocumentInfo> documents() {
		return this.catalog.list();
	}

	@Override
	public Optional<DocumentInfo> document(String id) {
		return this.catalog.find(id);
	}

	@Override
	public Optional<Path> file(String id) {
		Work now = this.work;
		if (now == null || this.catalog.find(id).isEmpty()) {
			return Optional.empty();
		}
		return Optional.ofNullable(sourceFile(now, id)).map(SourceFile::path);
	}

	private @Nullable SourceFile sourceFile(Work now, String id) {
		SourceFile file = now.rounds().last().files.get(id);
		// One that was put into a folder since.
		return (file != null) ? file : this.sources.find().files.get(id);
	}

	@Override
	public List<SkippedFile> skipped() {
		Work now = this.work;
		return (now != null) ? List.copyOf(now.rounds().last().skipped) : List.of();
	}

	@Override
	public DocumentInfo put(String name, InputStream content) throws IOException {
		OwnedFolder into = this.folder;
		if (into == null) {
			throw new IllegalStateException("There is no folder to put files into; define a bean, "
					+ "IngestSource.owned(\"uploads\", folder)");
		}
		String fileName = FileName.check(name);
		DocumentFormat format = FileName.format(fileName);
		working();
		if (!this.receiving.tryAcquire()) {
			throw new IngestBusyException(true,
					"Already receiving " + MAX_RECEIVING + " uploads; send this one again when they are done");
		}
		try {
			Path temporary = into.receive(content, this.settings.limits().maxFileSize());
			try {
				this.readers.read(format, temporary);
				return submit(into, temporary, into.file(fileName, format));
			}
			finally {
				into.discard(temporary);
			}
		}
		finally {
			this.receiving.release();
		}
	}

	private DocumentInfo submit(OwnedFolder into, Path temporary, SourceFile file) throws IOException {
		this.submission.lock();
		try {
			Work now = working();
			if (now.arrivals().getQueue().remainingCapacity() == 0) {
				throw new IngestBusyException(false, MAX_WAITING + " uploads are waiting; send this one again later");
			}
			now.rounds().place(file, () -> into.place(temporary, file));
			now.arrivals().execute(() -> arrived(now, file));
			return DocumentInfo.queued(file);
		}
		finally {
			this.submission.unlock();
		}
	}

	private static void arrived(Work now, SourceFile file) {
		Outcome outcome = now.ingestor().ingest(file, now.worker()::isStopping);
		now.worker().count(outcome);
		if (outcome.isToBeTriedAgain()) {
			now.worker().retryLater();
		}
	}

	@Override
	public boolean delete(String id) {
		DocumentInfo document = this.catalog.find(id).orElse(null);
		if (document == null) {
			return false;
		}
		Work now = working();
		IngestSource source = this.sources.byLabel().get(document.origin());
		if (source != null && source.owned()) {
			now.rounds().remove(id, () -> new OwnedFolder(source).delete(document.path()));
		}
		else {
			String state = state(now, id);
			now.rounds().remove(id, () -> now.exclusions().exclude(id, document.source(), state));
		}
		logger.info("Deleted document " + id);
		return true;
	}

	/**
	 * The state of a document's file, which need not be the one that is stored: the file
	 * may have changed since, or may never have been read.
	 */
	private String state(Work now, String id) {
		SourceFile file = sourceFile(now, id);
		if (file != null) {
			try {
				return now.ingestor().state(file);
			}
			catch (IOException ex) {
				logger.debug("The file of document " + id + " cannot be looked at", ex);
			}
		}
		String stored = this.catalog.fingerprint(id);
		return (stored != null) ? stored : Exclusions.ANY;
	}

	@Override
	public List<ExcludedDocument> excluded() {
		Work now = this.work;
		return (now != null) ? now.exclusions().list() : List.of();
	}

	@Override
	public boolean restore(String id) {
		Work now = working();
		if (!now.exclusions().clear(id)) {
			return false;
		}
		now.rounds().forget(id);
		now.worker().request(RoundRequest.ALL);
		return true;
	}

	@Override
	public IngestStatistics statistics() {
		Work now = this.work;
		return (now != null) ? now.worker().statistics() : new IngestStatistics(0, Duration.ZERO, 0, 0, 0);
	}

	private Work working() {
		Work now = this.work;
		if (now == null) {
			throw new IllegalStateException(this.readOnly
					? "Nothing is ingested, because the store is read-only; send this to the application that writes "
							+ "to the store, or set hnsw.read-only=false where no other one does"
					: "Ingestion is not running; it works from the start of the application to its end");
		}
		return now;
	}

	@Override
	public void start() {
		StoreStatus status = this.store.status();
		this.readOnly = status.readOnly();
		if (status.readOnly()) {
			logger.info("Nothing is ingested: the store in " + status.directory() + " is read-only");
			return;
		}
		// The store makes its directory with the first use, if it is a temporary one.
		this.catalog.load();
		Path directory = this.store.status().directory();
		Exclusions exclusions = new Exclusions(
				((directory != null) ? directory : Path.of(System.getProperty("java.io.tmpdir"))).resolve("excluded"));
		exclusions.load();
		if (this.folder != null) {
			this.folder.sweep();
		}
		Ingestor ingestor = new Ingestor(this.store, this.catalog, this.readers, new SectionSplitter(), exclusions,
				this.settings.limits().maxFileSize());
		RoundLog log = new RoundLog(logger);
		Rounds rounds = new Rounds(this.sources, this.catalog, ingestor, log);
		Turn turn = new Turn(this.store, this.catalog);
		RoundWorker worker = new RoundWorker(rounds, turn, log, this.timing, this.events);
		CustomizableThreadFactory threads = new CustomizableThreadFactory("hnsw-ingest-arrival-");
		threads.setDaemon(true);
		ThreadPoolExecutor arrivals = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
				new ArrayBlockingQueue<>(MAX_WAITING), threads);
		this.work = new Work(exclusions, ingestor, rounds, turn, worker, arrivals);
		logger.info("Ingesting " + this.sources.byLabel().keySet().stream().map(RoundLog::clean).toList()
				+ (this.settings.watch() ? ", watched for changes" : "") + "; "
				+ RoundLog.count(this.catalog.count(), "document", "documents") + " stored");
		worker.request(RoundRequest.ALL);
		worker.start(this.settings.watch());
	}

	/**
	 * Lets the current slice end. Never interrupts: an interrupt would close files that
	 * the store shares among threads. What waits is on disk and found at the next start.
	 */
	@Override
	public void stop() {
		Work now = this.work;
		if (now == null) {
			return;
		}
		this.work = null;
		now.worker().stop();
		now.arrivals().getQueue().clear();
		now.arrivals().shutdown();
		try {
			if (!now.worker().awaitEnd(STOP_SECONDS)
					|| !now.arrivals().awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
				logger.warn("Ingestion did not stop within " + STOP_SECONDS + " seconds; continued at the next start");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			now.turn().end();
			this.readers.close();
		}
	}

	@Override
	public boolean isRunning() {
		return this.work != null;
	}

	/** A listener that fails keeps no document out. */
	private record QuietPublisher(ApplicationEventPublisher events) implements ApplicationEventPublisher {

		@Override
		public void publishEvent(Object event) {
			try {
				this.events.publishEvent(event);
			}
			catch (RuntimeException ex) {
				LoggedFailure.log(logger, "A listener failed with " + event.getClass().getSimpleName(), ex);
			}
		}

	}

}

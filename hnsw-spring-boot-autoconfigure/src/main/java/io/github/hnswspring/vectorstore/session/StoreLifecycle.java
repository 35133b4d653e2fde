package io.github.hnswspring.vectorstore.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.StoreClosedException;
import io.github.hnswspring.vectorstore.StoreDirectoryException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;

/**
 * Opens, lends and closes a store: by {@link #start}, or on first use if that comes
 * before any start or stop. Once its owner is closing, a stop waits for {@link #close},
 * and a use opens what was stopped before. Thread-safe: uses share a gate that opening
 * and closing own, so nothing is closed under its user. A session that another one takes
 * over from is closed by the last of its uses; nobody waits for these.
 */
public final class StoreLifecycle implements StoreAccess {

	private static final Log logger = LogFactory.getLog(StoreLifecycle.class);

	private final StoreOptions options;

	private final MetadataCodec codec;

	private final OwningContext owner;

	private final Activities activities;

	private final EmbeddingModels models;

	private BackgroundWork work = BackgroundWork.NONE;

	private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();

	private volatile @Nullable LentSession lent;

	// Outlives a stop: a paused application context finds its documents again.
	private volatile @Nullable StoreDirectory temporaryDirectory;

	private volatile boolean stopped;

	private volatile boolean closed;

	/**
	 * Describes a store that is not open yet.
	 * @param owner tells whether {@link #close} follows, once all users are done
	 * @param activities what takes its time
	 * @param models what texts are embedded by
	 */
	public StoreLifecycle(StoreOptions options, MetadataCodec codec, OwningContext owner, Activities activities,
			EmbeddingModels models) {
		this.options = options;
		this.codec = codec;
		this.owner = owner;
		this.activities = activities;
		this.models = models;
	}

	/** Has something work beside the store, from its next start on. */
	public void beside(BackgroundWork companion) {
		this.work = companion;
	}

	/** What is open, or {@code null}; never waits. */
	public @Nullable StoreSession session() {
		LentSession current = this.lent;
		return (current != null) ? current.session() : null;
	}

	public @Nullable StoreDirectory temporaryDirectory() {
		return this.temporaryDirectory;
	}

	@Override
	public <T extends @Nullable Object> T use(Function<StoreSession, T> work) {
		while (true) {
			this.gate.readLock().lock();
			try {
				LentSession current = this.lent;
				if (current == null) {
					requireOpenable();
				}
				else if (current.hold()) {
					try {
						return work.apply(current.session());
					}
					finally {
						current.letGo();
					}
				}
			}
			finally {
				this.gate.readLock().unlock();
			}
			open(true);
		}
	}

	public void start() {
		try {
			open(false);
		}
		catch (RuntimeException ex) {
			if (this.options.name() != null) {
				// Tells which of several stores it is, and what its properties are
				// called.
				ex.addSuppressed(
						new StoreException("The store is declared as hnsw.stores." + this.options.name(), null));
			}
			throw ex;
		}
	}

	private void open(boolean onUse) {
		this.gate.writeLock().lock();
		try {
			if (this.lent != null) {
				return;
			}
			if (onUse) {
				requireOpenable();
			}
			StoreSession opened = openSession();
			this.lent = new LentSession(opened);
			this.work.begin(opened);
			this.stopped = false;
			this.closed = false;
		}
		finally {
			this.gate.writeLock().unlock();
		}
	}

	private StoreSession openSession() {
		return new StoreOpener(this.options, directory(), this.codec, this.activities, this.models, this::reopen)
			.open();
	}

	/**
	 * A reader that cannot follow the writer; what is open answers until then. The gate
	 * is shared here: an export may keep it from its owners for hours.
	 */
	private void reopen() {
		LentSession former = this.lent;
		if (former == null) {
			return;
		}
		LentSession next = new LentSession(openSession());
		boolean wanted;
		this.gate.readLock().lock();
		try {
			// Sessions ask one at a time, each while it is the one that is lent.
			wanted = this.lent == former;
			if (wanted) {
				this.lent = next;
			}
		}
		finally {
			this.gate.readLock().unlock();
		}
		(wanted ? former : next).letGo();
	}

	private void requireOpenable() {
		if (this.closed || (this.stopped && !this.owner.mayBeEnding())) {
			throw new StoreClosedException("The vector store is stopped; call start() to open it again. Within an "
					+ "application context this happens while the context is paused, and at its end: after the beans "
					+ "that depend on the store were destroyed");
		}
	}

	/**
	 * Releases everything but a temporary directory, unless that is left to
	 * {@link #close}; what is under way ends first.
	 */
	public void stop() {
		if (!this.owner.isClosing()) {
			endUses();
			release();
		}
	}

	private void release() {
		this.gate.writeLock().lock();
		try {
			this.stopped = true;
			LentSession current = this.lent;
			this.lent = null;
			if (current != null) {
				this.work.end();
				this.models.end();
				current.letGo();
			}
		}
		finally {
			this.gate.writeLock().unlock();
		}
	}

	/** Whoever owns the gate waits for the background thread, which may wait for it. */
	private void endUses() {
		LentSession current = this.lent;
		if (current != null) {
			current.session().maintenance().endUses();
		}
	}

	/** Releases everything and removes a temporary directory. */
	public void close() {
		endUses();
		this.gate.writeLock().lock();
		try {
			release();
			this.closed = true;
			StoreDirectory directory = this.temporaryDirectory;
			this.temporaryDirectory = null;
			IOException failure = (directory != null) ? directory.dispose() : null;
			if (failure != null) {
				logger.warn("Temporary store directory was not removed; a later start will", failure);
			}
		}
		finally {
			this.gate.writeLock().unlock();
		}
	}

	private StoreDirectory directory() {
		Path path = this.options.directory();
		try {
			if (path != null) {
				return StoreDirectory.at(path, !this.options.readOnly());
			}
			StoreDirectory temporary = this.temporaryDirectory;
			if (temporary == null) {
				temporary = StoreDirectory.createTemporary();
				this.temporaryDirectory = temporary;
				logger.warn("No directory is configured (" + this.options.property("directory")
						+ "): documents are kept in " + temporary.path() + " and removed when the store is closed");
			}
			return temporary;
		}
		catch (NotDirectoryException ex) {
			throw new StoreDirectoryException((path != null) ? path : Path.of(System.getProperty("java.io.tmpdir")),
					ex.getMessage() + ". Put a directory in its place, or configure another ("
							+ this.options.property("directory") + ").",
					ex);
		}
		catch (IOException ex) {
			Path place = (path != null) ? path : Path.of(System.getProperty("java.io.tmpdir"));
			if (this.options.readOnly() && Files.notExists(place)) {
				throw new StoreDirectoryException(place, "it does not exist. " + StoreOpener.writerFirst(this.options),
						ex);
			}
			// The JDK says that it does not exist where a file system takes none, as
			// /proc.
			String reason = (ex instanceof NoSuchFileException) ? "the file system takes no directory there"
					: StoreException.reason(ex);
			String problem = Files.exists(place) ? StoreException.reason(ex) : "it cannot be created: " + reason;
			throw new StoreDirectoryException(place,
					problem + ". Make it a directory this user can write, or configure another ("
							+ this.options.property("directory") + ").",
					ex);
		}
	}

}

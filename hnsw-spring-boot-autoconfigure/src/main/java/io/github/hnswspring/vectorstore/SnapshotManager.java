package io.github.hnswspring.vectorstore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.CorruptIndexException;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;

/**
 * Decides when the index is written beside the database, and whether what lies there can
 * be trusted. Confined to the opening thread, then to the maintenance thread; the last
 * snapshot's change may be read by any.
 *
 * <p>
 * A snapshot says "all changes up to S, all rows up to K". Changes after S are replayed;
 * so the log may be pruned up to S once the manifest is durable, and not before.
 */
final class SnapshotManager {

	private static final Log logger = LogFactory.getLog(SnapshotManager.class);

	// Of all time at most a twentieth goes into snapshots.
	private static final long PAUSE_FACTOR = 20;

	private static final long RETRY_NANOS = 10_000_000_000L;

	private final StoreDirectory directory;

	private final StoreDatabase database;

	private final IndexManager index;

	private final StoreIdentity identity;

	private final StoreOptions options;

	private final SnapshotFiles files;

	private volatile long lastChange;

	// What the newest snapshot holds; null if there is none.
	private @Nullable IndexSegment lastSegment;

	private long lastCovered;

	private long lastNanos = System.nanoTime();

	private long pauseNanos;

	SnapshotManager(StoreDirectory directory, StoreDatabase database, IndexManager index, IndexFactory indexes,
			StoreIdentity identity, StoreOptions options) {
		this.directory = directory;
		this.database = database;
		this.index = index;
		this.identity = identity;
		this.options = options;
		this.files = new SnapshotFiles(directory.path(), options.files(), indexes);
	}

	/** The last change the newest snapshot is sure to hold. */
	long lastSnapshotChange() {
		return this.lastChange;
	}

	/**
	 * Reads the newest snapshot.
	 * @return the index, or {@code null} if it has to be built
	 */
	@Nullable IndexSegment load(SqlConnection connection) throws SQLException {
		SnapshotManifest manifest = null;
		IndexSegment segment = null;
		try {
			manifest = this.files.readManifest();
			if (manifest != null) {
				check(connection, manifest);
				segment = segment(connection, manifest);
			}
		}
		catch (NoSuchFileException ex) {
			logger.warn("Index file " + ex.getFile() + " is missing; the index is rebuilt in the background");
		}
		catch (IOException | UncheckedIOException | CorruptIndexException | UnusableException ex) {
			logger.warn("The saved index in " + this.directory.path() + " cannot be used (" + ex.getMessage()
					+ "); it is rebuilt in the background, and searches are exact meanwhile");
		}
		if (!this.options.readOnly()) {
			this.files.removeOthers((segment != null) ? manifest : null, Set.of());
		}
		if (segment != null && manifest != null) {
			this.lastChange = manifest.change();
			this.lastCovered = segment.covered();
			this.lastSegment = segment;
		}
		return segment;
	}

	private void check(SqlConnection connection, SnapshotManifest manifest) throws SQLException, UnusableException {
		if (!manifest.storeId().equals(this.identity.storeId())) {
			throw new UnusableException("it belongs to another store");
		}
		boolean known = manifest.token().equals(MetaTable.get(connection, MetaTable.SNAPSHOT))
				|| manifest.token().equals(MetaTable.get(connection, MetaTable.SNAPSHOT_NEXT));
		String prunedTo = MetaTable.get(connection, MetaTable.PRUNED_TO);
		long last = ChangeLog.last(connection);
		if (!known || manifest.change() > last || (prunedTo != null && manifest.change() < Long.parseLong(prunedTo))) {
			throw new UnusableException("it is of another time than the database: it holds changes up to "
					+ manifest.change() + ", the database " + last);
		}
	}

	private IndexSegment segment(SqlConnection connection, SnapshotManifest manifest)
			throws IOException, SQLException, UnusableException {
		HnswIndex loaded = this.files.readIndex(manifest);
		int dimensions = this.identity.dimensions().orElse(0);
		if (loaded.dimensions() != dimensions || loaded.metric() != this.options.metric()) {
			loaded.close();
			throw new UnusableException("it has " + loaded.dimensions() + " dimensions and metric " + loaded.metric()
					+ ", the store " + dimensions + " and " + this.options.metric());
		}
		boolean complete = manifest.covered() >= DocumentTable.lastKey(connection);
		return new IndexSegment(loaded, complete ? IndexSegment.COMPLETE : manifest.covered());
	}

	/** Saves if enough has changed, or long enough ago. */
	void saveIfDue() {
		IndexSegment segment = wanted();
		if (segment != null && isDue(segment)) {
			save(segment);
		}
	}

	/** Saves if anything has changed, so that the next start has nothing to replay. */
	void saveAtStop() {
		IndexSegment segment = wanted();
		if (segment != null && hasNews(segment)) {
			save(segment);
		}
	}

	/** While an index with new parameters is built, the old snapshot serves a restart. */
	private @Nullable IndexSegment wanted() {
		IndexSegment serving = this.index.serving();
		IndexSegment building = this.index.building();
		return (building == null || building == serving) ? serving : null;
	}

	private boolean hasNews(IndexSegment segment) {
		return segment != this.lastSegment || this.index.appliedChange() != this.lastChange
				|| segment.covered() != this.lastCovered;
	}

	private boolean isDue(IndexSegment segment) {
		long elapsed = System.nanoTime() - this.lastNanos;
		if (!hasNews(segment) || elapsed < this.pauseNanos) {
			return false;
		}
		boolean finished = segment.isComplete()
				&& (segment != this.lastSegment || this.lastCovered != IndexSegment.COMPLETE);
		boolean manyChanges = this.index.appliedChange() - this.lastChange >= this.options.snapshotChanges();
		return (finished && segment.index().size() >= this.options.snapshotChanges()) || manyChanges
				|| elapsed >= this.options.snapshotInterval().toNanos();
	}

	private void save(IndexSegment segment) {
		long start = System.nanoTime();
		try {
			SnapshotManifest manifest = write(segment);
			this.pauseNanos = PAUSE_FACTOR * (System.nanoTime() - start);
			if (logger.isDebugEnabled()) {
				logger.debug("Saved the index of " + this.directory.path() + ": " + manifest + " in "
						+ (System.nanoTime() - start) / 1_000_000 + " ms");
			}
		}
		catch (IOException | SQLException | RuntimeException | VirtualMachineError ex) {
			this.pauseNanos = RETRY_NANOS;
			logger.warn("The index of " + this.directory.path() + " could not be saved; no document is affected, "
					+ "it is tried again, and a restart replays or rebuilds: " + ex);
		}
		this.lastNanos = System.nanoTime();
	}

	private SnapshotManifest write(IndexSegment segment) throws IOException, SQLException {
		String token = UUID.randomUUID().toString();
		boolean complete;
		long change;
		long covered;
		ReentrantLock lock = this.database.writerLock();
		lock.lock();
		try {
			complete = segment.isComplete();
			change = this.index.appliedChange();
			// Rows another tool inserted unnoticed have changes after this one.
			covered = complete ? this.database.maintain(DocumentTable::lastKey) : segment.covered();
		}
		finally {
			lock.unlock();
		}
		SnapshotManifest manifest = this.files.writeIndex(segment.index(), this.identity.storeId(), token, change,
				covered);
		// Noted before and after: whatever moment a crash comes, the manifest is known.
		this.database.write((connection) -> {
			MetaTable.put(connection, MetaTable.SNAPSHOT_NEXT, token);
			return null;
		});
		this.files.writeManifest(manifest);
		this.lastChange = change;
		this.lastCovered = complete ? IndexSegment.COMPLETE : covered;
		this.lastSegment = segment;
		this.database.write((connection) -> {
			MetaTable.put(connection, MetaTable.SNAPSHOT, token);
			ChangeLog.prune(connection, change);
			return null;
		});
		this.files.removeOthers(manifest, this.index.vectorFiles());
		return manifest;
	}

	static boolean sameParameters(HnswIndex a, HnswIndex b) {
		return a.m() == b.m() && a.efConstruction() == b.efConstruction() && a.quantization().equals(b.quantization());
	}

	/** The snapshot is sound but not for this store in this state. */
	private static final class UnusableException extends Exception {

		private static final long serialVersionUID = 1L;

		UnusableException(String message) {
			super(message);
		}

	}

}

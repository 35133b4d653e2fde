package io.github.hnswspring.vectorstore.derived;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.CorruptIndexException;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.options.StoreIdentity;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;

/**
 * Decides when the index is written beside the database, and whether what lies there can
 * be trusted. Confined to the opening thread, then to the maintenance thread; the last
 * snapshot's change may be read by any, and any may ask for a snapshot.
 *
 * <p>
 * A snapshot says "all changes up to S, all rows up to K", of the index that serves and
 * of the one that is being built to take its place, if there are two: so a restart goes
 * on with both. Changes after S are replayed; so the log may be pruned up to the smaller
 * S once the manifest is durable, and not before.
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

	// What the newest snapshot holds.
	private List<Saved> saved = List.of();

	// Old files that are to go, but could not be removed when they were left.
	private volatile boolean leftovers;

	private long leftoversNanos;

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
	 * @return the serving index, then the one being built beside it; what cannot be used
	 * is left out
	 */
	List<Saved> load(SqlConnection connection) throws SQLException {
		SnapshotManifest manifest = null;
		List<Saved> loaded = new ArrayList<>();
		try {
			manifest = this.files.readManifest();
			if (manifest != null) {
				check(connection, manifest);
				for (SnapshotManifest.Entry entry : manifest.entries()) {
					load(connection, entry, loaded);
				}
			}
		}
		catch (IOException | UnusableException ex) {
			complain(ex);
		}
		if (!this.options.readOnly()) {
			this.leftovers = this.files.removeOthers(loaded.isEmpty() ? null : manifest, Set.of());
		}
		this.saved = List.copyOf(loaded);
		this.lastChange = oldestChange(loaded);
		return this.saved;
	}

	private void load(SqlConnection connection, SnapshotManifest.Entry entry, List<Saved> loaded) throws SQLException {
		try {
			check(connection, entry);
			CoveredIndex target = loadIndex(connection, entry);
			loaded.add(new Saved(target, target.covered(), entry));
		}
		catch (NoSuchFileException ex) {
			logger.warn("Index file " + ex.getFile() + " is missing; the index is rebuilt in the background");
		}
		catch (IOException | UncheckedIOException | CorruptIndexException | UnusableException ex) {
			complain(ex);
		}
	}

	private void complain(Exception problem) {
		logger.warn("The saved index in " + this.directory.path() + " cannot be used (" + StoreException.reason(problem)
				+ "); it is rebuilt in the background");
	}

	private static long oldestChange(List<Saved> saved) {
		return saved.stream().mapToLong((one) -> one.entry().change()).min().orElse(0);
	}

	private void check(SqlConnection connection, SnapshotManifest manifest) throws SQLException, UnusableException {
		if (!manifest.storeId().equals(this.identity.storeId())) {
			throw new UnusableException("it belongs to another store");
		}
		boolean known = manifest.token().equals(MetaTable.get(connection, MetaTable.SNAPSHOT))
				|| manifest.token().equals(MetaTable.get(connection, MetaTable.SNAPSHOT_NEXT));
		if (!known) {
			throw new UnusableException("it is of another time than the database, which does not know it");
		}
	}

	private static void check(SqlConnection connection, SnapshotManifest.Entry entry)
			throws SQLException, UnusableException {
		long last = ChangeLog.last(connection);
		if (entry.change() > last || entry.change() < ChangeLog.prunedTo(connection)) {
			throw new UnusableException("it is of another time than the database: it holds changes up to "
					+ entry.change() + ", the database " + last);
		}
	}

	private CoveredIndex loadIndex(SqlConnection connection, SnapshotManifest.Entry entry)
			throws IOException, SQLException, UnusableException {
		ModelGeneration model = this.identity.generations().inUse(entry.model());
		if (model == null) {
			throw new UnusableException("its embeddings come from a former model");
		}
		HnswIndex loaded = this.files.readIndex(entry);
		int dimensions = model.dimensions();
		if (loaded.dimensions() != dimensions || loaded.metric() != this.options.metric()) {
			loaded.close();
			throw new UnusableException("it has " + loaded.dimensions() + " dimensions and metric " + loaded.metric()
					+ ", the store " + dimensions + " and " + this.options.metric());
		}
		boolean complete = entry.covered() >= DocumentTable.lastKey(connection);
		return new CoveredIndex(loaded, entry.model(), complete ? CoveredIndex.COMPLETE : entry.covered());
	}

	boolean hasLeftovers() {
		return this.leftovers;
	}

	/** Saves if enough has changed, or long enough ago. */
	void saveIfDue() {
		List<CoveredIndex> present = this.index.present();
		if (isDue(present)) {
			save(present);
		}
		else if (this.leftovers && System.nanoTime() - this.leftoversNanos > RETRY_NANOS) {
			removeLeftovers();
		}
	}

	/** Saves if anything has changed, so that the next start has nothing to replay. */
	void saveAtStop() {
		List<CoveredIndex> present = this.index.present();
		if (!hasNews(present)) {
			return;
		}
		if (Files.notExists(this.directory.database())) {
			// For example a test's temporary directory, deleted before its context
			// closes.
			logger.info("The store in " + this.directory.path() + " was deleted while it was open; nothing is saved");
			return;
		}
		save(present);
	}

	/**
	 * Saves without waiting for anything, if anything has changed.
	 * @throws StoreException if it cannot be saved
	 */
	void saveNow() {
		List<CoveredIndex> present = this.index.present();
		Throwable problem = hasNews(present) ? save(present) : null;
		if (problem != null) {
			throw new StoreException("The index of " + this.directory.path() + " could not be saved ("
					+ StoreException.reason(problem) + "); it is tried again in the background", problem);
		}
		if (this.leftovers) {
			removeLeftovers();
		}
	}

	private boolean hasNews(List<CoveredIndex> present) {
		return !present.isEmpty()
				&& (isAnyGone(present) || present.stream().anyMatch((target) -> upToDate(target) == null));
	}

	/** Whether files lie there of an index that is not used any more. */
	private boolean isAnyGone(List<CoveredIndex> present) {
		return this.saved.stream().anyMatch((one) -> !present.contains(one.target()));
	}

	/** What is saved of an index, if nothing has happened to it since. */
	private @Nullable Saved upToDate(CoveredIndex target) {
		Saved last = saved(target);
		return (last != null && last.covered() == target.covered()
				&& last.entry().change() == this.index.appliedChange()) ? last : null;
	}

	private @Nullable Saved saved(CoveredIndex target) {
		return this.saved.stream().filter((one) -> one.target() == target).findFirst().orElse(null);
	}

	private boolean isDue(List<CoveredIndex> present) {
		long elapsed = System.nanoTime() - this.lastNanos;
		if (elapsed < this.pauseNanos || !hasNews(present)) {
			return false;
		}
		boolean manyChanges = this.index.appliedChange() - this.lastChange >= this.options.snapshotChanges();
		// An index that was replaced keeps its space on the disk until then.
		boolean replaced = this.index.building() == null && isAnyGone(present);
		return manyChanges || replaced || elapsed >= this.options.snapshotInterval().toNanos()
				|| present.stream().anyMatch(this::isMuchBuilt);
	}

	/** Whether a restart would build much again. */
	private boolean isMuchBuilt(CoveredIndex target) {
		Saved last = saved(target);
		long before = (last != null) ? last.covered() : 0;
		if (target.isComplete()) {
			return before != CoveredIndex.COMPLETE && target.index().size() >= this.options.snapshotChanges();
		}
		return target.covered() - before >= this.options.snapshotChanges();
	}

	/** Returns what went wrong, after it has been logged. */
	private @Nullable Throwable save(List<CoveredIndex> present) {
		long start = System.nanoTime();
		Throwable problem = null;
		try {
			SnapshotManifest manifest = write(present);
			this.pauseNanos = PAUSE_FACTOR * (System.nanoTime() - start);
			if (logger.isDebugEnabled()) {
				logger.debug("Saved the index of " + this.directory.path() + ": " + manifest + " in "
						+ (System.nanoTime() - start) / 1_000_000 + " ms");
			}
		}
		catch (IOException | SQLException | RuntimeException | Error ex) {
			problem = ex;
			this.pauseNanos = RETRY_NANOS;
			logger.warn("The index of " + this.directory.path() + " could not be saved; no document is affected, "
					+ "it is tried again, and a restart replays or rebuilds: " + StoreException.reason(ex));
		}
		this.lastNanos = System.nanoTime();
		return problem;
	}

	private SnapshotManifest write(List<CoveredIndex> present) throws IOException, SQLException {
		List<Saved> next = new ArrayList<>();
		for (CoveredIndex target : present) {
			Saved unchanged = upToDate(target);
			next.add((unchanged != null) ? unchanged : write(target));
		}
		String token = UUID.randomUUID().toString();
		SnapshotManifest manifest = new SnapshotManifest(this.identity.storeId(), token, next.get(0).entry(),
				(next.size() > 1) ? next.get(1).entry() : null);
		// Noted before and after: whatever moment a crash comes, the manifest is known.
		this.database.update((connection) -> MetaTable.put(connection, MetaTable.SNAPSHOT_NEXT, token));
		this.files.writeManifest(manifest);
		long change = oldestChange(next);
		this.saved = List.copyOf(next);
		this.lastChange = change;
		this.database.update((connection) -> {
			MetaTable.put(connection, MetaTable.SNAPSHOT, token);
			ChangeLog.prune(connection, change);
		});
		this.leftovers = this.files.removeOthers(manifest, this.index.vectorFiles());
		this.leftoversNanos = System.nanoTime();
		return manifest;
	}

	private Saved write(CoveredIndex target) throws IOException, SQLException {
		long change;
		long reach;
		long covered;
		ReentrantLock lock = this.database.writerLock();
		lock.lock();
		try {
			change = this.index.appliedChange();
			reach = target.covered();
			// Rows another tool inserted unnoticed have changes after this one.
			covered = target.isComplete() ? this.database.maintain(DocumentTable::lastKey) : reach;
		}
		finally {
			lock.unlock();
		}
		return new Saved(target, reach, this.files.writeIndex(target.index(), change, covered, target.generation()));
	}

	private void removeLeftovers() {
		try {
			this.leftovers = this.files.removeOthers(this.files.readManifest(), this.index.vectorFiles());
		}
		catch (IOException ex) {
			logger.debug("The manifest in " + this.directory.path() + " cannot be read", ex);
		}
		this.leftoversNanos = System.nanoTime();
	}

	static boolean sameParameters(HnswIndex a, HnswIndex b) {
		return a.m() == b.m() && a.efConstruction() == b.efConstruction() && a.quantization().equals(b.quantization());
	}

	/**
	 * An index and what lies of it in the directory.
	 *
	 * @param target the index
	 * @param covered how far it reached when it was saved
	 * @param entry what the manifest says of it
	 */
	record Saved(CoveredIndex target, long covered, SnapshotManifest.Entry entry) {

	}

	/** The snapshot is sound but not for this store in this state. */
	private static final class UnusableException extends Exception {

		private static final long serialVersionUID = 1L;

		UnusableException(String message) {
			super(message);
		}

	}

}

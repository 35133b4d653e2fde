package io.github.hnswspring.vectorstore.session;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.StoreSchema;

/**
 * Notices what a reader cannot follow row by row: changes that are no longer in the log,
 * another format, another embedding model, another file in the place of the database.
 * Then the store is opened once more beside the one that answers, with the index the
 * writer has saved, and takes its place. Confined to the maintenance thread.
 */
final class WriterWatch {

	private static final Log logger = LogFactory.getLog(WriterWatch.class);

	private static final long FIRST_PAUSE_NANOS = 1_000_000_000;

	private static final long LONGEST_PAUSE_NANOS = 60_000_000_000L;

	private final StoreDatabase database;

	private final Runnable reopen;

	private final LongSupplier nanos;

	private final AtomicBoolean reopening = new AtomicBoolean();

	private final State opened;

	private @Nullable String lastComplaint;

	private volatile long failedNanos;

	// After a failure, because the cause may last: a model that is not the writer's.
	private volatile long pauseNanos;

	/**
	 * Begins to watch.
	 * @param database was just opened
	 * @param reopen opens the store once more
	 */
	WriterWatch(StoreDatabase database, Runnable reopen) throws SQLException {
		this(database, reopen, System::nanoTime);
	}

	/** For tests, which let time pass. */
	WriterWatch(StoreDatabase database, Runnable reopen, LongSupplier nanos) throws SQLException {
		this.database = database;
		this.reopen = reopen;
		this.nanos = nanos;
		this.opened = database.read(State::of);
	}

	/**
	 * Has the store opened once more if that is necessary, in another thread.
	 * @param appliedChange the last change that was followed
	 * @return whether rows can be followed
	 */
	boolean canFollow(long appliedChange) throws SQLException {
		String reason = this.database.isReplaced() ? "its database was replaced"
				: this.database.<@Nullable String>read((connection) -> reason(connection, appliedChange));
		if (reason == null) {
			return true;
		}
		boolean due = this.nanos.getAsLong() - this.failedNanos >= this.pauseNanos;
		if (due && this.reopening.compareAndSet(false, true)) {
			logger.debug("Reader of " + this.database.file() + " opens it once more: " + reason);
			Thread thread = new Thread(this::reopen, "hnsw-reopen");
			thread.setDaemon(true);
			thread.start();
		}
		return false;
	}

	private @Nullable String reason(SqlConnection connection, long appliedChange) throws SQLException {
		if (!State.of(connection).equals(this.opened)) {
			return "its format or its embedding model is another one now";
		}
		return (ChangeLog.prunedTo(connection) > appliedChange) ? "changes since the last look are no longer in the log"
				: null;
	}

	private void reopen() {
		boolean failed = true;
		try {
			this.reopen.run();
			failed = false;
		}
		catch (RuntimeException | Error ex) {
			this.failedNanos = this.nanos.getAsLong();
			this.pauseNanos = Math.max(FIRST_PAUSE_NANOS, Math.min(2 * this.pauseNanos, LONGEST_PAUSE_NANOS));
			if (!String.valueOf(ex.getMessage()).equals(this.lastComplaint)) {
				this.lastComplaint = String.valueOf(ex.getMessage());
				logger.warn("The store in " + this.database.file().getParent() + " has changed in a way that takes "
						+ "opening it once more, which failed and is tried again, once a minute at last; what was read "
						+ "before answers meanwhile: " + ex.getMessage());
			}
		}
		finally {
			// Once is enough, although an export may hold this session open for long.
			this.reopening.set(!failed);
		}
	}

	/**
	 * What must stay as it was when the store was opened.
	 *
	 * @param version of the format
	 * @param storeId tells the store from all others
	 * @param generation of the embedding model
	 */
	private record State(int version, @Nullable String storeId, @Nullable String generation) {

		static State of(SqlConnection connection) throws SQLException {
			return new State(StoreSchema.version(connection), MetaTable.get(connection, MetaTable.STORE_ID),
					MetaTable.get(connection, MetaTable.EMBEDDING_GENERATION));
		}

	}

}

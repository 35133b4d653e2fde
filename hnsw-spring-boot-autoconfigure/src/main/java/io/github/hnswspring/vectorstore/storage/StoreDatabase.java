package io.github.hnswspring.vectorstore.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.storage.ConnectionSource.Mode;

/**
 * The database of a store: one writing connection behind a lock and a few reading ones.
 * Thread-safe: reads run beside each other and beside a write.
 */
public final class StoreDatabase implements AutoCloseable {

	private static final int READERS = Math.max(4, Runtime.getRuntime().availableProcessors());

	/** Writers wait meanwhile. */
	private static final int MOMENT_MILLIS = 500;

	private final Path file;

	private final @Nullable SqlConnection writer;

	/** Of the file that is open; what lies under its name may become another. */
	private final @Nullable Object fileKey;

	private final ReaderPool readers;

	// Of its own, because it is needed in the middle of a read.
	private final ReaderPool repairReader;

	// Reentrant, so that a caller can keep the lock over a transaction and what follows.
	private final ReentrantLock writerLock = new ReentrantLock();

	private StoreDatabase(Path file, @Nullable SqlConnection writer, ReaderPool.Opener opener) throws SQLException {
		this.file = file;
		this.fileKey = fileKey(file);
		this.writer = writer;
		this.readers = new ReaderPool(file, READERS, opener);
		this.repairReader = new ReaderPool(file, 1, opener);
	}

	/**
	 * Opens or creates the database.
	 * @param file its file
	 * @param source opens connections
	 * @return the database, without any table if it is new
	 * @throws SQLException if it cannot be opened
	 */
	public static StoreDatabase open(Path file, ConnectionSource source) throws SQLException {
		SqlConnection writer = new SqlConnection(source.open(file, Mode.WRITE));
		return new StoreDatabase(file, writer, () -> source.open(file, Mode.READ));
	}

	/**
	 * Opens a database for reading only.
	 * @param file its file
	 * @param source opens connections
	 * @return the database
	 * @throws SQLException if it cannot be opened
	 */
	public static StoreDatabase openReadOnly(Path file, ConnectionSource source) throws SQLException {
		// Without log and shared memory there is no writer; and on a read-only medium
		// SQLite could not make the files it otherwise needs.
		boolean unused = !hasLog(file) && !Files.exists(file.resolveSibling(file.getFileName() + "-shm"));
		boolean immutable = unused && !Files.isWritable(file.toAbsolutePath().getParent());
		Mode mode = immutable ? Mode.IMMUTABLE : Mode.READ;
		return new StoreDatabase(file, null, () -> source.open(file, mode));
	}

	/**
	 * Whether there are changes that are not in the file itself but in its log.
	 * @param file the database
	 * @return {@code true} if so
	 */
	public static boolean hasLog(Path file) {
		try {
			return Files.size(file.resolveSibling(file.getFileName() + "-wal")) > 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * The database file.
	 * @return its path
	 */
	public Path file() {
		return this.file;
	}

	/**
	 * Whether nothing can be written here.
	 * @return {@code true} if so
	 */
	public boolean isReadOnly() {
		return this.writer == null;
	}

	/**
	 * The lock that {@link #write} takes, for callers that have to keep the order of
	 * commits over more than the transaction.
	 * @return the lock
	 */
	public ReentrantLock writerLock() {
		return this.writerLock;
	}

	/**
	 * Runs a transaction: all of it is committed and forced to disk, or nothing is.
	 * @param <T> what comes out of it
	 * @param work what to do
	 * @return its outcome
	 * @throws SQLException if the database fails; then nothing has changed
	 */
	public <T extends @Nullable Object> T write(SqlWork<T> work) throws SQLException {
		SqlConnection connection = writer();
		this.writerLock.lock();
		try {
			connection.execute("BEGIN IMMEDIATE");
			boolean committed = false;
			try {
				T result = work.apply(connection);
				requireInPlace();
				connection.execute("COMMIT");
				committed = true;
				return result;
			}
			finally {
				if (!committed) {
					rollback(connection);
				}
			}
		}
		finally {
			this.writerLock.unlock();
		}
	}

	/**
	 * Runs a transaction of which nothing comes out: all of it is committed and forced to
	 * disk, or nothing is.
	 * @param work what to do
	 * @throws SQLException if the database fails; then nothing has changed
	 */
	public void update(SqlAction work) throws SQLException {
		write((connection) -> {
			work.apply(connection);
			return connection;
		});
	}

	/** SQLite would go on writing into files that were deleted under it. */
	private void requireInPlace() throws SQLException {
		if (!Objects.equals(this.fileKey, fileKey(this.file))) {
			throw new SQLException("The file " + this.file + " has been deleted or replaced while it was open");
		}
	}

	/**
	 * Whether another file lies where the one that is open was.
	 * @return {@code false} as well while there is none
	 */
	public boolean isReplaced() {
		try {
			return Files.exists(this.file) && !Objects.equals(this.fileKey, fileKey(this.file));
		}
		catch (SQLException ex) {
			// Gone this moment, for another one to come.
			return false;
		}
	}

	/** Identifies a file whatever its name; {@code null} where the system cannot. */
	private static @Nullable Object fileKey(Path file) throws SQLException {
		try {
			return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
		}
		catch (IOException ex) {
			throw new SQLException("The file " + file + " cannot be found any more: " + ex, ex);
		}
	}

	/**
	 * Uses the writing connection outside of a transaction, for maintenance.
	 * @param <T> what comes out of it
	 * @param work what to do
	 * @return its outcome
	 * @throws SQLException if the database fails
	 */
	public <T extends @Nullable Object> T maintain(SqlWork<T> work) throws SQLException {
		SqlConnection connection = writer();
		this.writerLock.lock();
		try {
			return work.apply(connection);
		}
		finally {
			this.writerLock.unlock();
		}
	}

	/**
	 * Has SQLite check that its trees are trees: no page in two of them, every entry in
	 * its place.
	 * @param connection reads
	 * @return {@code ok}, or the first thing that is wrong
	 * @throws SQLException if the database fails
	 */
	public static String quickCheck(SqlConnection connection) throws SQLException {
		String text = TextTable.see(connection);
		try {
			String all = connection.answer("PRAGMA quick_check(1)");
			return (text != null && all.equals("ok")) ? text : all;
		}
		catch (SQLException ex) {
			if (text != null && TextTable.isDamage(ex)) {
				return text;
			}
			throw ex;
		}
	}

	/**
	 * Runs something so that what it deletes is overwritten with zeros. What lies in the
	 * log or was deleted before is not.
	 * @param work what to do, with the writer lock held
	 * @throws SQLException if the database fails
	 */
	public void overwritingWhatIsDeleted(Work work) throws SQLException {
		SqlConnection connection = writer();
		this.writerLock.lock();
		try {
			connection.execute("PRAGMA secure_delete = ON");
			try {
				work.run();
			}
			finally {
				connection.execute("PRAGMA secure_delete = OFF");
			}
		}
		finally {
			this.writerLock.unlock();
		}
	}

	/**
	 * Empties the log, as {@link #truncateLog()} does, if others let it.
	 * @return whether it is empty: it is not if others read what is in it for longer than
	 * a moment
	 * @throws SQLException if the database fails
	 */
	public boolean tryTruncateLog() throws SQLException {
		return maintain((connection) -> {
			connection.execute("PRAGMA busy_timeout = " + MOMENT_MILLIS);
			try {
				return truncateLog();
			}
			finally {
				connection.execute("PRAGMA busy_timeout = " + SqliteConnectionSource.BUSY_TIMEOUT_MILLIS);
			}
		});
	}

	/**
	 * Moves what is in the log into the database file, and empties the log.
	 * @return whether it is empty: it is not as long as others read what is in it
	 * @throws SQLException if the database fails
	 */
	public boolean truncateLog() throws SQLException {
		return maintain((connection) -> connection.answer("PRAGMA wal_checkpoint(TRUNCATE)").equals("0"));
	}

	/**
	 * Gives space of deleted rows back to the file system; writes wait.
	 * @return whether the log is empty, too
	 * @throws SQLException if the database fails, for example for lack of space
	 */
	public boolean compact() throws SQLException {
		SqlConnection connection = writer();
		this.writerLock.lock();
		try {
			// VACUUM writes the whole database anew: temporary storage must not be
			// memory.
			connection.execute("PRAGMA temp_store = FILE");
			try {
				connection.execute("VACUUM");
			}
			finally {
				connection.execute("PRAGMA temp_store = MEMORY");
			}
			return truncateLog();
		}
		finally {
			this.writerLock.unlock();
		}
	}

	private SqlConnection writer() {
		if (this.writer == null) {
			throw new IllegalStateException("Database " + this.file + " was opened read-only");
		}
		return this.writer;
	}

	private static void rollback(SqlConnection connection) {
		try {
			connection.execute("ROLLBACK");
		}
		catch (SQLException ex) {
			// SQLite has rolled back by itself after a full disk or an I/O error; what
			// matters is the first failure.
		}
	}

	/**
	 * Reads one consistent state.
	 * @param <T> what comes out of it
	 * @param work what to read
	 * @return its outcome
	 * @throws SQLException if the database fails
	 * @throws io.github.hnswspring.vectorstore.StoreClosedException if it is closed
	 */
	public <T extends @Nullable Object> T read(SqlWork<T> work) throws SQLException {
		return this.readers.read(work);
	}

	/**
	 * Reads one consistent state, for work that returns nothing.
	 * @param work what to read
	 * @throws SQLException if the database fails
	 */
	public void visit(SqlAction work) throws SQLException {
		read((connection) -> {
			work.apply(connection);
			return connection;
		});
	}

	/**
	 * Reads in the middle of another read.
	 * @param work must not read again in its turn
	 * @return what the work returns
	 * @throws SQLException if the database fails
	 */
	public <T extends @Nullable Object> T readForRepair(SqlWork<T> work) throws SQLException {
		return this.repairReader.read(work);
	}

	/** Does something that may fail as the database does. */
	@FunctionalInterface
	public interface Work {

		/** Does it. */
		void run() throws SQLException;

	}

	/** Waits for reads and writes under way, then releases the file; later reads fail. */
	@Override
	public void close() throws SQLException {
		this.readers.close();
		this.repairReader.close();
		if (this.writer != null) {
			this.writerLock.lock();
			try {
				// The last connection to close empties the log into the database.
				this.writer.close();
			}
			finally {
				this.writerLock.unlock();
			}
		}
	}

}

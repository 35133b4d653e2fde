package io.github.hnswspring.vectorstore.storage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.StoreClosedException;

/**
 * A handful of reading connections. A read sees one state of the database from its first
 * statement to its end. Thread-safe: a connection belongs to one caller at a time.
 */
final class ReaderPool implements AutoCloseable {

	private final ConcurrentLinkedDeque<SqlConnection> idle = new ConcurrentLinkedDeque<>();

	private final Semaphore permits;

	// A read within a read of the same thread needs no permit: waiting for one while
	// holding one, as many as there are, all would wait for ever.
	private final ThreadLocal<Boolean> reading = new ThreadLocal<>();

	private final Path file;

	private final int size;

	private final Opener opener;

	private volatile boolean closed;

	/**
	 * Creates a pool.
	 * @param file the database, for messages
	 * @param size reads at once, and connections kept
	 */
	ReaderPool(Path file, int size, Opener opener) {
		this.file = file;
		this.size = size;
		this.permits = new Semaphore(size);
		this.opener = opener;
	}

	/**
	 * Reads one state.
	 * @throws StoreClosedException if this is closed
	 */
	<T extends @Nullable Object> T read(SqlWork<T> work) throws SQLException {
		if (this.reading.get() != null) {
			return readWithConnection(work);
		}
		// An interrupted caller still gets its answer; the interrupt stays set.
		this.permits.acquireUninterruptibly();
		this.reading.set(true);
		try {
			if (this.closed) {
				throw new StoreClosedException("Database " + this.file
						+ " has been closed, so nothing can be read from it; start its store again");
			}
			return readWithConnection(work);
		}
		finally {
			this.reading.remove();
			this.permits.release();
		}
	}

	private <T extends @Nullable Object> T readWithConnection(SqlWork<T> work) throws SQLException {
		SqlConnection connection = this.idle.pollFirst();
		if (connection == null) {
			connection = new SqlConnection(this.opener.open());
		}
		boolean healthy = false;
		try {
			// Prepared once, unlike what JDBC's own transactions execute; as far as
			// JDBC knows, each statement is committed by itself.
			connection.prepare("BEGIN").execute();
			T result = work.apply(connection);
			connection.prepare("END").execute();
			healthy = true;
			return result;
		}
		finally {
			if (healthy && this.idle.size() < this.size) {
				this.idle.addFirst(connection);
			}
			else {
				closeQuietly(connection);
			}
		}
	}

	private static void closeQuietly(SqlConnection connection) {
		try {
			connection.close();
		}
		catch (SQLException ex) {
			// The failure that brought us here says more than this one.
		}
	}

	/** Waits for the reads under way; later ones fail. */
	@Override
	public void close() throws SQLException {
		this.permits.acquireUninterruptibly(this.size);
		try {
			this.closed = true;
			SqlConnection connection = this.idle.pollFirst();
			while (connection != null) {
				connection.close();
				connection = this.idle.pollFirst();
			}
		}
		finally {
			// Whoever waits for one is told rather than left to wait.
			this.permits.release(this.size);
		}
	}

	/** Opens one more connection. */
	@FunctionalInterface
	interface Opener {

		Connection open() throws SQLException;

	}

}

package io.github.hnswspring.replica.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.github.hnswspring.replica.TruthUnavailableException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * A transaction whose parts run in several threads, one after the other, and which stays
 * open between them. Thread-safe: who closes it while a part is under way has its
 * connection broken off, which is never used again, so that no statement of that part can
 * follow in a transaction of its own.
 */
public final class OpenTransaction implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(OpenTransaction.class);

	private final Connection connection;

	private final JdbcTemplate jdbc;

	private final boolean autoCommit;

	private final int isolation;

	private final @Nullable Integer silence;

	/** Held by who runs a part. */
	private final ReentrantLock part = new ReentrantLock();

	private boolean open = true;

	private boolean closed;

	private volatile boolean abandoned;

	/**
	 * Begins it; each of its statements sees what was committed before that statement.
	 * @param dataSource of the application
	 * @param silence how long the database may say nothing
	 * @throws RuntimeException if there is no connection
	 */
	OpenTransaction(DataSource dataSource, Duration silence) {
		try {
			// Not by DataSourceUtils, which would take part in a transaction of the
			// caller's.
			this.connection = dataSource.getConnection();
		}
		catch (SQLException ex) {
			throw new CannotGetJdbcConnectionException("Failed to obtain a connection", ex);
		}
		boolean begun = false;
		try {
			this.silence = TruthDatabase.limit(this.connection, silence);
			this.autoCommit = this.connection.getAutoCommit();
			this.isolation = this.connection.getTransactionIsolation();
			this.connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			this.connection.setAutoCommit(false);
			this.jdbc = new JdbcTemplate(new SingleConnectionDataSource(this.connection, true));
			begun = true;
		}
		catch (SQLException ex) {
			throw new TruthUnavailableException("A transaction could not be begun: " + SqlStates.reason(ex), ex);
		}
		finally {
			if (!begun) {
				JdbcUtils.closeConnection(this.connection);
			}
		}
	}

	/**
	 * Runs a part.
	 * @param <T> what comes of it
	 * @param work uses {@link #jdbc}
	 * @return what that returned
	 * @throws TruthUnavailableException if the transaction was closed before
	 */
	public <T> T part(Supplier<T> work) {
		this.part.lock();
		try {
			if (this.closed || this.abandoned) {
				throw new TruthUnavailableException("A transaction has taken too long and was given up", null);
			}
			return work.get();
		}
		finally {
			this.part.unlock();
			if (this.abandoned) {
				release();
			}
		}
	}

	/**
	 * Has its statements take longer than others.
	 * @param silence how long the database may work on one of them
	 */
	public void patience(Duration silence) {
		TruthDatabase.limit(this.connection, silence);
		this.jdbc.execute("set local statement_timeout = " + Math.max(1, silence.toMillis() * 3 / 4));
	}

	/**
	 * Runs statements in the transaction.
	 * @return what does that
	 */
	public JdbcTemplate jdbc() {
		return this.jdbc;
	}

	/**
	 * Commits it.
	 * @throws SQLException if it is not known to be committed
	 */
	public void commit() throws SQLException {
		this.connection.commit();
		this.open = false;
	}

	/**
	 * Runs a statement in a transaction of its own, once this one is committed; what
	 * comes of it does not matter.
	 * @param sql the statement
	 * @param patience how long it may wait for a lock, be it at its own commit
	 */
	public void afterwards(String sql, Duration patience) {
		this.open = true;
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("set local lock_timeout = " + patience.toMillis());
			statement.execute(sql);
			commit();
		}
		catch (SQLException ex) {
			logger.debug("After a transaction this failed: " + sql, ex);
		}
	}

	/** Takes back what was not committed, and lets go of the connection. */
	@Override
	public void close() {
		if (this.part.tryLock()) {
			try {
				end();
			}
			finally {
				this.part.unlock();
			}
			return;
		}
		this.abandoned = true;
		try {
			this.connection.abort(Runnable::run);
		}
		catch (SQLException ex) {
			logger.debug("A connection could not be broken off", ex);
		}
		release();
	}

	/** Whoever comes last lets go of a connection that is broken off. */
	private void release() {
		if (this.part.tryLock()) {
			try {
				end();
			}
			finally {
				this.part.unlock();
			}
		}
	}

	private void end() {
		if (this.closed) {
			return;
		}
		this.closed = true;
		try {
			if (this.open) {
				this.connection.rollback();
			}
			this.connection.setAutoCommit(this.autoCommit);
			this.connection.setTransactionIsolation(this.isolation);
			if (this.silence != null) {
				TruthDatabase.limit(this.connection, Duration.ofMillis(this.silence));
			}
		}
		catch (SQLException ex) {
			logger.debug("A transaction could not be rolled back; the database does that when the connection ends", ex);
		}
		finally {
			JdbcUtils.closeConnection(this.connection);
		}
	}

}

package io.github.hnswspring.replica.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

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
 * open between them. Confined to one thread at a time.
 */
public final class OpenTransaction implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(OpenTransaction.class);

	private final Connection connection;

	private final JdbcTemplate jdbc;

	private final boolean autoCommit;

	private final int isolation;

	private final @Nullable Integer silence;

	private boolean open = true;

	private boolean closed;

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
	 */
	public void afterwards(String sql) {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
			this.connection.commit();
		}
		catch (SQLException ex) {
			logger.debug("After a transaction this failed: " + sql, ex);
		}
	}

	/** Takes back what was not committed, and lets go of the connection. */
	@Override
	public void close() {
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

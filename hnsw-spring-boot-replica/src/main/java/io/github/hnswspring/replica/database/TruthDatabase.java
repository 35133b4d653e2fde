package io.github.hnswspring.replica.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

import javax.sql.DataSource;

import io.github.hnswspring.replica.TruthUnavailableException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Transactions on the application's {@link DataSource}. Thread-safe. A connection that is
 * silent for longer than allowed is closed, for a network may lose a server without
 * saying so.
 */
public final class TruthDatabase {

	private static final Log logger = LogFactory.getLog(TruthDatabase.class);

	private final Waits dataSource;

	private final JdbcTemplate jdbc;

	private final TransactionTemplate snapshots;

	private final TransactionTemplate changes;

	/**
	 * Asks nothing yet.
	 * @param dataSource of the application
	 */
	public TruthDatabase(DataSource dataSource) {
		this.dataSource = new Waits(dataSource);
		DataSourceTransactionManager transactions = new DataSourceTransactionManager(this.dataSource);
		this.jdbc = new JdbcTemplate(this.dataSource);
		this.snapshots = new TransactionTemplate(transactions);
		this.snapshots.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		this.snapshots.setReadOnly(true);
		// Also within a change: a look that took part in it would see what is not
		// committed yet, and its position would hold the change itself.
		this.snapshots.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		this.changes = new TransactionTemplate(transactions);
		this.changes.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
		// Not in a transaction of the caller's, who may take it back, only read in it, or
		// leave it open for longer than others wait.
		this.changes.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
	}

	/**
	 * Reads, all of it in one snapshot.
	 * @param <T> what the result is
	 * @param what is done, for the beginning of a message
	 * @param silence how long the database may say nothing
	 * @param work reads
	 * @return what that returned
	 * @throws TruthUnavailableException if the database cannot be reached
	 */
	public <T> T read(String what, Duration silence, Function<JdbcTemplate, T> work) {
		return run(this.snapshots, what, silence, (jdbc) -> dispensable(jdbc, work));
	}

	private <T> T dispensable(JdbcTemplate jdbc, Function<JdbcTemplate, T> work) {
		return Objects.requireNonNull(jdbc.execute((ConnectionCallback<T>) (connection) -> {
			this.dataSource.read(connection);
			try {
				return work.apply(jdbc);
			}
			finally {
				this.dataSource.readNoMore(connection);
			}
		}), "The work has no result");
	}

	/**
	 * Has all who wait for a connection at this moment, or read from one, fail as they
	 * would without the database, and so what is done by the way. Who changes documents
	 * and has a connection goes on.
	 */
	public void giveUp() {
		this.dataSource.end();
	}

	/**
	 * Writes in one transaction.
	 * @param <T> what the result is
	 * @param what is done, for the beginning of a message
	 * @param silence how long the database may say nothing
	 * @param work writes
	 * @return what that returned
	 * @throws TruthUnavailableException if the database cannot be reached
	 */
	public <T> T write(String what, Duration silence, Function<JdbcTemplate, T> work) {
		return run(this.changes, what, silence, work);
	}

	/**
	 * Writes what nobody misses if it is given up, in one transaction.
	 * @param <T> what the result is
	 * @param what is done, for the beginning of a message
	 * @param silence how long the database may say nothing
	 * @param work writes
	 * @return what that returned
	 * @throws TruthUnavailableException if the database cannot be reached
	 */
	public <T> T writeByTheWay(String what, Duration silence, Function<JdbcTemplate, T> work) {
		return run(this.changes, what, silence, (jdbc) -> dispensable(jdbc, work));
	}

	private <T> T run(TransactionTemplate template, String what, Duration silence, Function<JdbcTemplate, T> work) {
		try {
			T result = template.execute((status) -> impatiently(silence, work));
			if (result == null) {
				throw new IllegalStateException("No result of " + what);
			}
			return result;
		}
		catch (RuntimeException ex) {
			throw translated(what, ex);
		}
	}

	/**
	 * Begins a transaction that stays open until it is closed.
	 * @param what is done, for the beginning of a message
	 * @param silence how long the database may say nothing
	 * @return the transaction
	 * @throws TruthUnavailableException if the database cannot be reached
	 */
	public OpenTransaction begin(String what, Duration silence) {
		try {
			return new OpenTransaction(this.dataSource, silence);
		}
		catch (RuntimeException ex) {
			throw translated(what, ex);
		}
	}

	/**
	 * A database that was not there is told apart from all else that fails.
	 * @param what was done, for the beginning of a message
	 * @param failure what was thrown
	 * @return what to throw instead
	 */
	public static RuntimeException translated(String what, RuntimeException failure) {
		if (failure instanceof TruthUnavailableException) {
			return failure;
		}
		if (SqlStates.isTimeout(failure)) {
			return new TruthUnavailableException(
					what + " took longer than it may, and was given up: " + SqlStates.reason(failure)
							+ ". Nothing was changed; do it in smaller parts, or allow it more time "
							+ "(hnsw.replica.write-timeout)",
					failure);
		}
		if (!SqlStates.isUnavailable(failure)) {
			return failure;
		}
		return new TruthUnavailableException(what
				+ " failed, because the database cannot be reached or does not answer: " + SqlStates.reason(failure)
				+ ". See that it runs and that spring.datasource.* leads there; then try again", failure);
	}

	private <T> @Nullable T impatiently(Duration silence, Function<JdbcTemplate, T> work) {
		return this.jdbc.execute((ConnectionCallback<T>) (connection) -> {
			Integer former = limit(connection, silence);
			try {
				return work.apply(this.jdbc);
			}
			finally {
				if (former != null) {
					limit(connection, Duration.ofMillis(former));
				}
			}
		});
	}

	/** What it was, or {@code null} if the driver knows no such limit. */
	static @Nullable Integer limit(Connection connection, Duration silence) {
		try {
			if (connection.isClosed()) {
				return null;
			}
			int former = connection.getNetworkTimeout();
			connection.setNetworkTimeout(Runnable::run, (int) Math.min(Integer.MAX_VALUE, silence.toMillis()));
			return former;
		}
		catch (SQLException | UnsupportedOperationException ex) {
			logger.debug("The time a connection may be silent cannot be limited", ex);
			return null;
		}
	}

}

package io.github.hnswspring.replica.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/**
 * The application's {@link DataSource}, and whoever waits for it or reads from it: that
 * can be ended, since a pool may wait for a database for half a minute, and a stop should
 * not. Thread-safe.
 */
final class Waits extends DelegatingDataSource {

	private static final Log logger = LogFactory.getLog(Waits.class);

	// Both are guarded by this object.

	private final Set<Wait> waits = new HashSet<>();

	private final Set<Connection> reading = new HashSet<>();

	Waits(DataSource dataSource) {
		super(own(dataSource));
	}

	/**
	 * One that hands out the connection of the caller's transaction is not asked, nor one
	 * that asks its pool later.
	 */
	private static DataSource own(DataSource dataSource) {
		DataSource target = (dataSource instanceof TransactionAwareDataSourceProxy
				|| dataSource instanceof LazyConnectionDataSourceProxy)
						? ((DelegatingDataSource) dataSource).getTargetDataSource() : null;
		return (target != null) ? own(target) : dataSource;
	}

	@Override
	public Connection getConnection() throws SQLException {
		Wait own = new Wait(Thread.currentThread());
		enter(own);
		try {
			return super.getConnection();
		}
		finally {
			leave(own);
		}
	}

	private synchronized void enter(Wait own) {
		this.waits.add(own);
	}

	/**
	 * What comes after does not find the thread interrupted, as that would close the
	 * files that it writes.
	 */
	private synchronized void leave(Wait own) {
		this.waits.remove(own);
		if (own.ended) {
			Thread.interrupted();
		}
	}

	/** Notes that a connection is only read from, until {@link #readNoMore}. */
	synchronized void read(Connection connection) {
		this.reading.add(connection);
	}

	synchronized void readNoMore(Connection connection) {
		this.reading.remove(connection);
	}

	/** Has all who wait for a connection or read from one fail. */
	synchronized void end() {
		for (Wait wait : this.waits) {
			wait.ended = true;
			wait.thread.interrupt();
		}
		for (Connection connection : this.reading) {
			try {
				connection.abort(Runnable::run);
			}
			catch (SQLException | RuntimeException | AbstractMethodError ex) {
				logger.debug("A connection could not be broken off", ex);
			}
		}
	}

	/** Of one thread. Guarded by the object around it. */
	private static final class Wait {

		private final Thread thread;

		private boolean ended;

		Wait(Thread thread) {
			this.thread = thread;
		}

	}

}

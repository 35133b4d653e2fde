package io.github.hnswspring.replica;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A database that is lost, does not answer, or whose answer to a commit is lost.
 * Thread-safe.
 */
public final class FaultyDataSource extends DelegatingDataSource {

	private final AtomicInteger connections = new AtomicInteger();

	private volatile boolean lost;

	private volatile boolean answerLost;

	private volatile boolean commitLost;

	private volatile @Nullable CountDownLatch silence;

	public FaultyDataSource(DataSource dataSource) {
		super(dataSource);
	}

	/** Nobody can connect. */
	public void lose(boolean lost) {
		this.lost = lost;
	}

	/** The next commit is made, and its answer does not arrive. */
	public void loseNextAnswer() {
		this.answerLost = true;
	}

	/** The connection breaks before the next commit. */
	public void loseNextCommit() {
		this.commitLost = true;
	}

	/** Whoever connects waits. */
	public CountDownLatch beSilent() {
		CountDownLatch end = new CountDownLatch(1);
		this.silence = end;
		return end;
	}

	/** How often somebody wanted one. */
	public int connections() {
		return this.connections.get();
	}

	@Override
	public Connection getConnection() throws SQLException {
		this.connections.incrementAndGet();
		CountDownLatch end = this.silence;
		if (end != null) {
			try {
				end.await();
			}
			catch (InterruptedException ex) {
				throw new SQLException("interrupted", "08001", ex);
			}
		}
		if (this.lost) {
			throw new SQLException("Connection refused", "08001");
		}
		Connection connection = super.getConnection();
		return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
				(proxy, method, arguments) -> {
					if (method.getName().equals("commit")) {
						commit(connection);
						return null;
					}
					try {
						return method.invoke(connection, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	private void commit(Connection connection) throws SQLException {
		if (connection.isReadOnly()) {
			connection.commit();
			return;
		}
		if (this.commitLost) {
			this.commitLost = false;
			connection.rollback();
			throw new SQLException("An I/O error occurred while sending to the backend", "08006");
		}
		connection.commit();
		if (this.answerLost) {
			this.answerLost = false;
			throw new SQLException("An I/O error occurred while sending to the backend", "08006");
		}
	}

}

package io.github.hnswspring.replica;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import javax.sql.DataSource;

import io.github.hnswspring.fixtures.Concurrently;
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

	private volatile @Nullable Runnable instead;

	private volatile @Nullable BooleanSupplier late;

	private volatile @Nullable Runnable before;

	private volatile @Nullable Runnable afterwards;

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

	/** The same, and somebody else does something before that is noticed. */
	public void loseNextCommit(Runnable instead) {
		this.instead = instead;
		this.commitLost = true;
	}

	/** Somebody else does something before the next commit, and all is as it was. */
	public void beforeNextCommit(Runnable before) {
		this.before = before;
	}

	/** Somebody else does something between the next commit and what follows it. */
	public void afterNextCommit(Runnable afterwards) {
		this.afterwards = afterwards;
	}

	/**
	 * The connection breaks while the next commit is on its way: it is made later, once
	 * something has happened, or after some seconds.
	 */
	public void makeNextCommitLate(BooleanSupplier happened) {
		this.late = happened;
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
		AtomicBoolean broken = new AtomicBoolean();
		return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
				(proxy, method, arguments) -> {
					if (broken.get() && method.getReturnType() == void.class) {
						return null;
					}
					if (method.getName().equals("commit")) {
						commit(connection, broken);
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

	private void commit(Connection connection, AtomicBoolean broken) throws SQLException {
		if (connection.isReadOnly()) {
			connection.commit();
			return;
		}
		Runnable first = this.before;
		if (first != null) {
			this.before = null;
			first.run();
		}
		BooleanSupplier happened = this.late;
		if (happened != null) {
			this.late = null;
			broken.set(true);
			Concurrently.run(() -> commitLate(connection, happened));
			throw new SQLException("An I/O error occurred while sending to the backend", "08006");
		}
		if (this.commitLost) {
			this.commitLost = false;
			connection.rollback();
			Runnable next = this.instead;
			if (next != null) {
				this.instead = null;
				next.run();
			}
			throw new SQLException("An I/O error occurred while sending to the backend", "08006");
		}
		connection.commit();
		Runnable next = this.afterwards;
		if (next != null) {
			this.afterwards = null;
			next.run();
		}
		if (this.answerLost) {
			this.answerLost = false;
			throw new SQLException("An I/O error occurred while sending to the backend", "08006");
		}
	}

	private static void commitLate(Connection connection, BooleanSupplier happened) {
		try (connection) {
			for (int i = 0; i < 500 && !happened.getAsBoolean(); i++) {
				Thread.sleep(10);
			}
			connection.commit();
		}
		catch (SQLException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}

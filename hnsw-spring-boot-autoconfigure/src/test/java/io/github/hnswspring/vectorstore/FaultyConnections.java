package io.github.hnswspring.vectorstore;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.hnswspring.vectorstore.storage.ConnectionSource;
import io.github.hnswspring.vectorstore.storage.SqliteConnectionSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Connections whose n-th write step fails, and every further one until it is healed. */
public final class FaultyConnections implements ConnectionSource {

	private final ConnectionSource real = new SqliteConnectionSource();

	private final AtomicInteger steps = new AtomicInteger();

	private volatile int failAt = Integer.MAX_VALUE;

	private volatile boolean once;

	private volatile Thread only;

	private volatile SQLiteErrorCode code = SQLiteErrorCode.SQLITE_FULL;

	private volatile Runnable beforeEachStep = () -> {
	};

	/** What a failing step says. */
	public void code(SQLiteErrorCode code) {
		this.code = code;
	}

	/** What happens before each step. */
	public void beforeEachStep(Runnable action) {
		this.beforeEachStep = action;
	}

	/** Fails at this step from now, counted from 1, and goes on failing. */
	public void failFrom(int step) {
		this.only = null;
		this.steps.set(0);
		this.once = false;
		this.failAt = step;
	}

	/** Fails at this step only, whichever thread takes it. */
	public void failOnceAt(int step) {
		failOnceAt(step, null);
	}

	/**
	 * Fails at this step of the calling thread only: what the store writes in the
	 * background is neither counted nor disturbed.
	 */
	public void failOnceAtOwn(int step) {
		failOnceAt(step, Thread.currentThread());
	}

	private void failOnceAt(int step, Thread thread) {
		this.only = thread;
		this.steps.set(0);
		this.once = true;
		this.failAt = step;
	}

	public void heal() {
		this.failAt = Integer.MAX_VALUE;
	}

	/** Steps since the last order to fail. */
	public int steps() {
		return this.steps.get();
	}

	@Override
	public Connection open(Path file, Mode mode) throws SQLException {
		Connection connection = this.real.open(file, mode);
		return (mode == Mode.WRITE) ? wrap(Connection.class, connection) : connection;
	}

	private <T> T wrap(Class<T> type, T target) {
		InvocationHandler handler = (proxy, method, arguments) -> {
			if (target instanceof Statement && method.getName().startsWith("execute")) {
				step(arguments);
			}
			try {
				Object result = method.invoke(target, arguments);
				if (result instanceof PreparedStatement statement && target instanceof Connection) {
					return wrap(PreparedStatement.class, statement);
				}
				return (result instanceof Statement statement && target instanceof Connection)
						? wrap(Statement.class, statement) : result;
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		};
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

	private void step(Object[] arguments) throws SQLException {
		boolean rollback = arguments != null && arguments.length > 0 && "ROLLBACK".equals(arguments[0]);
		Thread counted = this.only;
		if (rollback || (counted != null && counted != Thread.currentThread())) {
			return;
		}
		this.beforeEachStep.run();
		int step = this.steps.incrementAndGet();
		if (this.once ? step == this.failAt : step >= this.failAt) {
			throw new SQLiteException(this.code.message + " (injected at step " + step + ")", this.code);
		}
	}

}

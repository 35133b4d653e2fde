package io.github.hnswspring.vectorstore.reliability;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.storage.ConnectionSource;
import io.github.hnswspring.vectorstore.storage.SqliteConnectionSource;

/**
 * Mistakes a store could have, made through its seams: a harness that never failed proves
 * nothing. Most are statements put in the place of the right ones.
 */
enum PlantedBugs {

	/** None: the store as it is. */
	NONE,

	/** The call returns before the transaction is committed. */
	ACKNOWLEDGE_BEFORE_COMMIT,

	/** The log of changes misses deletions. */
	LOSE_TOMBSTONE("INSERT INTO change (key) VALUES (old.key);\nEND", "SELECT 1;\nEND"),

	/** A restart skips the first change after the snapshot. */
	REPLAY_OFF_BY_ONE("seq > ?", "seq > ? + 1"),

	/** Changes the snapshot may not hold are forgotten. */
	PRUNE_TOO_MUCH("DELETE FROM change WHERE seq <= ?", "DELETE FROM change WHERE seq <= ? + 40"),

	/** What was embedded is not remembered. */
	FORGET_CONTENT(PlantedBugs.INSERT, "text)\nVALUES (?1, ?2, -1, ?4, nullif(?5, ?5), ?6, ?7, ?8)"),

	/** The last bits of a component are lost. */
	ROUND_EMBEDDING(PlantedBugs.INSERT,
			"text)\nVALUES (?1, ?2, -1, ?4, ?5, CAST(x'00' || substr(?6, 2) AS BLOB), ?7, ?8)"),

	/** Every statement is a transaction of its own. */
	NO_TRANSACTION("BEGIN IMMEDIATE", "SELECT 1"),

	/** The index keeps some of what was removed. */
	REMOVE_SKIPPED,

	/** Metadata that were changed are written some transactions later. */
	UPDATE_BEHIND("UPDATE document SET metadata", "UPDATE document SET metadata"),

	/**
	 * Which documents come from a source is written some transactions later: after a kill
	 * some that vanish from it are taken for others.
	 */
	SOURCE_BEHIND("INTO document_source (key, source) VALUES (?, ?)",
			"INTO document_source (key, source) SELECT key, ?2 FROM document WHERE key = ?1");

	/** What writes a document; without its checksum, which would tell at once. */
	private static final String INSERT = "text)\nVALUES (?, ?, ?, ?, ?, ?, ?, ?)";

	private final String right;

	private final String wrong;

	private volatile boolean made;

	PlantedBugs() {
		this("", "");
	}

	PlantedBugs(String right, String wrong) {
		this.right = right;
		this.wrong = wrong;
	}

	/** Builds the bug in. */
	HnswVectorStore.Builder plant(HnswVectorStore.Builder builder) {
		if (this == NONE) {
			return builder;
		}
		if (this == REMOVE_SKIPPED) {
			return StoreSeams.indexes(builder, PlantedBugs::forgetful);
		}
		return StoreSeams.connections(builder, connections());
	}

	ConnectionSource connections() {
		return connections(new SqliteConnectionSource());
	}

	ConnectionSource connections(ConnectionSource real) {
		return (file, mode) -> {
			return wrap(Connection.class, real.open(file, mode), new Delay(), new Behind());
		};
	}

	private <T> T wrap(Class<T> type, T target, Delay delay, Behind behind) {
		InvocationHandler handler = (proxy, method, arguments) -> {
			if (arguments != null && arguments.length > 0 && arguments[0] instanceof String sql
					&& !method.getName().startsWith("set")) {
				if (this == ACKNOWLEDGE_BEFORE_COMMIT && target instanceof Statement statement) {
					if (delay.swallow(sql, statement)) {
						return false;
					}
				}
				else if (!this.right.isEmpty()) {
					arguments[0] = rewrite(sql);
				}
			}
			try {
				Object result = method.invoke(target, arguments);
				if (target instanceof Statement && arguments != null && "BEGIN IMMEDIATE".equals(arguments[0])) {
					behind.begun();
				}
				if (result instanceof PreparedStatement prepared && target instanceof Connection) {
					return isWrittenBehind((String) arguments[0]) ? behind.of(prepared)
							: wrap(PreparedStatement.class, prepared, delay, behind);
				}
				return (result instanceof Statement statement && target instanceof Connection)
						? wrap(Statement.class, statement, delay, behind) : result;
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		};
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

	private boolean isWrittenBehind(String sql) {
		return (this == UPDATE_BEHIND || this == SOURCE_BEHIND) && sql.contains(this.wrong);
	}

	/** Whether it is made by changing a statement. */
	boolean changesAStatement() {
		return !this.right.isEmpty();
	}

	/** Whether a store has made such a statement in this process. */
	boolean wasMade() {
		return this.made;
	}

	private String rewrite(String sql) {
		if (this == LOSE_TOMBSTONE && !sql.contains("TRIGGER document_deleted")) {
			return sql;
		}
		if (this == NO_TRANSACTION && (sql.equals("COMMIT") || sql.equals("ROLLBACK"))) {
			return "SELECT 1";
		}
		this.made |= sql.contains(this.right);
		return sql.replace(this.right, this.wrong);
	}

	private static HnswIndex forgetful(HnswIndex index) {
		AtomicInteger removals = new AtomicInteger();
		InvocationHandler handler = (proxy, method, arguments) -> {
			if (method.getName().equals("remove") && removals.incrementAndGet() % 5 == 0) {
				return true;
			}
			try {
				return method.invoke(index, arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		};
		return (HnswIndex) Proxy.newProxyInstance(HnswIndex.class.getClassLoader(), new Class<?>[] { HnswIndex.class },
				handler);
	}

	/** Commits a transaction when the next one begins. */
	private static final class Delay {

		// The first ones create and open the store.
		private int commits;

		private boolean open;

		boolean swallow(String sql, Statement statement) throws SQLException {
			if (sql.equals("COMMIT") && ++this.commits > 2) {
				this.open = true;
				return true;
			}
			if (sql.startsWith("BEGIN") && this.open) {
				this.open = false;
				statement.execute("COMMIT");
			}
			return false;
		}

	}

	/** Executes statements in every eighth transaction only. */
	private static final class Behind {

		private final List<SqlStep> steps = new ArrayList<>();

		private int transactions;

		void begun() throws SQLException {
			if (++this.transactions % 8 == 0) {
				for (SqlStep step : this.steps) {
					step.take();
				}
				this.steps.clear();
			}
		}

		PreparedStatement of(PreparedStatement statement) {
			List<SqlStep> values = new ArrayList<>();
			InvocationHandler handler = (proxy, method, arguments) -> {
				SqlStep step = () -> invoke(statement, method, arguments);
				if (method.getName().startsWith("set")) {
					values.add(step);
					return null;
				}
				if (method.getName().equals("executeUpdate")) {
					this.steps.addAll(values);
					this.steps.add(step);
					values.clear();
					return 1;
				}
				return method.invoke(statement, arguments);
			};
			return (PreparedStatement) Proxy.newProxyInstance(PreparedStatement.class.getClassLoader(),
					new Class<?>[] { PreparedStatement.class }, handler);
		}

		private static void invoke(PreparedStatement statement, Method method, Object[] arguments) throws SQLException {
			try {
				method.invoke(statement, arguments);
			}
			catch (ReflectiveOperationException ex) {
				throw new SQLException(ex);
			}
		}

		/** A call of the driver. */
		@FunctionalInterface
		private interface SqlStep {

			void take() throws SQLException;

		}

	}

}

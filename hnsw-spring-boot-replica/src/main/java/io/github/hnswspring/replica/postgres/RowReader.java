package io.github.hnswspring.replica.postgres;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;

import io.github.hnswspring.replica.StoredSink;
import io.github.hnswspring.vectorstore.StoredChange;
import io.github.hnswspring.vectorstore.StoredRow;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads documents of a store. Confined to one transaction, in which nobody else changes
 * what it sees.
 */
final class RowReader {

	/** Rows that are applied in one local transaction. */
	static final int PART = 1_000;

	private static final String COLUMNS = """
			d.key, d.id, d.metadata, d.text, d.content_hash, d.embedding, d.source, d.expires
			from hnsw.document d where d.store = ?""";

	private final JdbcTemplate jdbc;

	private final TruthState state;

	RowReader(JdbcTemplate jdbc, TruthState state) {
		this.jdbc = jdbc;
		this.state = state;
	}

	/** Hands out all that was changed after a number, as it is now. */
	long changes(long number, StoredSink sink) {
		Parts parts = new Parts(sink, removed(number));
		parts.foresee = () -> Objects.requireNonNull(
				this.jdbc.queryForObject("select count(*) from hnsw.document d where d.store = ? and d.change > ?",
						Long.class, this.state.id(), number));
		// In the order in which they were changed, so that what belongs together stays
		// so.
		query("select " + COLUMNS + " and d.change > ? order by d.change, d.key", parts, this.state.id(), number);
		parts.end();
		return parts.documents;
	}

	/** The keys of all that was removed after a number. */
	Set<Long> removed(long number) {
		Set<Long> removed = new LinkedHashSet<>();
		this.jdbc.query(
				"select c.removed from hnsw.change c where c.store = ? and c.number > ? and array_length(c.removed, 1) > 0",
				(row) -> {
					for (Long key : (Long[]) row.getArray(1).getArray()) {
						removed.add(key);
					}
				}, this.state.id(), number);
		return removed;
	}

	/** Those of some keys or ids, all at once. */
	List<StoredRow> rows(String which, Object[] keys) {
		List<StoredRow> rows = new ArrayList<>();
		this.jdbc.query(
				(connection) -> prepare(connection, "select " + COLUMNS + " and " + which, this.state.id(), keys),
				(ResultSet row) -> {
					rows.add(row(row));
				});
		return rows;
	}

	/** Hands out everything, to a replica that has nothing. */
	private long everything(StoredSink sink) {
		Parts parts = new Parts(sink, Set.of());
		query("select " + COLUMNS + " order by d.key", parts, this.state.id());
		parts.end();
		tellLastKey(parts.documents == 0, sink);
		return parts.documents;
	}

	/** Hands out what differs from what the replica has, after comparing all of it. */
	long differences(StoredSink sink) {
		Differences differences = new Differences();
		this.jdbc.query((connection) -> {
			PreparedStatement statement = connection
				.prepareStatement("select d.key, d.digest from hnsw.document d where d.store = ? order by d.key");
			statement.setFetchSize(PART);
			statement.setInt(1, this.state.id());
			return statement;
		}, (ResultSet rows) -> {
			Comparison comparison = new Comparison(rows, differences);
			sink.digests(comparison::compare);
			comparison.end();
			return differences;
		});
		if (differences.nothingKnown) {
			return everything(sink);
		}
		// What has to go goes first: one that stays may have its id now.
		for (List<Long> part : parts(differences.surplus)) {
			sink.take(change(List.of(), part));
		}
		sink.expect(differences.missing.size());
		Parts parts = new Parts(sink, Set.of());
		for (List<Long> part : parts(differences.missing)) {
			query("select " + COLUMNS + " and d.key = any (?) order by d.key", parts, this.state.id(),
					part.toArray(new Long[0]));
		}
		parts.end();
		long documents = parts.documents + differences.surplus.size();
		tellLastKey(documents == 0, sink);
		return documents;
	}

	/**
	 * Every part tells which keys were given out already. If nothing is to be changed an
	 * empty one does; after others it would part them from the position, which comes with
	 * the last.
	 */
	private void tellLastKey(boolean nothingChanged, StoredSink sink) {
		if (nothingChanged) {
			sink.take(change(List.of(), List.of()));
		}
	}

	private static List<List<Long>> parts(List<Long> keys) {
		List<List<Long>> parts = new ArrayList<>();
		for (int from = 0; from < keys.size(); from += PART) {
			parts.add(keys.subList(from, Math.min(keys.size(), from + PART)));
		}
		return parts;
	}

	/** How long ago the first change after a number was made. */
	long lagMillis(long number) {
		Long lag = this.jdbc.queryForObject("""
				select coalesce(extract(epoch from clock_timestamp() - min(c.at)) * 1000, 0)::bigint
				from hnsw.change c where c.store = ? and c.number > ?""", Long.class, this.state.id(), number);
		return (lag != null) ? Math.max(0, lag) : 0;
	}

	private StoredChange change(List<StoredRow> rows, Collection<Long> removed) {
		return new StoredChange(rows, removed, this.state.lastKey(), this.state.dimensions(), this.state.model());
	}

	private void query(String sql, Parts parts, Object... arguments) {
		this.jdbc.query((connection) -> prepare(connection, sql, arguments), (ResultSet row) -> parts.add(row(row)));
	}

	/** What is read in parts, and in binary from the first row on. */
	static PreparedStatement prepare(Connection connection, String sql, Object... arguments) throws SQLException {
		PreparedStatement statement = connection.prepareStatement(sql);
		statement.setFetchSize(PART);
		if (statement.isWrapperFor(PGStatement.class)) {
			statement.unwrap(PGStatement.class).setPrepareThreshold(-1);
		}
		for (int i = 0; i < arguments.length; i++) {
			if (arguments[i] instanceof Object[] keys) {
				String type = (keys instanceof Long[]) ? "bigint" : "text";
				statement.setArray(i + 1, connection.createArrayOf(type, keys));
			}
			else {
				statement.setObject(i + 1, arguments[i]);
			}
		}
		return statement;
	}

	private static StoredRow row(ResultSet row) throws SQLException {
		return new StoredRow(row.getLong(1), row.getString(2), row.getString(3), row.getString(4), row.getBytes(5),
				vector(row.getBytes(6)), row.getString(7), row.getObject(8, Long.class));
	}

	static float[] vector(byte @Nullable [] bytes) {
		if (bytes == null) {
			return new float[0];
		}
		float[] vector = new float[bytes.length / Float.BYTES];
		ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
		return vector;
	}

	/** Collects rows until there are enough for a transaction. */
	private final class Parts {

		private final StoredSink sink;

		private Set<Long> removed;

		private List<StoredRow> rows = new ArrayList<>();

		private long documents;

		/** How many rows there are, asked only if they do not fit into one part. */
		private @Nullable LongSupplier foresee;

		Parts(StoredSink sink, Set<Long> removed) {
			this.sink = sink;
			this.removed = removed;
			this.documents = removed.size();
		}

		void add(StoredRow row) {
			this.rows.add(row);
			this.documents++;
			if (this.rows.size() == PART) {
				if (this.foresee != null) {
					this.sink.expect(this.foresee.getAsLong());
					this.foresee = null;
				}
				end();
			}
		}

		/** What was removed goes first, with the first rows. */
		void end() {
			if (!this.rows.isEmpty() || !this.removed.isEmpty()) {
				Set<Long> gone = new HashSet<>(this.removed);
				this.rows.forEach((row) -> gone.remove(row.key()));
				this.sink.take(change(this.rows, gone));
				this.rows = new ArrayList<>();
				this.removed = Set.of();
			}
		}

	}

	/** The keys of rows that are not alike. */
	private static final class Differences {

		private final List<Long> missing = new ArrayList<>();

		private final List<Long> surplus = new ArrayList<>();

		private boolean nothingKnown = true;

	}

	/** Steps through both sides in the order of their keys. */
	private static final class Comparison {

		private final ResultSet theirs;

		private final Differences differences;

		private boolean more;

		Comparison(ResultSet theirs, Differences differences) throws SQLException {
			this.theirs = theirs;
			this.differences = differences;
			this.more = theirs.next();
		}

		/** Is given what the replica has. */
		void compare(long key, byte @Nullable [] digest) {
			this.differences.nothingKnown = false;
			try {
				while (this.more && this.theirs.getLong(1) < key) {
					miss();
				}
				if (!this.more || this.theirs.getLong(1) > key) {
					this.differences.surplus.add(key);
				}
				else if (Arrays.equals(digest, this.theirs.getBytes(2))) {
					this.more = this.theirs.next();
				}
				else {
					miss();
				}
			}
			catch (SQLException ex) {
				throw new UncheckedSqlException(ex);
			}
		}

		private void miss() throws SQLException {
			this.differences.missing.add(this.theirs.getLong(1));
			this.more = this.theirs.next();
		}

		void end() throws SQLException {
			while (!this.differences.nothingKnown && this.more) {
				miss();
			}
		}

	}

	/** Carries a failure of the database through the replica that is being read. */
	static final class UncheckedSqlException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		UncheckedSqlException(SQLException cause) {
			super(cause);
		}

	}

}

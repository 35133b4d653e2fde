package io.github.hnswspring.replica.attach;

import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.replica.ChangeSink;
import io.github.hnswspring.replica.ResyncReason;
import io.github.hnswspring.vectorstore.ReplicaRow;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads rows of a table within one snapshot, with their vectors in binary, which is five
 * times as fast as text. Confined to one transaction.
 */
final class TableReader {

	/** Rows that are applied in one local transaction. */
	private static final int PART = 2_000;

	/** Characters and components of these rows, at most; the last row may exceed it. */
	private static final long PART_SIZE = 8_000_000;

	/** Rows of one answer of the database. */
	private static final int FETCH = 500;

	/**
	 * What was not visible in a snapshot: in this form the index finds it, and what came
	 * after the oldest open transaction is not read again at each look.
	 */
	private static final String SINCE = "(xid >= ?::xid8 or xid = any(?::xid8[]))";

	private final JdbcTemplate jdbc;

	private final PgVectorTable table;

	private final AttachedObjects objects;

	private final MetadataJson json;

	TableReader(JdbcTemplate jdbc, PgVectorTable table, MetadataJson json) {
		this.jdbc = jdbc;
		this.table = table;
		this.objects = new AttachedObjects(table);
		this.json = json;
	}

	/** The columns of a row, in the order in which {@link #row} takes them. */
	static String columns(PgVectorTable table, String alias) {
		return alias + ".id::text, " + alias + ".content, " + alias + ".metadata::text, "
				+ table.sentEmbedding(alias + ".embedding");
	}

	/** Whether the table was truncated since a position. */
	boolean isTruncatedSince(TablePosition from) {
		return Boolean.TRUE.equals(this.jdbc.queryForObject(
				"select exists (select 1 from " + this.objects.changes() + " where id is null and " + SINCE + ")",
				Boolean.class, since(from)));
	}

	/** How long ago the oldest change since a position was made. */
	long lagMillis(TablePosition from) {
		Long lag = this.jdbc
			.queryForObject("select coalesce(extract(epoch from clock_timestamp() - min(at)) * 1000, 0)::bigint from "
					+ this.objects.changes() + " where " + SINCE, Long.class, since(from));
		return (lag != null) ? Math.max(0, lag) : 0;
	}

	/** Hands out every document. */
	long everything(ChangeSink sink) {
		return query("select " + columns(this.table, "t") + ", true from " + this.table.sqlName() + " t", sink);
	}

	/** Hands out the documents that were changed since a position, as they are now. */
	long changes(TablePosition from, ChangeSink sink) {
		return query("select c.id::text, " + columns(this.table, "t").substring("t.id::text, ".length())
				+ ", t.id is not null from (select distinct id from " + this.objects.changes()
				+ " where id is not null and " + SINCE + ") c left join " + this.table.sqlName() + " t on t.id = c.id",
				sink, since(from));
	}

	/** The arguments of {@link #SINCE}. */
	private static Object[] since(TablePosition from) {
		return new Object[] { String.valueOf(from.xmax()), "{" + from.openList() + "}" };
	}

	private long query(String sql, ChangeSink sink, Object... arguments) {
		Parts parts = new Parts(sink);
		this.jdbc.query((connection) -> {
			PreparedStatement statement = connection.prepareStatement(sql);
			statement.setFetchSize(FETCH);
			if (statement.isWrapperFor(PGStatement.class)) {
				// Binary from the first row on.
				statement.unwrap(PGStatement.class).setPrepareThreshold(-1);
			}
			for (int i = 0; i < arguments.length; i++) {
				statement.setObject(i + 1, arguments[i]);
			}
			return statement;
		}, (ResultSet row) -> hand(row, parts));
		parts.end();
		return parts.documents;
	}

	/** One row that cannot be read does not keep all others out. */
	private void hand(ResultSet result, Parts parts) throws SQLException {
		String id = result.getString(1);
		ReplicaRow row;
		try {
			row = result.getBoolean(5) ? row(result, this.json) : null;
		}
		catch (IllegalArgumentException ex) {
			parts.leaveOut(id, String.valueOf(ex.getMessage()));
			return;
		}
		parts.add(id, row);
	}

	/**
	 * A row, or {@code null} if it has no vector: then nothing could find it.
	 * @param row is at the columns of {@link #columns}
	 * @throws IllegalArgumentException if its metadata cannot be read
	 */
	static @Nullable ReplicaRow row(ResultSet row, MetadataJson json) throws SQLException {
		byte[] vector = row.getBytes(4);
		String content = row.getString(2);
		return (vector != null) ? new ReplicaRow(row.getString(1), (content != null) ? content : "",
				json.read(row.getString(3)), vector(vector)) : null;
	}

	/** Two bytes of dimensions, two that are not used, then floats. */
	static float[] vector(byte[] bytes) {
		ByteBuffer buffer = ByteBuffer.wrap(bytes);
		float[] vector = new float[Short.toUnsignedInt(buffer.getShort())];
		buffer.getShort();
		buffer.asFloatBuffer().get(vector);
		return vector;
	}

	/** Why everything is to be looked at, or {@code null}. */
	@Nullable ResyncReason reasonToResync(TableState state, @Nullable TablePosition from) {
		ResyncReason reason = state.reasonToResync(from);
		if (reason != null || from == null || state.isUnchangedSince(from)) {
			return reason;
		}
		return isTruncatedSince(from) ? ResyncReason.TRUNCATED : null;
	}

	/** Collects rows until there are enough for a transaction. */
	private static final class Parts {

		private final ChangeSink sink;

		private List<ReplicaRow> rows = new ArrayList<>();

		private List<String> removed = new ArrayList<>();

		private Map<String, String> unreadable = new LinkedHashMap<>();

		private long documents;

		private long size;

		Parts(ChangeSink sink) {
			this.sink = sink;
		}

		void add(String id, @Nullable ReplicaRow row) {
			if (row != null) {
				this.rows.add(row);
				this.size += row.text().length() + row.vector().length;
			}
			else {
				this.removed.add(id);
			}
			count();
		}

		void leaveOut(String id, String reason) {
			this.unreadable.put(id, reason);
			count();
		}

		private void count() {
			this.documents++;
			if (this.rows.size() + this.removed.size() + this.unreadable.size() >= PART || this.size >= PART_SIZE) {
				end();
			}
		}

		void end() {
			if (!this.rows.isEmpty() || !this.removed.isEmpty() || !this.unreadable.isEmpty()) {
				this.sink.take(this.rows, this.removed, this.unreadable);
				this.unreadable = new LinkedHashMap<>();
				this.rows = new ArrayList<>();
				this.removed = new ArrayList<>();
				this.size = 0;
			}
		}

	}

}

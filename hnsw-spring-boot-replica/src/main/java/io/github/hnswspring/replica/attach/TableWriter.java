package io.github.hnswspring.replica.attach;

import java.sql.Array;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

import io.github.hnswspring.replica.Truth;
import io.github.hnswspring.vectorstore.ReplicaRow;
import io.github.hnswspring.vectorstore.StoreException;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Writes rows to a table as {@code PgVectorStore} does, many in one statement, and reads
 * back what they are then: the table may round vectors, and its own triggers may change
 * rows. Confined to one transaction.
 */
final class TableWriter {

	private final JdbcTemplate jdbc;

	private final PgVectorTable table;

	private final MetadataJson json;

	private final long start;

	private long change;

	/**
	 * Writes in the transaction there is.
	 * @param start when the server was started, in milliseconds since 1970
	 */
	TableWriter(JdbcTemplate jdbc, PgVectorTable table, MetadataJson json, long start) {
		this.start = start;
		this.jdbc = jdbc;
		this.table = table;
		this.json = json;
	}

	List<ReplicaRow> put(List<ReplicaRow> rows) {
		if (rows.isEmpty()) {
			return List.of();
		}
		// In one order everywhere, so that two that write the same rows wait for each
		// other and do not lock each other out.
		List<ReplicaRow> ordered = rows.stream().sorted(Comparator.comparing(ReplicaRow::id)).toList();
		List<ReplicaRow> stored = new ArrayList<>();
		this.jdbc.query(insert(), (statement) -> {
			statement.setArray(1, texts(ordered.stream().map(ReplicaRow::id).toList()));
			statement.setArray(2, texts(ordered.stream().map(ReplicaRow::text).toList()));
			statement.setArray(3, texts(ordered.stream().map((row) -> this.json.write(row.metadata())).toList()));
			statement.setArray(4, texts(ordered.stream().map((row) -> literal(row.vector())).toList()));
		}, (result) -> {
			this.change = Long.parseLong(result.getString(5));
			ReplicaRow row = TableReader.row(result, this.json);
			if (row != null) {
				stored.add(row);
			}
		});
		if (stored.size() != rows.size()) {
			throw new StoreException("Table " + this.table.sqlName() + " took " + stored.size() + " of " + rows.size()
					+ " documents: a trigger or rule of its own has left some out. Nothing was changed; add documents "
					+ "that it takes", null);
		}
		return stored;
	}

	private String insert() {
		String metadata = this.table.metadataType().equals("jsonb") ? "u.metadata::jsonb" : "u.metadata::jsonb::json";
		return "insert into " + this.table.sqlName() + " as t (id, content, metadata, embedding) select u.id::"
				+ this.table.idType() + ", u.content, " + metadata + ", u.embedding::" + this.table.sqlEmbeddingType()
				+ " from unnest(?::text[], ?::text[], ?::text[], ?::text[]) as u(id, content, metadata, embedding)"
				+ " on conflict (id) do update set content = excluded.content, metadata = excluded.metadata, "
				+ "embedding = excluded.embedding returning " + TableReader.columns(this.table, "t")
				+ ", pg_current_xact_id()::text";
	}

	/** Removes rows; their ids as far as they were there. */
	List<String> delete(List<String> ids) {
		if (ids.isEmpty()) {
			return List.of();
		}
		List<String> removed = new ArrayList<>();
		this.jdbc.query("with gone as (delete from " + this.table.sqlName() + " where " + isAmong("id")
				+ " returning id) select pg_current_xact_id()::text, g.id::text from (select 1) one left join gone g on true",
				(statement) -> statement.setArray(1, texts(ids)), (result) -> {
					this.change = Long.parseLong(result.getString(1));
					@Nullable String id = result.getString(2);
					if (id != null) {
						removed.add(id);
					}
				});
		return removed;
	}

	/** Keeps others from changing rows until the end of the transaction. */
	List<String> lock(List<String> ids) {
		return ids.isEmpty() ? List.of()
				: Objects.requireNonNull(this.jdbc.query(
						"select id::text from " + this.table.sqlName() + " where " + isAmong("id")
								+ " order by id for update",
						(statement) -> statement.setArray(1, texts(ids)), (row, number) -> row.getString(1)));
	}

	/** The number of the transaction, also if it has changed nothing. */
	long numbered() {
		if (this.change == 0) {
			this.change = Long.parseLong(Objects
				.requireNonNull(this.jdbc.queryForObject("select pg_current_xact_id()::text", String.class)));
		}
		return ServerTransaction.of(this.start, this.change).encode();
	}

	private String isAmong(String column) {
		return column + " = any (?::text[]::" + this.table.idType() + "[])";
	}

	private Array texts(List<String> values) {
		return Objects.requireNonNull(this.jdbc.execute(
				(java.sql.Connection connection) -> connection.createArrayOf("text", values.toArray(new String[0]))));
	}

	/**
	 * As pgvector reads it; what a float's own text says comes back as the same float.
	 */
	static String literal(float[] vector) {
		StringBuilder text = new StringBuilder(vector.length * 12).append('[');
		for (int i = 0; i < vector.length; i++) {
			text.append((i == 0) ? "" : ",").append(vector[i]);
		}
		return text.append(']').toString();
	}

	Truth.Written written(List<ReplicaRow> rows, List<String> removed) {
		return new Truth.Written(numbered(), rows, removed);
	}

}

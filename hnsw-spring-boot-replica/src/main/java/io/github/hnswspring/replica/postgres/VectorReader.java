package io.github.hnswspring.replica.postgres;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.hnswspring.replica.TruthRows;
import io.github.hnswspring.replica.VectorSink;
import io.github.hnswspring.vectorstore.StoredRow;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads the vectors of a store without its documents, and then only those documents that
 * somebody wants to see. Confined to one transaction, in which nobody else changes what
 * it sees.
 */
final class VectorReader implements TruthRows {

	private static final String VECTORS = "select d.key, d.expires, d.embedding from hnsw.document d where d.store = ?";

	private final JdbcTemplate jdbc;

	private final TruthState state;

	private final RowReader reader;

	VectorReader(JdbcTemplate jdbc, TruthState state) {
		this.jdbc = jdbc;
		this.state = state;
		this.reader = new RowReader(jdbc, state);
	}

	/** Hands out all vectors, if there are more documents than so many. */
	boolean everything(long moreThan, VectorSink sink) {
		long documents = Objects.requireNonNull(this.jdbc
			.queryForObject("select count(*) from hnsw.document d where d.store = ?", Long.class, this.state.id()));
		if (documents <= moreThan || this.state.dimensions() == 0) {
			return false;
		}
		sink.begin(this.state.position(), documents, this.state.dimensions(), this.state.model());
		handOut(VECTORS + " and d.embedding is not null order by d.key", sink, this.state.id());
		return true;
	}

	/** Hands out what has changed after a number. */
	void changes(long number, VectorSink sink) {
		if (number == this.state.position().number()) {
			return;
		}
		sink.begin(this.state.position(), 0, this.state.dimensions(), this.state.model());
		sink.remove(this.reader.removed(number));
		// In this order, as a key may have been removed and given to its document again.
		handOut(VECTORS + " and d.change > ? order by d.change, d.key", sink, this.state.id(), number);
	}

	private void handOut(String sql, VectorSink sink, Object... arguments) {
		this.jdbc.query((connection) -> RowReader.prepare(connection, sql, arguments), (row) -> {
			sink.take(row.getLong(1), row.getObject(2, Long.class), row.getBytes(3));
		});
	}

	@Override
	public Map<Long, StoredRow> rows(Collection<Long> keys) {
		Map<Long, StoredRow> rows = new HashMap<>();
		this.reader.rows("d.key = any (?)", keys.toArray(new Long[0])).forEach((row) -> rows.put(row.key(), row));
		return rows;
	}

	@Override
	public Map<String, StoredRow> rowsById(Collection<String> ids) {
		// No database has a text with such a character.
		List<String> possible = ids.stream().filter((id) -> id.indexOf('\0') < 0).toList();
		Map<String, StoredRow> rows = new HashMap<>();
		this.reader.rows("d.id = any (?)", possible.toArray(new String[0])).forEach((row) -> rows.put(row.id(), row));
		return rows;
	}

}

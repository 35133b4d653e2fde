package io.github.hnswspring.vectorstore.filter;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.vectorstore.MetadataKey;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

import org.springframework.ai.vectorstore.filter.Filter;

/**
 * What is kept beside the document rows so that filters can be answered. Thread-safe:
 * writing happens under the database's writer lock.
 */
public final class MetadataFilters {

	private final FilterIndex index = new FilterIndex();

	private @Nullable AttributeWriter attributes;

	/** Creates what is kept, if it is not there. */
	public static void createTables(SqlConnection writer) throws SQLException {
		for (String statement : AttributeSchema.statements()) {
			writer.execute(statement);
		}
	}

	/** Notes the metadata of a row that was inserted. */
	public void insert(SqlConnection writer, long key, Map<String, Object> metadata) throws SQLException {
		attributes(writer).write(key, metadata);
	}

	/** Forgets a row. */
	public void delete(SqlConnection writer, long key) throws SQLException {
		attributes(writer).delete(key);
	}

	/** Forgets the metadata keys that no row has. */
	public void forgetNames(SqlConnection writer) throws SQLException {
		attributes(writer).forgetNames();
	}

	/** Writes anew what is kept of all rows. */
	public void rebuild(SqlConnection writer, Function<DocumentRow, Map<String, Object>> metadata) throws SQLException {
		AttributeWriter known = this.attributes;
		if (known != null) {
			// It knows the ids of names, which are given anew, or not if this fails.
			this.attributes = null;
			known.close();
		}
		for (String statement : AttributeSchema.dropStatements()) {
			writer.execute(statement);
		}
		createTables(writer);
		try (AttributeWriter fresh = new AttributeWriter(writer.jdbc())) {
			DocumentTable.scanAll(writer, (row) -> fresh.write(row.key(), metadata.apply(row)));
		}
		ChangeLog.appendAll(writer);
	}

	private AttributeWriter attributes(SqlConnection writer) throws SQLException {
		AttributeWriter known = this.attributes;
		if (known == null) {
			known = new AttributeWriter(writer.jdbc());
			this.attributes = known;
		}
		return known;
	}

	/** The keys of the rows a filter matches, within a reading transaction. */
	public IdSet select(SqlConnection reader, Filter.Expression filter) throws SQLException {
		return select(reader, filter, Selection.EVERYTHING);
	}

	/** The same of some of the rows; without a filter all of those match. */
	public IdSet select(SqlConnection reader, Filter.@Nullable Expression filter, Selection within)
			throws SQLException {
		return this.index.select(reader::prepare, new Changes(reader), filter, within);
	}

	/** The keys of the rows a filter matches, as the writing transaction sees them. */
	public KeySet keys(SqlConnection writer, Filter.Expression filter) throws SQLException {
		return this.index.keys(writer::prepare, filter);
	}

	/**
	 * The next rows that have a metadata key, in the order of their keys. All of them
	 * together take one walk past the rows.
	 * @param connection reads
	 * @param key of the metadata
	 * @param after where to begin, exclusive
	 * @param limit most rows
	 * @return the keys of the rows
	 */
	public static List<Long> having(SqlConnection connection, String key, long after, int limit) throws SQLException {
		return FilterIndex.having(connection::prepare, key, after, limit);
	}

	/** Whether a row has a metadata key, as a writing transaction sees it. */
	public static boolean has(SqlConnection writer, long row, String key) throws SQLException {
		return FilterIndex.has(writer::prepare, row, key);
	}

	/** Which keys documents have, of what types, and their frequent values. */
	public static List<MetadataKey> keys(SqlConnection reader) throws SQLException {
		return new AttributeSummary(reader::prepare).keys();
	}

	/** Tells, once, of a key that a search goes by and no document has. */
	public void hintAt(SqlConnection reader, String key, String consequence) {
		this.index.hintAt(reader::prepare, key, consequence);
	}

	/** What in a filter a document with this metadata fails. */
	public static List<String> failures(Filter.Expression filter, Map<String, Object> metadata) {
		return new FilterFailures(metadata).of(filter);
	}

	/** The change log, as a reading transaction sees it. */
	private record Changes(SqlConnection reader) implements FilterIndex.Changes {

		@Override
		public long last() throws SQLException {
			return ChangeLog.last(this.reader);
		}

		@Override
		public @Nullable List<Long> since(long sequence, int most) throws SQLException {
			return ChangeLog.fewKeysSince(this.reader, sequence, most);
		}

	}

}

package io.github.hnswspring.vectorstore.filter;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;

import io.github.hnswspring.vectorstore.storage.EntrySum;

/**
 * What the {@code attribute} table should hold by the metadata of all documents, and what
 * it does. Confined to one check.
 */
public final class AttributeCheck {

	// The indexes contain all columns: SQLite reads the tables themselves only if that
	// spares it the sorting.
	private static final String NAMES = "SELECT id, name FROM attribute_name";

	private static final String NAMES_OF_TABLE = NAMES + " ORDER BY id";

	private static final String NAMES_OF_INDEX = NAMES + " INDEXED BY sqlite_autoindex_attribute_name_1";

	private static final String ROWS = "SELECT name_id, kind, value, doc_key FROM attribute";

	private static final String ROWS_OF_TABLE = ROWS + " ORDER BY name_id, kind, value, doc_key";

	private static final String ROWS_OF_INDEX = ROWS + " INDEXED BY attribute_by_document";

	private final EntrySum expected = new EntrySum();

	/**
	 * Notes a document.
	 * @param documentKey its key
	 * @param metadata its metadata
	 * @throws IllegalArgumentException as {@link AttributeWriter#check} says
	 */
	public void expect(long documentKey, Map<String, ?> metadata) {
		this.expected.add(documentKey, "", Scalar.Kind.PRESENT.ordinal(), 0L);
		Set<List<Object>> seen = new HashSet<>();
		try {
			AttributeRows.derive(metadata, (name, kind, value) -> {
				if (seen.add(List.of(name, kind, comparable(value)))) {
					this.expected.add(documentKey, name, kind, value);
				}
			});
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Values that are one for SQLite's primary key are equal. */
	private static Object comparable(Object value) {
		if (value instanceof byte[] bytes) {
			return Arrays.toString(bytes);
		}
		return (value instanceof Number number) ? EntrySum.canonical(number) : value;
	}

	/**
	 * Whether the table and its index hold the documents noted and no others.
	 * @param transaction the statements of the transaction the documents were read in
	 * @param ignored keys of documents that do not count
	 * @return {@code true} if so
	 * @throws SQLException if SQLite cannot answer
	 */
	public boolean isSound(Statements transaction, LongPredicate ignored) throws SQLException {
		Map<Long, String> names = names(transaction, NAMES_OF_TABLE);
		return names.equals(names(transaction, NAMES_OF_INDEX)) && isSound(transaction, ROWS_OF_TABLE, names, ignored)
				&& isSound(transaction, ROWS_OF_INDEX, names, ignored);
	}

	private static Map<Long, String> names(Statements transaction, String sql) throws SQLException {
		Map<Long, String> names = new HashMap<>();
		names.put((long) AttributeSchema.LIVE, "");
		try (ResultSet row = transaction.prepare(sql).executeQuery()) {
			while (row.next()) {
				names.put(row.getLong(1), row.getString(2));
			}
		}
		return names;
	}

	private boolean isSound(Statements transaction, String sql, Map<Long, String> names, LongPredicate ignored)
			throws SQLException {
		EntrySum found = new EntrySum();
		try (ResultSet row = transaction.prepare(sql).executeQuery()) {
			while (row.next()) {
				String name = names.get(row.getLong(1));
				Object value = row.getObject(3);
				if (name == null || value == null) {
					return false;
				}
				if (!ignored.test(row.getLong(4))) {
					found.add(row.getLong(4), name, row.getLong(2), value);
				}
			}
		}
		return this.expected.isSameAs(found);
	}

}

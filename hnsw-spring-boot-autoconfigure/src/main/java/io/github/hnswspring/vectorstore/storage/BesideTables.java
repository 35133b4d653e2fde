package io.github.hnswspring.vectorstore.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;

import org.jspecify.annotations.Nullable;

/**
 * What lies beside the documents, compared with its indexes. Ends and sources have no
 * checksums, and those of vectors leave out the generation; but the indexes hold all of
 * that once more, and SQLite's quick check does not compare them. Stateless.
 */
public final class BesideTables {

	private BesideTables() {
	}

	/**
	 * Whether vectors and their index agree on the document and the model of each.
	 * @param connection reads
	 * @param visited is asked for each row, and may end the comparison by an exception
	 * @return {@code true} if so
	 * @throws SQLException if the database fails
	 */
	public static boolean agreeOnVectors(SqlConnection connection, LongPredicate visited) throws SQLException {
		return areOld(connection) || agree(connection, "rowid, key, generation", "document_embedding",
				"sqlite_autoindex_document_embedding_1", "", visited);
	}

	/**
	 * Whether the other indexes hold what their tables do.
	 * @param connection reads
	 * @param visited is asked for each row, and may end the comparison by an exception
	 * @return {@code true} if so
	 * @throws SQLException if the database fails
	 */
	public static boolean agree(SqlConnection connection, LongPredicate visited) throws SQLException {
		return areOld(connection) || (agree(connection, "rowid, content_hash, generation", "document_embedding",
				"document_embedding_content", " WHERE content_hash IS NOT NULL", visited)
				&& agree(connection, "key, source", "document_source", "document_source_source", "", visited)
				&& agree(connection, "key, expires", "document_expiry", "document_expiry_expires", "", visited));
	}

	/** Only a database that is opened for reading may lack the tables. */
	private static boolean areOld(SqlConnection connection) throws SQLException {
		return StoreSchema.version(connection) < StoreSchema.LIFE_VERSION;
	}

	private static boolean agree(SqlConnection connection, String columns, String table, String index, String where,
			LongPredicate visited) throws SQLException {
		String select = "SELECT " + columns + " FROM " + table;
		EntrySum rows = sum(connection, select + " NOT INDEXED" + where, visited);
		EntrySum entries = sum(connection, select + " INDEXED BY " + index + where, visited);
		return rows != null && entries != null && rows.isSameAs(entries);
	}

	/** {@code null} if there is nothing where there must be something. */
	private static @Nullable EntrySum sum(SqlConnection connection, String sql, LongPredicate visited)
			throws SQLException {
		EntrySum sum = new EntrySum();
		try (ResultSet result = connection.prepare(sql).executeQuery()) {
			Object[] fields = new Object[result.getMetaData().getColumnCount() - 1];
			while (result.next()) {
				long key = result.getLong(1);
				visited.test(key);
				for (int i = 0; i < fields.length; i++) {
					Object field = result.getObject(i + 2);
					if (field == null) {
						return null;
					}
					fields[i] = field;
				}
				sum.add(key, fields);
			}
		}
		return sum;
	}

	/**
	 * The documents on whose end the table and its index do not agree.
	 * @param connection reads
	 * @return their keys, and what either says
	 * @throws SQLException if the database fails
	 */
	public static Map<Long, Set<Long>> withUncertainEnd(SqlConnection connection) throws SQLException {
		return differing(connection, "SELECT key, expires FROM document_expiry", "document_expiry_expires");
	}

	/**
	 * The documents on whose source the table and its index do not agree.
	 * @param connection reads
	 * @return their keys
	 * @throws SQLException if the database fails
	 */
	public static Set<Long> withUncertainSource(SqlConnection connection) throws SQLException {
		return differing(connection, "SELECT key, 0, source FROM document_source", "document_source_source").keySet();
	}

	private static Map<Long, Set<Long>> differing(SqlConnection connection, String select, String index)
			throws SQLException {
		String rows = select + " NOT INDEXED";
		String entries = select + " INDEXED BY " + index;
		Map<Long, Set<Long>> keys = new TreeMap<>();
		for (String sql : new String[] { rows + " EXCEPT " + entries, entries + " EXCEPT " + rows }) {
			try (ResultSet result = connection.prepare(sql).executeQuery()) {
				while (result.next()) {
					keys.computeIfAbsent(result.getLong(1), (key) -> new HashSet<>()).add(result.getLong(2));
				}
			}
		}
		return keys;
	}

	/**
	 * Builds the indexes anew from the tables.
	 * @param connection writes
	 * @throws SQLException if the database fails
	 */
	public static void rebuild(SqlConnection connection) throws SQLException {
		connection.execute("REINDEX document_embedding");
		connection.execute("REINDEX document_source");
		connection.execute("REINDEX document_expiry");
	}

}

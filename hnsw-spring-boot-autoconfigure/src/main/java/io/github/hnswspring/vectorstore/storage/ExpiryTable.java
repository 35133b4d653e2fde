package io.github.hnswspring.vectorstore.storage;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The statements on the ends of documents, in milliseconds since 1970. Every method is
 * one step of its caller's transaction. A row goes with its document. An end on which the
 * table and its index do not agree is none; the check after a start tells of it.
 */
public final class ExpiryTable {

	// The rows have no checksum, but their index holds all of them once more: an end
	// counts if both say it. Otherwise damage to one of them would hide a document.
	private static final String AGREED = " FROM document_expiry i INDEXED BY document_expiry_expires"
			+ " CROSS JOIN document_expiry t NOT INDEXED ON t.key = i.key AND t.expires = i.expires ";

	private ExpiryTable() {
	}

	/**
	 * Whether the database has the table: only one that is opened for reading may lack
	 * it.
	 * @param connection reads
	 * @return {@code true} if so
	 * @throws SQLException if the database fails
	 */
	public static boolean isThere(SqlConnection connection) throws SQLException {
		return StoreSchema.version(connection) >= StoreSchema.LIFE_VERSION;
	}

	/**
	 * Gives a document an end, in the place of the one it has.
	 * @param connection writes
	 * @param key the document's key
	 * @param expires its end
	 * @throws SQLException if the database fails
	 */
	public static void put(SqlConnection connection, long key, long expires) throws SQLException {
		PreparedStatement statement = connection
			.prepare("INSERT OR REPLACE INTO document_expiry (key, expires) VALUES (?, ?)");
		statement.setLong(1, key);
		statement.setLong(2, expires);
		statement.executeUpdate();
	}

	/**
	 * Takes the end from a document; nothing happens if it has none.
	 * @param connection writes
	 * @param key the document's key
	 * @throws SQLException if the database fails
	 */
	public static void remove(SqlConnection connection, long key) throws SQLException {
		PreparedStatement statement = connection.prepare("DELETE FROM document_expiry WHERE key = ?");
		statement.setLong(1, key);
		statement.executeUpdate();
	}

	/**
	 * The end of a document.
	 * @param connection reads
	 * @param key the document's key
	 * @return its end, if it has one
	 * @throws SQLException if the database fails
	 */
	public static OptionalLong expires(SqlConnection connection, long key) throws SQLException {
		PreparedStatement statement = connection.prepare("""
				SELECT expires FROM document_expiry t NOT INDEXED WHERE key = ? AND EXISTS (
					SELECT 1 FROM document_expiry i INDEXED BY document_expiry_expires
					WHERE i.expires = t.expires AND i.key = t.key)""");
		statement.setLong(1, key);
		try (ResultSet result = statement.executeQuery()) {
			return result.next() ? OptionalLong.of(result.getLong(1)) : OptionalLong.empty();
		}
	}

	/**
	 * The end that comes first.
	 * @param connection reads
	 * @return the end, {@link Long#MAX_VALUE} if no document has one
	 * @throws SQLException if the database fails
	 */
	public static long first(SqlConnection connection) throws SQLException {
		try (ResultSet result = connection.prepare("SELECT i.expires" + AGREED + "ORDER BY i.expires LIMIT 1")
			.executeQuery()) {
			return result.next() ? result.getLong(1) : Long.MAX_VALUE;
		}
	}

	/**
	 * The documents that end within a time, the earliest first.
	 * @param connection reads
	 * @param after the beginning, exclusive
	 * @param until the end, inclusive
	 * @param limit most keys, or a negative number for all
	 * @return their keys
	 * @throws SQLException if the database fails
	 */
	public static List<Long> keys(SqlConnection connection, long after, long until, int limit) throws SQLException {
		PreparedStatement statement = connection
			.prepare("SELECT i.key" + AGREED + "WHERE i.expires > ? AND i.expires <= ? ORDER BY i.expires LIMIT ?");
		statement.setLong(1, after);
		statement.setLong(2, until);
		statement.setInt(3, limit);
		List<Long> keys = new ArrayList<>();
		try (ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				keys.add(result.getLong(1));
			}
		}
		return keys;
	}

}

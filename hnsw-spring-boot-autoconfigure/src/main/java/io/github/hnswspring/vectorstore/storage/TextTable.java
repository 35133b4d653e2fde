package io.github.hnswspring.vectorstore.storage;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The statements on the text index. Every method is one step of its caller's transaction.
 */
public final class TextTable {

	private TextTable() {
	}

	/**
	 * Inserts the tokens of a document, which are separated by spaces.
	 * @param connection writes
	 * @param key the document's key, which is not there yet
	 * @param words its words
	 * @param stems the stems of its words
	 * @param identifiers its names
	 * @throws SQLException if the database fails
	 */
	public static void insert(SqlConnection connection, long key, String words, String stems, String identifiers)
			throws SQLException {
		PreparedStatement statement = connection
			.prepare("INSERT INTO document_text (rowid, words, stems, identifiers) VALUES (?, ?, ?, ?)");
		statement.setLong(1, key);
		statement.setString(2, words);
		statement.setString(3, stems);
		statement.setString(4, identifiers);
		statement.executeUpdate();
	}

	/**
	 * Deletes the tokens of a document; nothing happens if there are none.
	 * @param connection writes
	 * @param key the document's key
	 * @throws SQLException if the database fails
	 */
	public static void delete(SqlConnection connection, long key) throws SQLException {
		PreparedStatement statement = connection.prepare("DELETE FROM document_text WHERE rowid = ?");
		statement.setLong(1, key);
		statement.executeUpdate();
	}

	/**
	 * Deletes all tokens, and what is noted of the index.
	 * @param connection writes
	 * @throws SQLException if the database fails
	 */
	public static void clear(SqlConnection connection) throws SQLException {
		connection.execute("INSERT INTO document_text (document_text) VALUES ('delete-all')");
		MetaTable.remove(connection, MetaTable.TEXT_ANALYSIS);
		MetaTable.remove(connection, MetaTable.TEXT_COVERED);
		MetaTable.remove(connection, MetaTable.TEXT_CHANGE);
	}

	/**
	 * Has a connection see the text index as it is. SQLite's check would go by what the
	 * connection remembers of it, and take what others wrote since for damage.
	 * @param connection reads
	 * @throws SQLException if the database fails
	 */
	static void see(SqlConnection connection) throws SQLException {
		if (StoreSchema.version(connection) >= StoreSchema.TEXT_VERSION) {
			try (ResultSet result = connection.prepare("SELECT count(*) FROM document_text WHERE rowid = 0")
				.executeQuery()) {
				result.next();
			}
			catch (SQLException ex) {
				if (!isDamage(ex)) {
					throw ex;
				}
				// SQLite's check tells as much.
			}
		}
	}

	/**
	 * Whether a failure of SQLite is damage to the content of the text index.
	 * @param failure of a statement or a transaction
	 * @return {@code true} if so; then the index can be cleared
	 */
	public static boolean isDamage(SQLException failure) {
		return failure instanceof SQLiteException sqlite
				&& sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CORRUPT_VTAB;
	}

	/**
	 * Whether SQLite's check complains about the content of the text index rather than
	 * the trees it lies in.
	 * @param finding of the check
	 * @return {@code true} if so
	 */
	public static boolean isNamedIn(String finding) {
		return finding.contains("document_text");
	}

}

package io.github.hnswspring.vectorstore.storage;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The statements on the text index. Every method is one step of its caller's transaction.
 */
public final class TextTable {

	private static final String NAME = "document_text";

	private static final int COLUMNS = 3;

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
		// The settings as the schema has them: nothing works if they are damaged.
		connection.execute("DELETE FROM document_text_config");
		connection.execute("INSERT INTO document_text_config (k, v) VALUES ('version', 4), ('automerge', 16)");
		connection.execute("INSERT INTO document_text (document_text) VALUES ('delete-all')");
		MetaTable.remove(connection, MetaTable.TEXT_ANALYSIS);
		MetaTable.remove(connection, MetaTable.TEXT_COVERED);
		MetaTable.remove(connection, MetaTable.TEXT_CHANGE);
	}

	/**
	 * Writes the index anew without what was deleted, which is otherwise only marked as
	 * such. Takes longer, the larger the whole index is.
	 * @param connection writes, in a transaction: outside of one SQLite would keep the
	 * table open, and refuse to compact the database
	 * @throws SQLException if the database fails
	 */
	public static void optimize(SqlConnection connection) throws SQLException {
		connection.execute("INSERT INTO document_text (document_text) VALUES ('optimize')");
	}

	/**
	 * The number of documents that BM25 goes by. SQLite counts those that are added, but
	 * not those that are deleted.
	 * @param connection reads
	 * @return the number, 0 if it is not known
	 * @throws SQLException if the database fails
	 */
	public static long countedRows(SqlConnection connection) throws SQLException {
		try (ResultSet result = connection.prepare("SELECT block FROM document_text_data WHERE id = 1")
			.executeQuery()) {
			byte[] block = result.next() ? result.getBytes(1) : null;
			return (block != null && block.length > 0) ? new Varints(block).next() : 0;
		}
	}

	/**
	 * Counts anew what BM25 goes by: the documents, and the tokens in each column.
	 * @param connection writes
	 * @throws SQLException if the database fails
	 */
	public static void recount(SqlConnection connection) throws SQLException {
		long[] totals = new long[1 + COLUMNS];
		try (ResultSet result = connection.prepare("SELECT sz FROM document_text_docsize").executeQuery()) {
			while (result.next()) {
				totals[0]++;
				Varints sizes = new Varints(result.getBytes(1));
				for (int column = 1; column <= COLUMNS; column++) {
					totals[column] += sizes.next();
				}
			}
		}
		PreparedStatement statement = connection.prepare("UPDATE document_text_data SET block = ? WHERE id = 1");
		statement.setBytes(1, (totals[0] > 0) ? Varints.write(totals) : new byte[0]);
		statement.executeUpdate();
	}

	/**
	 * Has a connection see the text index as it is. SQLite's check would go by what the
	 * connection remembers of it, and report what was written since as damage.
	 * @param connection reads
	 * @return what is wrong with the text index, if it cannot even be opened
	 * @throws SQLException if the database fails
	 */
	static @Nullable String see(SqlConnection connection) throws SQLException {
		if (StoreSchema.version(connection) < StoreSchema.TEXT_VERSION) {
			return null;
		}
		try {
			// Not kept: a statement that has failed once does not work again.
			connection.answer("SELECT count(*) FROM document_text WHERE rowid = 0");
			return null;
		}
		catch (SQLException ex) {
			if (isDamage(ex)) {
				return NAME + ": " + ex.getMessage();
			}
			throw ex;
		}
	}

	/**
	 * Whether a failure of SQLite is damage to the content of the text index.
	 * @param failure of a statement or a transaction
	 * @return {@code true} if so; then the index can be cleared
	 */
	public static boolean isDamage(SQLException failure) {
		return failure instanceof SQLiteException sqlite
				&& (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CORRUPT_VTAB
						|| String.valueOf(sqlite.getMessage()).contains("fts5"));
	}

	/**
	 * Whether SQLite's check complains about the content of the text index rather than
	 * the trees it lies in.
	 * @param finding of the check
	 * @return {@code true} if so
	 */
	public static boolean isNamedIn(String finding) {
		return finding.contains(NAME);
	}

}

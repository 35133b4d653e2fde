package io.github.hnswspring.vectorstore.storage;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.OptionalLong;
import java.util.function.LongPredicate;

import org.jspecify.annotations.Nullable;

/**
 * The statements on document rows. Every method is one step of its caller's transaction.
 */
public final class DocumentTable {

	private static final String ROW = "SELECT key, id, content_hash, embedding, metadata, text FROM document ";

	private static final String CONTENT = "SELECT key, id, metadata, text FROM document ";

	private DocumentTable() {
	}

	/**
	 * The largest key ever given out.
	 * @param connection reads
	 * @return 0 before the first row
	 * @throws SQLException if the database fails
	 */
	public static long lastKey(SqlConnection connection) throws SQLException {
		return ChangeLog.sequence(connection, "document");
	}

	/**
	 * Inserts a row; its key must be larger than {@link #lastKey}.
	 * @param connection writes
	 * @param row the row
	 * @throws SQLException if the database fails
	 */
	public static void insert(SqlConnection connection, DocumentRow row) throws SQLException {
		PreparedStatement statement = connection.prepare(
				"INSERT INTO document (key, id, content_hash, embedding, metadata, text) VALUES (?, ?, ?, ?, ?, ?)");
		statement.setLong(1, row.key());
		statement.setString(2, row.id());
		statement.setBytes(3, row.contentHash());
		statement.setBytes(4, VectorBlob.encode(row.embedding()));
		statement.setString(5, row.metadata());
		statement.setString(6, row.text());
		statement.executeUpdate();
	}

	/**
	 * Deletes a row.
	 * @param connection writes
	 * @param key its key
	 * @return whether there was one
	 * @throws SQLException if the database fails
	 */
	public static boolean delete(SqlConnection connection, long key) throws SQLException {
		PreparedStatement statement = connection.prepare("DELETE FROM document WHERE key = ?");
		statement.setLong(1, key);
		return statement.executeUpdate() > 0;
	}

	/**
	 * Looks a key up.
	 * @param connection reads
	 * @param id a document's id
	 * @return its key, if it is stored
	 * @throws SQLException if the database fails
	 */
	public static OptionalLong key(SqlConnection connection, String id) throws SQLException {
		PreparedStatement statement = connection.prepare("SELECT key FROM document WHERE id = ?");
		statement.setString(1, id);
		try (ResultSet result = statement.executeQuery()) {
			return result.next() ? OptionalLong.of(result.getLong(1)) : OptionalLong.empty();
		}
	}

	/**
	 * Reads a row.
	 * @param connection reads
	 * @param key its key
	 * @return the row, or {@code null}
	 * @throws SQLException if the database fails
	 */
	public static @Nullable DocumentRow row(SqlConnection connection, long key) throws SQLException {
		PreparedStatement statement = connection.prepare(ROW + "WHERE key = ?");
		statement.setLong(1, key);
		try (ResultSet result = statement.executeQuery()) {
			return result.next() ? row(result) : null;
		}
	}

	/**
	 * Reads a row.
	 * @param connection reads
	 * @param id its document's id
	 * @return the row, or {@code null}
	 * @throws SQLException if the database fails
	 */
	public static @Nullable DocumentRow row(SqlConnection connection, String id) throws SQLException {
		PreparedStatement statement = connection.prepare(ROW + "WHERE id = ?");
		statement.setString(1, id);
		try (ResultSet result = statement.executeQuery()) {
			return result.next() ? row(result) : null;
		}
	}

	/**
	 * Reads what a search gives back.
	 * @param connection reads
	 * @param key its key
	 * @return the content, or {@code null} if there is no such row
	 * @throws SQLException if the database fails
	 */
	public static @Nullable DocumentContent content(SqlConnection connection, long key) throws SQLException {
		PreparedStatement statement = connection.prepare(CONTENT + "WHERE key = ?");
		statement.setLong(1, key);
		try (ResultSet result = statement.executeQuery()) {
			return result.next() ? content(result) : null;
		}
	}

	/**
	 * Reads what a search gives back.
	 * @param connection reads
	 * @param id its document's id
	 * @return the content, or {@code null} if there is no such row
	 * @throws SQLException if the database fails
	 */
	public static @Nullable DocumentContent content(SqlConnection connection, String id) throws SQLException {
		PreparedStatement statement = connection.prepare(CONTENT + "WHERE id = ?");
		statement.setString(1, id);
		try (ResultSet result = statement.executeQuery()) {
			return result.next() ? content(result) : null;
		}
	}

	/**
	 * Reads vectors in the order of their keys.
	 * @param connection reads
	 * @param afterKey where to begin, exclusive
	 * @param limit most rows, or a negative number for all
	 * @param visitor is given each
	 * @throws SQLException if the database fails
	 */
	public static void scanEmbeddings(SqlConnection connection, long afterKey, long limit, EmbeddingVisitor visitor)
			throws SQLException {
		PreparedStatement statement = connection
			.prepare("SELECT key, embedding FROM document WHERE key > ? ORDER BY key LIMIT ?");
		statement.setLong(1, afterKey);
		statement.setLong(2, limit);
		try (ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				visitor.visit(result.getLong(1), result.getBytes(2));
			}
		}
	}

	/**
	 * Reads rows in the order of their keys.
	 * @param connection reads
	 * @param afterKey where to begin, exclusive
	 * @param wanted chooses the rows that are read
	 * @param visitor is given each and says whether to go on
	 * @return the last key visited, or {@code afterKey}
	 * @throws SQLException if the database fails
	 */
	public static long scanRowsWhile(SqlConnection connection, long afterKey, LongPredicate wanted, RowVisitor visitor)
			throws SQLException {
		PreparedStatement statement = connection.prepare("SELECT key FROM document WHERE key > ? ORDER BY key");
		statement.setLong(1, afterKey);
		long last = afterKey;
		try (ResultSet result = statement.executeQuery()) {
			boolean more = true;
			while (more && result.next()) {
				long key = result.getLong(1);
				DocumentContent row = wanted.test(key) ? content(connection, key) : null;
				if (row != null) {
					last = key;
					more = visitor.visit(row);
				}
			}
		}
		return last;
	}

	/**
	 * The number of rows.
	 * @param connection reads
	 * @return the number
	 * @throws SQLException if the database fails
	 */
	public static long count(SqlConnection connection) throws SQLException {
		try (ResultSet result = connection.prepare("SELECT count(*) FROM document").executeQuery()) {
			return result.getLong(1);
		}
	}

	private static DocumentContent content(ResultSet result) throws SQLException {
		return new DocumentContent(result.getLong(1), result.getString(2), result.getString(3), result.getString(4));
	}

	private static DocumentRow row(ResultSet result) throws SQLException {
		return new DocumentRow(result.getLong(1), result.getString(2), result.getBytes(3),
				VectorBlob.decode(result.getBytes(4)), result.getString(5), result.getString(6));
	}

	/** Is given vectors. */
	@FunctionalInterface
	public interface EmbeddingVisitor {

		/**
		 * Is given a vector.
		 * @param key its key
		 * @param embedding its bytes, as {@link VectorBlob} writes them
		 * @throws SQLException if what the visitor does fails
		 */
		void visit(long key, byte[] embedding) throws SQLException;

	}

	/** Is given rows. */
	@FunctionalInterface
	public interface RowVisitor {

		/**
		 * Is given a row.
		 * @param row the row
		 * @return whether to go on
		 * @throws SQLException if what the visitor does fails
		 */
		boolean visit(DocumentContent row) throws SQLException;

	}

}

package io.github.hnswspring.vectorstore.storage;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongPredicate;

import org.jspecify.annotations.Nullable;

/**
 * The statements on document rows. Every method is one step of its caller's transaction.
 * What is read is checked: a row that is not what was written is a
 * {@link DamagedRowException}, unless another tool wrote it.
 */
public final class DocumentTable {

	private static final String CONTENT = "SELECT key, content_checksum, id, metadata, text FROM document ";

	/** Keys in one query: more than the results of most searches. */
	public static final int MAX_KEYS = 16;

	private static final String CONTENTS = CONTENT + "WHERE key IN (?" + ", ?".repeat(MAX_KEYS - 1) + ")";

	private static final String ROW = "SELECT key, content_checksum, id, metadata, text, embedding_checksum, "
			+ "content_hash, embedding FROM document ";

	private static final String ROW_BESIDE = "SELECT d.key, d.content_checksum, d.id, d.metadata, d.text, e.checksum, "
			+ "e.content_hash, e.embedding, e.key FROM document d LEFT JOIN document_embedding e "
			+ "ON e.key = d.key AND e.generation = ? ";

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
	 * The largest key of the rows that are here; of a replica that has not got all rows
	 * it is smaller than {@link #lastKey}.
	 * @param connection reads
	 * @return 0 without rows
	 * @throws SQLException if the database fails
	 */
	public static long largestKey(SqlConnection connection) throws SQLException {
		try (ResultSet rows = connection.prepare("SELECT coalesce(max(key), 0) FROM document").executeQuery()) {
			return rows.next() ? rows.getLong(1) : 0;
		}
	}

	/**
	 * Notes that larger keys were given out than any row here has had.
	 * @param connection writes
	 * @param key the largest of them
	 * @throws SQLException if the database fails
	 */
	public static void lastKey(SqlConnection connection, long key) throws SQLException {
		if (lastKey(connection) < key) {
			// SQLite has no row of its own for a table nothing was ever put into.
			PreparedStatement removal = connection.prepare("DELETE FROM sqlite_sequence WHERE name = 'document'");
			removal.executeUpdate();
			PreparedStatement statement = connection
				.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('document', ?)");
			statement.setLong(1, key);
			statement.executeUpdate();
		}
	}

	/**
	 * Inserts a row; its key must be larger than {@link #lastKey}. Without a vector and
	 * without a hash its document is one that no model was asked for yet.
	 * @param connection writes
	 * @param row the row
	 * @throws SQLException if the database fails
	 */
	public static void insert(SqlConnection connection, DocumentRow row) throws SQLException {
		PreparedStatement statement = connection.prepare(
				"""
						INSERT INTO document (key, content_checksum, embedding_checksum, id, content_hash, embedding, metadata, text)
						VALUES (?, ?, ?, ?, ?, ?, ?, ?)""");
		boolean inline = row.generation() == EmbeddingTable.INLINE;
		byte[] hash = inline ? row.contentHash() : null;
		byte[] embedding = inline ? VectorBlob.encode(row.embedding()) : new byte[0];
		statement.setLong(1, row.key());
		statement.setLong(2, RowChecksum.content(row.key(), row.id(), row.metadata(), row.text()));
		statement.setLong(3, RowChecksum.embedding(row.key(), hash, embedding));
		statement.setString(4, row.id());
		statement.setBytes(5, hash);
		statement.setBytes(6, embedding);
		statement.setString(7, row.metadata());
		statement.setString(8, row.text());
		statement.executeUpdate();
		boolean asked = row.embedding().length > 0 || row.contentHash() != null;
		if (!inline && asked) {
			EmbeddingTable.put(connection, row.key(), row.generation(), row.contentHash(), row.embedding());
		}
	}

	/**
	 * Changes the metadata of a row.
	 * @param connection writes
	 * @param row the row as it shall be
	 * @throws SQLException if the database fails
	 */
	public static void updateMetadata(SqlConnection connection, DocumentContent row) throws SQLException {
		PreparedStatement statement = connection
			.prepare("UPDATE document SET metadata = ?, content_checksum = ? WHERE key = ?");
		statement.setString(1, row.metadata());
		statement.setLong(2, RowChecksum.content(row.key(), row.id(), row.metadata(), row.text()));
		statement.setLong(3, row.key());
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
	 * Reads a row with its vector of the generation that answers.
	 * @param connection reads
	 * @param key its key
	 * @return the row, or {@code null}
	 * @throws SQLException if the database fails
	 */
	public static @Nullable DocumentRow row(SqlConnection connection, long key) throws SQLException {
		return row(connection, key, EmbeddingTable.current(connection));
	}

	/**
	 * Reads a row.
	 * @param connection reads
	 * @param key its key
	 * @param generation of the vector wanted; without one the row has an empty vector
	 * @return the row, or {@code null}
	 * @throws SQLException if the database fails
	 */
	public static @Nullable DocumentRow row(SqlConnection connection, long key, int generation) throws SQLException {
		boolean inline = generation == EmbeddingTable.INLINE;
		PreparedStatement statement = connection
			.prepare(inline ? ROW + "WHERE key = ?" : ROW_BESIDE + "WHERE d.key = ?");
		if (!inline) {
			statement.setInt(1, generation);
		}
		statement.setLong(inline ? 1 : 2, key);
		try (ResultSet result = statement.executeQuery()) {
			return result.next() ? row(result, generation) : null;
		}
	}

	/**
	 * Reads a row with its vector of the generation that answers.
	 * @param connection reads
	 * @param id its document's id
	 * @return the row, or {@code null}
	 * @throws SQLException if the database fails
	 */
	public static @Nullable DocumentRow row(SqlConnection connection, String id) throws SQLException {
		OptionalLong key = key(connection, id);
		return key.isPresent() ? row(connection, key.getAsLong()) : null;
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
	 * Reads what a search gives back, with few calls of the native library.
	 * @param connection reads
	 * @param keys of 1 to {@value #MAX_KEYS} rows
	 * @return the contents by their keys, of those rows there are
	 * @throws SQLException if the database fails
	 */
	public static Map<Long, DocumentContent> contents(SqlConnection connection, List<Long> keys) throws SQLException {
		PreparedStatement statement = connection.prepare(CONTENTS);
		Map<Long, DocumentContent> contents = new HashMap<>();
		for (int i = 0; i < MAX_KEYS; i++) {
			// What is not needed asks for a row twice, which finds it once.
			statement.setLong(i + 1, keys.get(Math.min(i, keys.size() - 1)));
		}
		try (ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				DocumentContent content = content(result);
				contents.put(content.key(), content);
			}
		}
		return contents;
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
	 * Reads every row in the order of the keys, with its vector of the first generation,
	 * to find out whether all are what was written.
	 * @param connection reads
	 * @param visitor is given each, or told what is wrong with it
	 * @throws SQLException if the database fails, or the visitor does
	 */
	public static void scanAll(SqlConnection connection, WholeRowVisitor visitor) throws SQLException {
		try (ResultSet result = connection.prepare(ROW + "ORDER BY key").executeQuery()) {
			while (result.next()) {
				DocumentRow row;
				try {
					row = row(result, EmbeddingTable.INLINE);
				}
				catch (DamagedRowException ex) {
					visitor.visitDamaged(ex);
					continue;
				}
				visitor.visit(row);
			}
		}
	}

	/**
	 * Whether there is a row.
	 * @param connection reads
	 * @param key its key
	 * @return {@code true} if so
	 * @throws SQLException if the database fails
	 */
	public static boolean isThere(SqlConnection connection, long key) throws SQLException {
		PreparedStatement statement = connection.prepare("SELECT 1 FROM document WHERE key = ?");
		statement.setLong(1, key);
		try (ResultSet result = statement.executeQuery()) {
			return result.next();
		}
	}

	/**
	 * The keys of the next rows.
	 * @param connection reads
	 * @param key where to begin, exclusive
	 * @param limit most keys
	 * @return the keys, ascending
	 * @throws SQLException if the database fails
	 */
	public static List<Long> keysAfter(SqlConnection connection, long key, int limit) throws SQLException {
		PreparedStatement statement = connection.prepare("SELECT key FROM document WHERE key > ? ORDER BY key LIMIT ?");
		statement.setLong(1, key);
		statement.setInt(2, limit);
		List<Long> keys = new ArrayList<>();
		try (ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				keys.add(result.getLong(1));
			}
		}
		return keys;
	}

	/**
	 * Whether there are further rows.
	 * @param connection reads
	 * @param key where to begin, exclusive
	 * @return {@code true} if so
	 * @throws SQLException if the database fails
	 */
	public static boolean isAnyAfter(SqlConnection connection, long key) throws SQLException {
		PreparedStatement statement = connection.prepare("SELECT 1 FROM document WHERE key > ? LIMIT 1");
		statement.setLong(1, key);
		try (ResultSet result = statement.executeQuery()) {
			return result.next();
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
				if (wanted.test(key)) {
					DocumentContent row = content(connection, key);
					if (row == null || key <= last) {
						throw new DamagedRowException(key, null, "it is not in its place among the rows");
					}
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

	/** Of a result that begins with key, checksum, id, metadata and text. */
	static DocumentContent content(ResultSet result) throws SQLException {
		long key = result.getLong(1);
		long expected = RowChecksum.stored(result, 2);
		// Texts as they are stored: a checksum needs their bytes.
		byte[] id = result.getBytes(3);
		byte[] metadata = result.getBytes(4);
		byte[] text = result.getBytes(5);
		if (id == null || metadata == null || text == null
				|| (expected != RowChecksum.UNCHECKED && expected != RowChecksum.content(key, id, metadata, text))) {
			throw new DamagedRowException(key, (id != null) ? utf8(id) : null,
					"id, metadata or text do not match their checksum");
		}
		return new DocumentContent(key, utf8(id), utf8(metadata), utf8(text));
	}

	private static String utf8(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

	private static DocumentRow row(ResultSet result, int generation) throws SQLException {
		DocumentContent content = content(result);
		byte[] hash = null;
		byte[] embedding = {};
		if (generation == EmbeddingTable.INLINE || result.getLong(9) == content.key()) {
			embedding = EmbeddingTable.checked(result, 5, content.id());
			hash = result.getBytes(7);
		}
		return new DocumentRow(content.key(), content.id(), generation, hash, VectorBlob.decode(embedding),
				content.metadata(), content.text());
	}

	/** Is given whole rows. */
	@FunctionalInterface
	public interface WholeRowVisitor {

		/**
		 * Is given a row that is what was written.
		 * @param row the row
		 * @throws SQLException if what the visitor does fails
		 */
		void visit(DocumentRow row) throws SQLException;

		/**
		 * Is told of a row that is not; ends the scan unless it is overridden.
		 * @param damaged which and why
		 * @throws SQLException to end the scan
		 */
		default void visitDamaged(DamagedRowException damaged) throws SQLException {
			throw damaged;
		}

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

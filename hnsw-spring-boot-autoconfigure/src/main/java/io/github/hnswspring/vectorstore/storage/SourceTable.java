package io.github.hnswspring.vectorstore.storage;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * The statements on which document comes from which source; most come from none. Every
 * method is one step of its caller's transaction. The row of a document that is deleted
 * goes with it. A document on whose source the table and its index do not agree comes
 * from none: a sync could remove it for another source otherwise.
 */
public final class SourceTable {

	// In this order: there may be many documents and few of this source.
	private static final String ROWS = """
			SELECT document.key, content_checksum, id, metadata, text, coalesce(
				(SELECT e.content_hash FROM document_embedding e WHERE e.key = document.key AND e.generation = ?2),
				content_hash,
				(SELECT max(e.content_hash) FROM document_embedding e WHERE e.key = document.key))
			FROM document_source i INDEXED BY document_source_source
			CROSS JOIN document_source t NOT INDEXED ON t.key = i.key AND t.source = i.source
			CROSS JOIN document ON document.key = i.key
			WHERE i.source = ?1 ORDER BY i.key""";

	private SourceTable() {
	}

	/**
	 * Notes where a document comes from.
	 * @param connection writes
	 * @param key the document's key
	 * @param source the source's name
	 * @throws SQLException if the database fails
	 */
	public static void put(SqlConnection connection, long key, String source) throws SQLException {
		PreparedStatement statement = connection
			.prepare("INSERT OR REPLACE INTO document_source (key, source) VALUES (?, ?)");
		statement.setLong(1, key);
		statement.setString(2, source);
		statement.executeUpdate();
	}

	/**
	 * Has a document come from no source; nothing happens if it does not.
	 * @param connection writes
	 * @param key the document's key
	 * @throws SQLException if the database fails
	 */
	public static void remove(SqlConnection connection, long key) throws SQLException {
		PreparedStatement statement = connection.prepare("DELETE FROM document_source WHERE key = ?");
		statement.setLong(1, key);
		statement.executeUpdate();
	}

	/**
	 * Where a document comes from.
	 * @param connection reads
	 * @param key the document's key
	 * @return the source's name, or {@code null}
	 * @throws SQLException if the database fails
	 */
	public static @Nullable String of(SqlConnection connection, long key) throws SQLException {
		PreparedStatement statement = connection.prepare("""
				SELECT source FROM document_source t NOT INDEXED WHERE key = ? AND EXISTS (
					SELECT 1 FROM document_source i INDEXED BY document_source_source
					WHERE i.source = t.source AND i.key = t.key)""");
		statement.setLong(1, key);
		try (ResultSet result = statement.executeQuery()) {
			return result.next() ? result.getString(1) : null;
		}
	}

	/**
	 * The sources there are.
	 * @param connection reads
	 * @return how many documents come from each, by name
	 * @throws SQLException if the database fails
	 */
	public static Map<String, Long> counts(SqlConnection connection) throws SQLException {
		Map<String, Long> counts = new TreeMap<>();
		if (StoreSchema.version(connection) < StoreSchema.LIFE_VERSION) {
			return counts;
		}
		PreparedStatement statement = connection
			.prepare("SELECT source, count(*) FROM document_source GROUP BY source");
		try (ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				counts.put(result.getString(1), result.getLong(2));
			}
		}
		return counts;
	}

	/**
	 * The documents of a source.
	 * @param connection reads
	 * @param source the source's name
	 * @return their ids by their keys
	 * @throws SQLException if the database fails
	 */
	public static Map<Long, String> ids(SqlConnection connection, String source) throws SQLException {
		PreparedStatement statement = connection
			.prepare("SELECT document.key, id FROM document_source i INDEXED BY document_source_source"
					+ " CROSS JOIN document_source t NOT INDEXED ON t.key = i.key AND t.source = i.source"
					+ " CROSS JOIN document ON document.key = i.key WHERE i.source = ?");
		statement.setString(1, source);
		Map<Long, String> ids = new HashMap<>();
		try (ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				ids.put(result.getLong(1), result.getString(2));
			}
		}
		return ids;
	}

	/**
	 * Reads the documents of a source in the order of their keys.
	 * @param connection reads
	 * @param source the source's name
	 * @param generation of the embedding model whose contents are wanted; those of
	 * another one stand for what it has not embedded
	 * @param visitor is given each, or told what is wrong with it
	 * @throws SQLException if the database fails
	 */
	public static void scan(SqlConnection connection, String source, int generation, Visitor visitor)
			throws SQLException {
		PreparedStatement statement = connection.prepare(ROWS);
		statement.setString(1, source);
		statement.setInt(2, generation);
		try (ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				DocumentContent content;
				try {
					content = DocumentTable.content(result);
				}
				catch (DamagedRowException ex) {
					visitor.visitDamaged(ex);
					continue;
				}
				visitor.visit(content, result.getBytes(6));
			}
		}
	}

	/** Is given the documents of a source. */
	public interface Visitor {

		/**
		 * Is given a row that is what was written.
		 * @param row the row
		 * @param contentHash of what was embedded, or {@code null} if that is not known
		 */
		void visit(DocumentContent row, byte @Nullable [] contentHash);

		/**
		 * Is told of a row that is not.
		 * @param damaged which and why
		 */
		void visitDamaged(DamagedRowException damaged);

	}

}

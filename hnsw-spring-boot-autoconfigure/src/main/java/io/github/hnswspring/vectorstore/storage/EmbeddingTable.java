package io.github.hnswspring.vectorstore.storage;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The statements on vectors, each of which belongs to a document and to the generation of
 * the embedding model it comes from. Vectors of generation {@value #INLINE} lie in the
 * rows of the documents, those of later ones in a table beside them. Every method is one
 * step of its caller's transaction; what is read is checked as {@link DocumentTable}
 * does.
 *
 * <p>
 * A document need not have a vector of every generation. One that an embedding model
 * refuses has an empty one: asked for once, and not again.
 */
public final class EmbeddingTable {

	/** The generation whose vectors lie in the rows of the documents. */
	public static final int INLINE = 0;

	private static final String INLINE_COLUMNS = "SELECT key, embedding_checksum, content_hash, embedding FROM document ";

	private static final String BESIDE_COLUMNS = "SELECT key, checksum, content_hash, embedding FROM document_embedding ";

	private EmbeddingTable() {
	}

	/**
	 * The generation whose vectors answer.
	 * @param connection reads
	 * @return its number
	 * @throws SQLException if the database fails, or says something else
	 */
	public static int current(SqlConnection connection) throws SQLException {
		return generation(connection, MetaTable.EMBEDDING_GENERATION, INLINE);
	}

	/**
	 * A generation that the database names.
	 * @param connection reads
	 * @param name of the row in {@code meta}
	 * @param absent what its absence means
	 * @return the number
	 * @throws SQLException if the database fails, or says something else
	 */
	public static int generation(SqlConnection connection, String name, int absent) throws SQLException {
		String value = MetaTable.get(connection, name);
		if (value == null) {
			return absent;
		}
		if (!value.matches("\\d{1,9}")) {
			throw new SQLException("The row '" + name + "' of the table 'meta' is '" + value
					+ "', which is no generation of embeddings; it has been changed");
		}
		return Integer.parseInt(value);
	}

	/**
	 * Reads a vector.
	 * @param connection reads
	 * @param key of its document
	 * @param generation of its model
	 * @return the vector, or {@code null} if there is none
	 * @throws SQLException if the database fails
	 */
	public static @Nullable DocumentEmbedding find(SqlConnection connection, long key, int generation)
			throws SQLException {
		PreparedStatement statement = connection.prepare((generation == INLINE) ? INLINE_COLUMNS + "WHERE key = ?"
				: BESIDE_COLUMNS + "WHERE key = ? AND generation = ?");
		statement.setLong(1, key);
		if (generation != INLINE) {
			statement.setInt(2, generation);
		}
		try (ResultSet result = statement.executeQuery()) {
			if (!result.next()) {
				return null;
			}
			byte[] embedding = checked(result, 1, null);
			return isNone(result, 1, embedding) ? null
					: new DocumentEmbedding(key, result.getBytes(3), VectorBlob.decode(embedding));
		}
	}

	/**
	 * Stores the vector of a document that has none of that generation.
	 * @param connection writes
	 * @param key of its document
	 * @param generation of its model
	 * @param contentHash of what was embedded, or {@code null} if that is not known
	 * @param vector the vector, or an empty one if there is none to be had
	 * @throws SQLException if the database fails
	 */
	public static void put(SqlConnection connection, long key, int generation, byte @Nullable [] contentHash,
			float[] vector) throws SQLException {
		PreparedStatement statement = connection.prepare((generation == INLINE) ? """
				UPDATE document SET embedding_checksum = ?3, content_hash = ?4, embedding = ?5
				WHERE key = ?1 AND ?2 = 0""" : """
				INSERT OR IGNORE INTO document_embedding (key, generation, checksum, content_hash, embedding)
				VALUES (?1, ?2, ?3, ?4, ?5)""");
		byte[] embedding = VectorBlob.encode(vector);
		statement.setLong(1, key);
		statement.setInt(2, generation);
		statement.setLong(3, RowChecksum.embedding(key, contentHash, embedding));
		statement.setBytes(4, contentHash);
		statement.setBytes(5, embedding);
		statement.executeUpdate();
	}

	/**
	 * Takes the vector of a generation from a document.
	 * @param connection writes
	 * @param key of the document
	 * @param generation of the model
	 * @throws SQLException if the database fails
	 */
	public static void remove(SqlConnection connection, long key, int generation) throws SQLException {
		if (generation == INLINE) {
			put(connection, key, INLINE, null, new float[0]);
			return;
		}
		PreparedStatement statement = connection
			.prepare("DELETE FROM document_embedding WHERE key = ? AND generation = ?");
		statement.setLong(1, key);
		statement.setInt(2, generation);
		statement.executeUpdate();
	}

	/**
	 * Components of the first sound vector this library wrote; other tools may write any.
	 * @param connection reads
	 * @param generation of its model
	 * @return the number, 0 if there is no such vector
	 * @throws SQLException if the database fails
	 */
	public static int firstDimensions(SqlConnection connection, int generation) throws SQLException {
		PreparedStatement statement = connection
			.prepare((generation == INLINE) ? INLINE_COLUMNS + "WHERE embedding_checksum <> ?1 AND ?2 = 0 ORDER BY key"
					: BESIDE_COLUMNS + "WHERE checksum <> ?1 AND generation = ?2 ORDER BY key");
		statement.setLong(1, RowChecksum.UNCHECKED);
		statement.setInt(2, generation);
		try (ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				try {
					byte[] embedding = checked(result, 1, null);
					if (embedding.length > 0) {
						return embedding.length / Float.BYTES;
					}
				}
				catch (DamagedRowException ex) {
					// Told when it is needed; the next one says as much.
				}
			}
			return 0;
		}
	}

	/**
	 * Reads vectors in the order of their keys.
	 * @param connection reads
	 * @param generation of their model
	 * @param afterKey where to begin, exclusive
	 * @param limit most vectors, or a negative number for all
	 * @param visitor is given each
	 * @return the key of the last document looked at, {@code afterKey} without any
	 * @throws SQLException if the database fails
	 */
	public static long scan(SqlConnection connection, int generation, long afterKey, long limit, Visitor visitor)
			throws SQLException {
		PreparedStatement statement = connection
			.prepare((generation == INLINE) ? INLINE_COLUMNS + "WHERE key > ?1 AND ?2 = 0 ORDER BY key"
					: BESIDE_COLUMNS + "WHERE key > ?1 AND generation = ?2 ORDER BY key");
		statement.setLong(1, afterKey);
		statement.setInt(2, generation);
		long last = afterKey;
		long visited = 0;
		try (ResultSet result = statement.executeQuery()) {
			while (visited != limit && result.next()) {
				last = result.getLong(1);
				byte[] embedding;
				try {
					embedding = checked(result, 1, null);
				}
				catch (DamagedRowException ex) {
					visited++;
					visitor.visitDamaged(ex);
					continue;
				}
				if (!isNone(result, 1, embedding)) {
					visited++;
					visitor.visit(last, embedding);
				}
			}
		}
		return last;
	}

	/**
	 * Whether there are further vectors.
	 * @param connection reads
	 * @param generation of their model
	 * @param key where to begin, exclusive
	 * @return {@code true} if so; of generation {@value #INLINE} also for a document
	 * without one
	 * @throws SQLException if the database fails
	 */
	public static boolean isAnyAfter(SqlConnection connection, int generation, long key) throws SQLException {
		if (generation == INLINE) {
			return DocumentTable.isAnyAfter(connection, key);
		}
		PreparedStatement statement = connection
			.prepare("SELECT 1 FROM document_embedding WHERE key > ? AND generation = ? LIMIT 1");
		statement.setLong(1, key);
		statement.setInt(2, generation);
		try (ResultSet result = statement.executeQuery()) {
			return result.next();
		}
	}

	/**
	 * The next documents that have no vector of a generation, not even an empty one.
	 * @param connection reads
	 * @param generation of the model
	 * @param afterKey where to begin, exclusive
	 * @param limit most documents
	 * @return their keys, ascending
	 * @throws SQLException if the database fails
	 */
	public static List<Long> missing(SqlConnection connection, int generation, long afterKey, int limit)
			throws SQLException {
		// An empty vector of generation 0 is one that other generations have instead.
		return keys(connection, (generation == INLINE) ? """
				SELECT key FROM document WHERE key > ?1 AND length(embedding) = 0
				AND embedding_checksum <> -1 AND content_hash IS NULL AND ?2 = 0 ORDER BY key LIMIT ?3""" : """
				SELECT key FROM document d WHERE key > ?1 AND NOT EXISTS
				(SELECT 1 FROM document_embedding e WHERE e.key = d.key AND e.generation = ?2) ORDER BY key LIMIT ?3""",
				generation, afterKey, limit);
	}

	/**
	 * Whether a document has an empty vector.
	 * @param connection reads
	 * @param key of the document
	 * @param generation of the model
	 * @return {@code true} if so; {@code false} if it is not there, or has none at all
	 * @throws SQLException if the database fails
	 */
	public static boolean isEmpty(SqlConnection connection, long key, int generation) throws SQLException {
		return !keys(connection, empty(generation, "key = ?1"), generation, key, 1).isEmpty();
	}

	/**
	 * Whether a document has no vector of a generation, or an empty one.
	 * @param connection reads
	 * @param key of the document
	 * @param generation of the model
	 * @return {@code true} if so; {@code false} if it is not there
	 * @throws SQLException if the database fails
	 */
	public static boolean isWithout(SqlConnection connection, long key, int generation) throws SQLException {
		return !keys(connection, without(generation, "key = ?1"), generation, key, 1).isEmpty();
	}

	/**
	 * Takes empty vectors from documents, so that they are asked for again.
	 * @param connection writes
	 * @param generation of the model
	 * @throws SQLException if the database fails
	 */
	public static void forgetEmpty(SqlConnection connection, int generation) throws SQLException {
		List<Long> keys = keys(connection, empty(generation, "key > ?1"), generation, 0, 256);
		while (!keys.isEmpty()) {
			for (long key : keys) {
				remove(connection, key, generation);
			}
			keys = keys(connection, empty(generation, "key > ?1"), generation, keys.get(keys.size() - 1), 256);
		}
	}

	/**
	 * The next documents that have no vector of a generation, or an empty one.
	 * @param connection reads
	 * @param generation of the model
	 * @param afterKey where to begin, exclusive
	 * @param limit most documents
	 * @return their keys, ascending
	 * @throws SQLException if the database fails
	 */
	public static List<Long> withoutVector(SqlConnection connection, int generation, long afterKey, int limit)
			throws SQLException {
		return keys(connection, without(generation, "key > ?1"), generation, afterKey, limit);
	}

	private static String without(int generation, String range) {
		return (generation == INLINE)
				? "SELECT key FROM document WHERE length(embedding) = 0 AND embedding_checksum <> -1 AND ?2 = 0 AND "
						+ range + " ORDER BY key LIMIT ?3"
				: "SELECT key FROM document d WHERE NOT EXISTS (SELECT 1 FROM document_embedding e WHERE e.key = d.key "
						+ "AND e.generation = ?2 AND (length(e.embedding) > 0 OR e.checksum = -1)) AND " + range
						+ " ORDER BY key LIMIT ?3";
	}

	private static String empty(int generation, String range) {
		return (generation == INLINE)
				? "SELECT key FROM document WHERE length(embedding) = 0 AND embedding_checksum <> -1 "
						+ "AND content_hash IS NOT NULL AND ?2 = 0 AND " + range + " ORDER BY key LIMIT ?3"
				: "SELECT key FROM document_embedding WHERE generation = ?2 AND length(embedding) = 0 "
						+ "AND checksum <> -1 AND " + range + " ORDER BY key LIMIT ?3";
	}

	private static List<Long> keys(SqlConnection connection, String sql, int generation, long afterKey, int limit)
			throws SQLException {
		PreparedStatement statement = connection.prepare(sql);
		statement.setLong(1, afterKey);
		statement.setInt(2, generation);
		statement.setInt(3, limit);
		List<Long> keys = new ArrayList<>();
		try (ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				keys.add(result.getLong(1));
			}
		}
		return keys;
	}

	/**
	 * How many documents have a vector of a generation, or an empty one.
	 * @param connection reads
	 * @param generation of the model
	 * @return the number
	 * @throws SQLException if the database fails
	 */
	public static long count(SqlConnection connection, int generation) throws SQLException {
		PreparedStatement statement = connection.prepare(
				(generation == INLINE) ? "SELECT count(*) FROM document WHERE length(embedding) IS NOT 0 AND ?1 = 0"
						: "SELECT count(*) FROM document_embedding WHERE generation = ?1");
		statement.setInt(1, generation);
		try (ResultSet result = statement.executeQuery()) {
			return result.getLong(1);
		}
	}

	/**
	 * Reads every vector that lies beside the documents, to find out whether all are what
	 * was written.
	 * @param connection reads
	 * @param visitor is given each, or told what is wrong with it
	 * @throws SQLException if the database fails, or the visitor does
	 */
	public static void scanBeside(SqlConnection connection, Visitor visitor) throws SQLException {
		if (StoreSchema.version(connection) < StoreSchema.LIFE_VERSION) {
			return;
		}
		try (ResultSet result = connection.prepare(BESIDE_COLUMNS + "ORDER BY key, generation").executeQuery()) {
			while (result.next()) {
				byte[] embedding;
				try {
					embedding = checked(result, 1, null);
				}
				catch (DamagedRowException ex) {
					visitor.visitDamaged(ex);
					continue;
				}
				visitor.visit(result.getLong(1), embedding);
			}
		}
	}

	/**
	 * Removes vectors of other generations than some. That changes nothing any search
	 * sees, so the caller has the change log left alone.
	 * @param connection writes
	 * @param kept generations that stay
	 * @param afterKey where to begin, exclusive
	 * @param limit most documents that are looked at
	 * @return up to which key they are gone, {@link Long#MAX_VALUE} if all are
	 * @throws SQLException if the database fails
	 */
	public static long removeOthers(SqlConnection connection, Collection<Integer> kept, long afterKey, int limit)
			throws SQLException {
		List<Long> keys = DocumentTable.keysAfter(connection, afterKey, limit);
		long last = (keys.size() < limit) ? Long.MAX_VALUE : keys.get(keys.size() - 1);
		String others = kept.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
		PreparedStatement remove = connection
			.prepare("DELETE FROM document_embedding WHERE key > ? AND key <= ? AND generation NOT IN " + others);
		remove.setLong(1, afterKey);
		remove.setLong(2, last);
		remove.executeUpdate();
		if (!kept.contains(INLINE)) {
			blank(connection, afterKey, last);
		}
		return last;
	}

	private static void blank(SqlConnection connection, long afterKey, long lastKey) throws SQLException {
		PreparedStatement select = connection
			.prepare("SELECT key FROM document WHERE key > ? AND key <= ? AND length(embedding) IS NOT 0");
		select.setLong(1, afterKey);
		select.setLong(2, lastKey);
		List<Long> keys = new ArrayList<>();
		try (ResultSet result = select.executeQuery()) {
			while (result.next()) {
				keys.add(result.getLong(1));
			}
		}
		for (long key : keys) {
			put(connection, key, INLINE, null, new float[0]);
		}
	}

	/**
	 * What this library writes where there is no vector; other tools may write nothing by
	 * mistake, which is told.
	 */
	static boolean isNone(ResultSet result, int before, byte[] embedding) throws SQLException {
		return embedding.length == 0 && RowChecksum.stored(result, before + 1) != RowChecksum.UNCHECKED;
	}

	/** Its key is in the first column, the rest begins after some more. */
	static byte[] checked(ResultSet result, int before, @Nullable String id) throws SQLException {
		long key = result.getLong(1);
		long expected = RowChecksum.stored(result, before + 1);
		byte[] hash = result.getBytes(before + 2);
		byte[] embedding = result.getBytes(before + 3);
		if (embedding == null
				|| (expected != RowChecksum.UNCHECKED && expected != RowChecksum.embedding(key, hash, embedding))) {
			throw new DamagedRowException(key, id, "content hash or embedding do not match their checksum");
		}
		return embedding;
	}

	/** Is given vectors. */
	@FunctionalInterface
	public interface Visitor {

		/**
		 * Is given a vector.
		 * @param key its document's key
		 * @param embedding its bytes, as {@link VectorBlob} writes them
		 * @throws SQLException if what the visitor does fails
		 */
		void visit(long key, byte[] embedding) throws SQLException;

		/**
		 * Is told of a vector that is not what was written; the scan goes on unless this
		 * throws it.
		 * @param damaged which and why
		 * @throws SQLException to end the scan
		 */
		default void visitDamaged(DamagedRowException damaged) throws SQLException {
		}

	}

}

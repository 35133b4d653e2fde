package io.github.hnswspring.vectorstore.storage;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Embeddings by what was embedded: those of the documents, and those that were paid for
 * but wait for the rest of a replacement ("parked"). Vectors of different models cannot
 * stand for each other, so each is known by its generation too.
 */
public final class KnownEmbeddings {

	private static final Duration PARKED_FOR = Duration.ofDays(7);

	private KnownEmbeddings() {
	}

	/**
	 * The embedding of some content. One that is damaged is passed over: embedding the
	 * content again is better than garbage.
	 * @param connection reads
	 * @param generation of the model it has to come from
	 * @param contentHash of what was embedded
	 * @return the vector, or {@code null}
	 * @throws SQLException if the database fails
	 */
	public static float @Nullable [] find(SqlConnection connection, int generation, byte[] contentHash)
			throws SQLException {
		float[] stored = stored(connection, generation, contentHash);
		return (stored != null) ? stored : parked(connection, generation, contentHash);
	}

	private static float @Nullable [] stored(SqlConnection connection, int generation, byte[] contentHash)
			throws SQLException {
		PreparedStatement statement = connection.prepare((generation == EmbeddingTable.INLINE) ? """
				SELECT key, embedding_checksum, embedding FROM document
				WHERE content_hash = ?1 AND ?2 = 0""" : """
				SELECT key, checksum, embedding FROM document_embedding
				WHERE content_hash = ?1 AND generation = ?2""");
		statement.setBytes(1, contentHash);
		statement.setInt(2, generation);
		try (ResultSet result = statement.executeQuery()) {
			float[] vector = null;
			while (vector == null && result.next()) {
				vector = sound(result, result.getLong(1), contentHash);
			}
			return vector;
		}
	}

	private static float @Nullable [] parked(SqlConnection connection, int generation, byte[] contentHash)
			throws SQLException {
		// Before version 3 there was one generation, and no column that says so.
		PreparedStatement statement = connection.prepare("""
				SELECT parked.content_hash, parked.checksum, parked.embedding, parked.*
				FROM parked_embedding parked WHERE content_hash = ?1""");
		statement.setBytes(1, contentHash);
		try (ResultSet result = statement.executeQuery()) {
			boolean ours = result.next() && generation(result) == generation;
			return ours ? sound(result, 0, contentHash) : null;
		}
	}

	private static int generation(ResultSet parked) throws SQLException {
		int columns = parked.getMetaData().getColumnCount();
		return parked.getMetaData().getColumnName(columns).equals("generation") ? parked.getInt(columns)
				: EmbeddingTable.INLINE;
	}

	/** Neither damaged nor empty, which says that the model gave none. */
	private static float @Nullable [] sound(ResultSet result, long key, byte[] contentHash) throws SQLException {
		long expected = RowChecksum.stored(result, 2);
		byte[] embedding = result.getBytes(3);
		boolean sound = embedding != null && embedding.length > 0 && (expected == RowChecksum.UNCHECKED
				|| expected == RowChecksum.embedding(key, contentHash, embedding));
		return sound ? VectorBlob.decode(embedding) : null;
	}

	/**
	 * Whether the embedding of some content is known, undamaged.
	 * @param connection reads
	 * @param generation of the model it has to come from
	 * @param contentHash of what was embedded
	 * @return {@code true} if so
	 * @throws SQLException if the database fails
	 */
	public static boolean contains(SqlConnection connection, int generation, byte[] contentHash) throws SQLException {
		return find(connection, generation, contentHash) != null;
	}

	/**
	 * Keeps an embedding until its document is stored; of one content that of the latest
	 * model.
	 * @param connection writes
	 * @param generation of the model it comes from
	 * @param contentHash of what was embedded
	 * @param embedding the vector
	 * @throws SQLException if the database fails
	 */
	public static void park(SqlConnection connection, int generation, byte[] contentHash, float[] embedding)
			throws SQLException {
		PreparedStatement statement = connection.prepare("""
				INSERT OR REPLACE INTO parked_embedding (content_hash, checksum, embedding, created, generation)
				VALUES (?, ?, ?, ?, ?)""");
		byte[] bytes = VectorBlob.encode(embedding);
		statement.setBytes(1, contentHash);
		statement.setLong(2, RowChecksum.parked(contentHash, bytes));
		statement.setBytes(3, bytes);
		statement.setLong(4, Instant.now().getEpochSecond());
		statement.setInt(5, generation);
		statement.executeUpdate();
	}

	/**
	 * Lets go of a parked embedding, if there is one.
	 * @param connection writes
	 * @param contentHash of what was embedded
	 * @throws SQLException if the database fails
	 */
	public static void unpark(SqlConnection connection, byte[] contentHash) throws SQLException {
		PreparedStatement statement = connection.prepare("DELETE FROM parked_embedding WHERE content_hash = ?");
		statement.setBytes(1, contentHash);
		statement.executeUpdate();
	}

	/**
	 * Lets go of all parked embeddings.
	 * @param connection writes
	 * @return how many there were
	 * @throws SQLException if the database fails
	 */
	public static long unparkAll(SqlConnection connection) throws SQLException {
		return connection.prepare("DELETE FROM parked_embedding").executeUpdate();
	}

	/**
	 * Forgets parked embeddings that have not been used for a week.
	 * @param connection writes
	 * @throws SQLException if the database fails
	 */
	public static void removeOld(SqlConnection connection) throws SQLException {
		PreparedStatement statement = connection.prepare("DELETE FROM parked_embedding WHERE created < ?");
		statement.setLong(1, Instant.now().minus(PARKED_FOR).getEpochSecond());
		statement.executeUpdate();
	}

}

package io.github.hnswspring.vectorstore.storage;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Embeddings by what was embedded: those of the documents, and those that were paid for
 * but wait for the rest of a replacement ("parked").
 */
public final class KnownEmbeddings {

	private static final Duration PARKED_FOR = Duration.ofDays(7);

	private KnownEmbeddings() {
	}

	/**
	 * The embedding of some content. One that is damaged is passed over: embedding the
	 * content again is better than garbage.
	 * @param connection reads
	 * @param contentHash of what was embedded
	 * @return the vector, or {@code null}
	 * @throws SQLException if the database fails
	 */
	public static float @Nullable [] find(SqlConnection connection, byte[] contentHash) throws SQLException {
		PreparedStatement statement = connection.prepare("""
				SELECT key, embedding_checksum, embedding FROM document WHERE content_hash = ?1
				UNION ALL SELECT 0, checksum, embedding FROM parked_embedding WHERE content_hash = ?1""");
		statement.setBytes(1, contentHash);
		try (ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				long expected = RowChecksum.stored(result, 2);
				byte[] embedding = result.getBytes(3);
				if (embedding != null && (expected == RowChecksum.UNCHECKED
						|| expected == RowChecksum.embedding(result.getLong(1), contentHash, embedding))) {
					return VectorBlob.decode(embedding);
				}
			}
			return null;
		}
	}

	/**
	 * Whether the embedding of some content is known, undamaged.
	 * @param connection reads
	 * @param contentHash of what was embedded
	 * @return {@code true} if so
	 * @throws SQLException if the database fails
	 */
	public static boolean contains(SqlConnection connection, byte[] contentHash) throws SQLException {
		return find(connection, contentHash) != null;
	}

	/**
	 * Keeps an embedding until its document is stored.
	 * @param connection writes
	 * @param contentHash of what was embedded
	 * @param embedding the vector
	 * @throws SQLException if the database fails
	 */
	public static void park(SqlConnection connection, byte[] contentHash, float[] embedding) throws SQLException {
		PreparedStatement statement = connection.prepare(
				"INSERT OR REPLACE INTO parked_embedding (content_hash, checksum, embedding, created) VALUES (?, ?, ?, ?)");
		byte[] bytes = VectorBlob.encode(embedding);
		statement.setBytes(1, contentHash);
		statement.setLong(2, RowChecksum.parked(contentHash, bytes));
		statement.setBytes(3, bytes);
		statement.setLong(4, Instant.now().getEpochSecond());
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

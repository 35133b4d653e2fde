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
	 * The embedding of some content.
	 * @param connection reads
	 * @param contentHash of what was embedded
	 * @return the vector, or {@code null}
	 * @throws SQLException if the database fails
	 */
	public static float @Nullable [] find(SqlConnection connection, byte[] contentHash) throws SQLException {
		PreparedStatement statement = connection.prepare("""
				SELECT embedding FROM document WHERE content_hash = ?1
				UNION ALL SELECT embedding FROM parked_embedding WHERE content_hash = ?1
				LIMIT 1""");
		statement.setBytes(1, contentHash);
		try (ResultSet result = statement.executeQuery()) {
			return result.next() ? VectorBlob.decode(result.getBytes(1)) : null;
		}
	}

	/**
	 * Whether the embedding of some content is known.
	 * @param connection reads
	 * @param contentHash of what was embedded
	 * @return {@code true} if so
	 * @throws SQLException if the database fails
	 */
	public static boolean contains(SqlConnection connection, byte[] contentHash) throws SQLException {
		PreparedStatement statement = connection.prepare("""
				SELECT 1 FROM document WHERE content_hash = ?1
				UNION ALL SELECT 1 FROM parked_embedding WHERE content_hash = ?1
				LIMIT 1""");
		statement.setBytes(1, contentHash);
		try (ResultSet result = statement.executeQuery()) {
			return result.next();
		}
	}

	/**
	 * Keeps an embedding until its document is stored.
	 * @param connection writes
	 * @param contentHash of what was embedded
	 * @param embedding the vector
	 * @throws SQLException if the database fails
	 */
	public static void park(SqlConnection connection, byte[] contentHash, float[] embedding) throws SQLException {
		PreparedStatement statement = connection
			.prepare("INSERT OR REPLACE INTO parked_embedding (content_hash, embedding, created) VALUES (?, ?, ?)");
		statement.setBytes(1, contentHash);
		statement.setBytes(2, VectorBlob.encode(embedding));
		statement.setLong(3, Instant.now().getEpochSecond());
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
	 * Lets go of what nobody came back for in a week.
	 * @param connection writes
	 * @throws SQLException if the database fails
	 */
	public static void removeOld(SqlConnection connection) throws SQLException {
		PreparedStatement statement = connection.prepare("DELETE FROM parked_embedding WHERE created < ?");
		statement.setLong(1, Instant.now().minus(PARKED_FOR).getEpochSecond());
		statement.executeUpdate();
	}

}

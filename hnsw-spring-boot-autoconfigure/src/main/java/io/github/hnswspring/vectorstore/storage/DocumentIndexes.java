package io.github.hnswspring.vectorstore.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.LongPredicate;

import org.jspecify.annotations.Nullable;

/**
 * SQLite's indexes on document rows: what they should hold, and what they do. Confined to
 * one check.
 */
public final class DocumentIndexes {

	// The index is named: otherwise SQLite might read the table itself.
	private static final String IDS = "SELECT key, id FROM document INDEXED BY sqlite_autoindex_document_1";

	private static final String HASHES = "SELECT key, content_hash FROM document INDEXED BY document_content"
			+ " WHERE content_hash IS NOT NULL";

	private final EntrySum ids = new EntrySum();

	private final EntrySum hashes = new EntrySum();

	private long rows;

	private long entries;

	/**
	 * Notes a row.
	 * @param row the row
	 */
	public void expect(DocumentRow row) {
		this.rows++;
		this.ids.add(row.key(), row.id());
		byte[] hash = row.contentHash();
		if (hash != null) {
			this.hashes.add(row.key(), hash);
		}
	}

	/**
	 * Whether the indexes hold the rows noted and no others.
	 * @param connection reads, in the transaction the rows were read in
	 * @param ignored keys that do not count
	 * @return {@code true} if so
	 * @throws SQLException if the database fails
	 */
	public boolean areSound(SqlConnection connection, LongPredicate ignored) throws SQLException {
		EntrySum foundIds = new EntrySum();
		boolean complete = true;
		try (ResultSet result = connection.prepare(IDS).executeQuery()) {
			while (result.next()) {
				if (!ignored.test(result.getLong(1))) {
					this.entries++;
					complete &= add(foundIds, result.getLong(1), result.getString(2));
				}
			}
		}
		EntrySum foundHashes = new EntrySum();
		try (ResultSet result = connection.prepare(HASHES).executeQuery()) {
			while (result.next()) {
				if (!ignored.test(result.getLong(1))) {
					complete &= add(foundHashes, result.getLong(1), result.getBytes(2));
				}
			}
		}
		return complete && this.ids.isSameAs(foundIds) && this.hashes.isSameAs(foundHashes);
	}

	/** A damaged entry may be none. */
	private static boolean add(EntrySum sum, long key, @Nullable Object value) {
		if (value != null) {
			sum.add(key, value);
		}
		return value != null;
	}

	/**
	 * How many rows {@link #areSound} has found in the index of ids beyond those noted.
	 * @return the number; more than 0 if rows were lost
	 */
	public long missingRows() {
		return this.entries - this.rows;
	}

	/**
	 * Builds the indexes anew from the rows.
	 * @param connection writes
	 * @throws SQLException if the database fails
	 */
	public static void rebuild(SqlConnection connection) throws SQLException {
		connection.execute("REINDEX document");
	}

}

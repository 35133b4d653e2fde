package io.github.hnswspring.vectorstore.storage;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/** The store's identity: names and values. */
public final class MetaTable {

	/** Identifies this store among all others. */
	public static final String STORE_ID = "store_id";

	/** Components of every embedding. */
	public static final String DIMENSIONS = "dimensions";

	/** The name of the metric. */
	public static final String METRIC = "metric";

	/** The embedding model's name, once known. */
	public static final String EMBEDDING_MODEL = "embedding_model";

	/** Who opened the store last for writing. */
	public static final String OWNER = "owner";

	/** Changes up to this one are no longer in the log. */
	public static final String PRUNED_TO = "pruned_to";

	/** The last snapshot of the derived files that was completed. */
	public static final String SNAPSHOT = "snapshot";

	/** The snapshot being put in place. */
	public static final String SNAPSHOT_NEXT = "snapshot_next";

	/** How the texts in the text index were analysed; absent if there is none. */
	public static final String TEXT_ANALYSIS = "text_analysis";

	/** The text index holds the rows up to this key. */
	public static final String TEXT_COVERED = "text_covered";

	/** The last change of rows that the text index has followed. */
	public static final String TEXT_CHANGE = "text_change";

	/**
	 * Up to which key documents have the end that their metadata says, or {@code all}:
	 * those of older stores are given one in the background.
	 */
	public static final String EXPIRY_COVERED = "expiry_covered";

	/**
	 * When that began, in milliseconds since 1970, until it is done: what their metadata
	 * says counts if it was to come then.
	 */
	public static final String EXPIRY_SINCE = "expiry_since";

	/** The generation of embeddings that answers; absent for the first. */
	public static final String EMBEDDING_GENERATION = "embedding_generation";

	/** The generation that is being completed, until it answers and is complete. */
	public static final String EMBEDDING_TARGET = "embedding_target";

	/** The generation that answered before, or was given up; may answer again. */
	public static final String EMBEDDING_FORMER = "embedding_former";

	/** Since when the former one is not needed, in seconds since 1970. */
	public static final String EMBEDDING_FORMER_SINCE = "embedding_former_since";

	/** The last generation that was begun. */
	public static final String EMBEDDING_LAST = "embedding_last";

	/** The generation that was turned back from; no store goes there by itself. */
	public static final String EMBEDDING_REJECTED = "embedding_rejected";

	/** The generation that is switched to without the documents its model refuses. */
	public static final String EMBEDDING_WITHOUT_REFUSED = "embedding_without_refused";

	/** The generation that documents are without a vector of, maybe, while it answers. */
	public static final String EMBEDDING_LACKING = "embedding_lacking";

	/** Embeddings that belong to no generation above are removed up to this key. */
	public static final String EMBEDDING_SWEPT = "embedding_swept";

	/** Whoever changes nothing that counts has this row within its transaction. */
	public static final String QUIET = "quiet";

	/**
	 * The last change when something was forgotten whose bytes may be in the files still.
	 */
	public static final String TO_BE_ERASED = "to_be_erased";

	/** How far a replica has followed its truth; absent in every other store. */
	public static final String REPLICA_POSITION = "replica_position";

	/** What tells the truth that a replica follows from others. */
	public static final String TRUTH_ID = "truth_id";

	/** Written to find out whether writing works. */
	public static final String PROBE = "probe";

	private MetaTable() {
	}

	/**
	 * The name of what a generation of embeddings has of its own.
	 * @param name {@link #DIMENSIONS} or {@link #EMBEDDING_MODEL}
	 * @param generation the generation
	 * @return the name itself for the first one
	 */
	public static String of(String name, int generation) {
		return (generation == EmbeddingTable.INLINE) ? name : name + "." + generation;
	}

	/**
	 * Reads a value.
	 * @param connection reads
	 * @param name its name
	 * @return the value, or {@code null}
	 * @throws SQLException if the database fails
	 */
	public static @Nullable String get(SqlConnection connection, String name) throws SQLException {
		PreparedStatement statement = connection.prepare("SELECT value FROM meta WHERE name = ?");
		statement.setString(1, name);
		try (ResultSet result = statement.executeQuery()) {
			return result.next() ? result.getString(1) : null;
		}
	}

	/**
	 * Writes a value.
	 * @param connection writes
	 * @param name its name
	 * @param value the new value
	 * @throws SQLException if the database fails
	 */
	public static void put(SqlConnection connection, String name, String value) throws SQLException {
		PreparedStatement statement = connection.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)");
		statement.setString(1, name);
		statement.setString(2, value);
		statement.executeUpdate();
	}

	/**
	 * Removes a value, if there is one.
	 * @param connection writes
	 * @param name its name
	 * @throws SQLException if the database fails
	 */
	public static void remove(SqlConnection connection, String name) throws SQLException {
		PreparedStatement statement = connection.prepare("DELETE FROM meta WHERE name = ?");
		statement.setString(1, name);
		statement.executeUpdate();
	}

}

package io.github.hnswspring.vectorstore.storage;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The keys of changed document rows in the order of the changes, written by triggers, and
 * by the code that brings the tables for filters up to date.
 */
public final class ChangeLog {

	/** Stands for all rows. SQLite gives none this key. */
	private static final Long ALL = 0L;

	private ChangeLog() {
	}

	/**
	 * The number of the last change ever made, also if it is no longer in the log.
	 * @param connection reads
	 * @return 0 before the first change
	 * @throws SQLException if the database fails
	 */
	public static long last(SqlConnection connection) throws SQLException {
		return sequence(connection, "change");
	}

	/**
	 * The keys changed since.
	 * @param connection reads
	 * @param since the number of a change, exclusive
	 * @param minKey smallest key wanted
	 * @param maxKey largest key wanted
	 * @return the keys, ascending, each once
	 * @throws SQLException if the database fails
	 */
	public static List<Long> keysSince(SqlConnection connection, long since, long minKey, long maxKey)
			throws SQLException {
		PreparedStatement statement = connection
			.prepare("SELECT DISTINCT key FROM change WHERE seq > ? AND key >= ? AND key <= ? ORDER BY key");
		statement.setLong(1, since);
		statement.setLong(2, minKey);
		statement.setLong(3, maxKey);
		List<Long> keys = new ArrayList<>();
		try (ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				keys.add(result.getLong(1));
			}
		}
		return keys;
	}

	/**
	 * The keys of a few changes.
	 * @param connection reads
	 * @param since the number of a change, exclusive
	 * @param most how many changes
	 * @return the keys, maybe repeated, or {@code null} if there are more, if some are
	 * not in the log any more, or if {@link #appendAll} is among them
	 * @throws SQLException if the database fails
	 */
	public static @Nullable List<Long> fewKeysSince(SqlConnection connection, long since, int most)
			throws SQLException {
		if (prunedTo(connection) > since) {
			return null;
		}
		PreparedStatement statement = connection.prepare("SELECT key FROM change WHERE seq > ? LIMIT ?");
		statement.setLong(1, since);
		statement.setInt(2, most + 1);
		List<Long> keys = new ArrayList<>();
		try (ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				keys.add(result.getLong(1));
			}
		}
		return (keys.size() > most || keys.contains(ALL)) ? null : keys;
	}

	/**
	 * Notes that what is kept beside the rows may have changed for all of them, which no
	 * trigger notes. Answers of filters that were kept under an earlier number must not
	 * outlive it.
	 * @param connection writes
	 * @throws SQLException if the database fails
	 */
	public static void appendAll(SqlConnection connection) throws SQLException {
		append(connection, ALL);
	}

	/**
	 * Notes that what is kept beside a row has changed, which no trigger notes.
	 * @param connection writes
	 * @param key of the row
	 * @throws SQLException if the database fails
	 */
	public static void append(SqlConnection connection, long key) throws SQLException {
		PreparedStatement statement = connection.prepare("INSERT INTO change (key) VALUES (?)");
		statement.setLong(1, key);
		statement.executeUpdate();
	}

	/**
	 * Forgets old changes and remembers how far.
	 * @param connection writes
	 * @param upTo the last change to forget
	 * @throws SQLException if the database fails
	 */
	public static void prune(SqlConnection connection, long upTo) throws SQLException {
		PreparedStatement statement = connection.prepare("DELETE FROM change WHERE seq <= ?");
		statement.setLong(1, upTo);
		statement.executeUpdate();
		MetaTable.put(connection, MetaTable.PRUNED_TO, Long.toString(upTo));
	}

	/**
	 * Up to where changes were forgotten.
	 * @param connection reads
	 * @return the last of them, 0 without any, and {@link Long#MAX_VALUE} if what is
	 * noted of it is damaged: then nothing is known of any change
	 * @throws SQLException if the database fails
	 */
	public static long prunedTo(SqlConnection connection) throws SQLException {
		String prunedTo = MetaTable.get(connection, MetaTable.PRUNED_TO);
		if (prunedTo == null) {
			return 0;
		}
		return prunedTo.matches("\\d{1,18}") ? Long.parseLong(prunedTo) : Long.MAX_VALUE;
	}

	static long sequence(SqlConnection connection, String table) throws SQLException {
		PreparedStatement statement = connection.prepare("SELECT seq FROM sqlite_sequence WHERE name = ?");
		statement.setString(1, table);
		try (ResultSet result = statement.executeQuery()) {
			return result.next() ? result.getLong(1) : 0;
		}
	}

}

package io.github.hnswspring.vectorstore.storage;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys of changed document rows in the order of the changes, written by triggers, and
 * by the code that brings the tables for filters up to date.
 */
public final class ChangeLog {

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
	 * Notes a change that no trigger notes: of what is kept beside a row.
	 * @param connection writes
	 * @param key the row's key
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

	static long sequence(SqlConnection connection, String table) throws SQLException {
		PreparedStatement statement = connection.prepare("SELECT seq FROM sqlite_sequence WHERE name = ?");
		statement.setString(1, table);
		try (ResultSet result = statement.executeQuery()) {
			return result.next() ? result.getLong(1) : 0;
		}
	}

}

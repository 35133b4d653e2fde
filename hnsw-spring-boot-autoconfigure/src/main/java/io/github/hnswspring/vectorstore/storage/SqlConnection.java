package io.github.hnswspring.vectorstore.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * A database connection that keeps its prepared statements. Confined to the thread that
 * borrowed it.
 */
public final class SqlConnection implements AutoCloseable {

	private final Connection jdbc;

	private final Map<String, PreparedStatement> statements = new HashMap<>();

	SqlConnection(Connection jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * The JDBC connection, for code that brings its own statements.
	 * @return the connection; not to be closed or committed
	 */
	public Connection jdbc() {
		return this.jdbc;
	}

	/**
	 * A statement prepared once.
	 * @param sql its text, without any value of a user
	 * @return the statement; it is not closed
	 * @throws SQLException if the database refuses it
	 */
	public PreparedStatement prepare(String sql) throws SQLException {
		PreparedStatement statement = this.statements.get(sql);
		if (statement == null || statement.isClosed()) {
			statement = this.jdbc.prepareStatement(sql);
			this.statements.put(sql, statement);
		}
		return statement;
	}

	/**
	 * Runs a statement that has no parameters, in words of this program only.
	 * @param sql the statement
	 * @throws SQLException if the database fails
	 */
	public void execute(String sql) throws SQLException {
		try (Statement statement = this.jdbc.createStatement()) {
			statement.execute(sql);
		}
	}

	/**
	 * Asks for one value.
	 * @param sql a query that answers with at least one row, in words of this program
	 * only
	 * @return the first column of its first row
	 * @throws SQLException if the database fails
	 */
	String answer(String sql) throws SQLException {
		try (Statement statement = this.jdbc.createStatement(); ResultSet result = statement.executeQuery(sql)) {
			return result.getString(1);
		}
	}

	@Override
	public void close() throws SQLException {
		// Closes its statements too.
		this.jdbc.close();
	}

}

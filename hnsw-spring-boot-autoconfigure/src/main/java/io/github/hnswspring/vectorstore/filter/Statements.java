package io.github.hnswspring.vectorstore.filter;

import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Where filters get their statements: a connection inside one transaction that keeps its
 * prepared statements, so that a search does not prepare the same one again. Confined to
 * the thread that holds the connection.
 */
@FunctionalInterface
public interface Statements {

	/**
	 * The statement for a text; there are few different ones.
	 * @param sql the text, without any value of a user
	 * @return the statement, which is not closed by the caller
	 * @throws SQLException if SQLite refuses
	 */
	PreparedStatement prepare(String sql) throws SQLException;

}

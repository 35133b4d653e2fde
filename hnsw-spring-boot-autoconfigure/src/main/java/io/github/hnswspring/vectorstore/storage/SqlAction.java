package io.github.hnswspring.vectorstore.storage;

import java.sql.SQLException;

/** Work with a connection that returns nothing. */
@FunctionalInterface
public interface SqlAction {

	/**
	 * Does it.
	 * @param connection valid until this returns
	 * @throws SQLException if the database fails
	 */
	void apply(SqlConnection connection) throws SQLException;

}

package io.github.hnswspring.vectorstore.storage;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Work with a connection that returns something.
 *
 * @param <T> what comes out of it
 */
@FunctionalInterface
public interface SqlWork<T extends @Nullable Object> {

	/**
	 * Does the work.
	 * @param connection valid until this returns
	 * @return the outcome
	 * @throws SQLException if the database fails
	 */
	T apply(SqlConnection connection) throws SQLException;

}

package io.github.hnswspring.vectorstore.filter;

import java.sql.SQLException;
import java.util.Objects;

/**
 * SQLite failed where only an unchecked exception can be thrown: while a set of keys is
 * listed.
 */
public final class FilterQueryException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	FilterQueryException(SQLException cause) {
		super(cause.getMessage(), cause);
	}

	/**
	 * What SQLite said.
	 * @return the cause
	 */
	public SQLException sqlException() {
		return (SQLException) Objects.requireNonNull(getCause());
	}

}

package io.github.hnswspring.vectorstore.storage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Opens connections to a database file. A seam: fault-injection tests hand out
 * connections that fail.
 */
@FunctionalInterface
public interface ConnectionSource {

	/** How a connection may be used. */
	enum Mode {

		/** Reads and writes; creates the file. */
		WRITE,

		/** Reads a database that others may write. */
		READ,

		/** Reads a database on a read-only medium. */
		IMMUTABLE

	}

	/**
	 * Opens a connection.
	 * @param file the database
	 * @param mode what it is for
	 * @return the connection, configured
	 * @throws SQLException if it cannot be opened
	 */
	Connection open(Path file, Mode mode) throws SQLException;

}

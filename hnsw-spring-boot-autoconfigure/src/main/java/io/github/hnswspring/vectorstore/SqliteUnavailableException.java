package io.github.hnswspring.vectorstore;

/** SQLite's native library cannot be loaded. */
public class SqliteUnavailableException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param cause why it cannot be loaded
	 */
	public SqliteUnavailableException(Throwable cause) {
		super("SQLite's native library cannot be loaded on " + System.getProperty("os.name") + "/"
				+ System.getProperty("os.arch") + ": " + cause.getMessage() + ". It is unpacked into java.io.tmpdir ("
				+ System.getProperty("java.io.tmpdir")
				+ "), which must be writable and allow execution; set -Dorg.sqlite.tmpdir to another directory, "
				+ "or -Dorg.sqlite.lib.path to a library of your own.", cause);
	}

}

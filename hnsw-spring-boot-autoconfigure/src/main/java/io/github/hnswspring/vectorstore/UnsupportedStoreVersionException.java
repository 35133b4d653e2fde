package io.github.hnswspring.vectorstore;

import java.nio.file.Path;

/** The store was written by a newer version of this library. */
public class UnsupportedStoreVersionException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private final int actual;

	private final int supported;

	/**
	 * Creates the exception.
	 * @param file the database file
	 * @param actual its version
	 * @param supported the newest version this code reads
	 */
	public UnsupportedStoreVersionException(Path file, int actual, int supported) {
		super("Database " + file + " has format version " + actual + ", but this library reads versions up to "
				+ supported + ". Use the newer library that wrote it; nothing has been changed.");
		this.actual = actual;
		this.supported = supported;
	}

	/**
	 * The version found.
	 * @return its number
	 */
	public int actual() {
		return this.actual;
	}

	/**
	 * The newest version this code reads.
	 * @return its number
	 */
	public int supported() {
		return this.supported;
	}

}

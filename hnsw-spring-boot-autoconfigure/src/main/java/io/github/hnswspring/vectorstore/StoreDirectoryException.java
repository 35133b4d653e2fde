package io.github.hnswspring.vectorstore;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/** The store's directory cannot be used. */
public class StoreDirectoryException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private final transient @Nullable Path directory;

	/**
	 * Creates the exception.
	 * @param directory the directory
	 * @param problem what is wrong and what to do
	 * @param cause why, or {@code null}
	 */
	public StoreDirectoryException(Path directory, String problem, @Nullable Throwable cause) {
		super("Store directory " + directory.toAbsolutePath() + " cannot be used: " + problem, cause);
		this.directory = directory.toAbsolutePath();
	}

	/**
	 * The directory.
	 * @return its absolute path
	 */
	public @Nullable Path directory() {
		return this.directory;
	}

}

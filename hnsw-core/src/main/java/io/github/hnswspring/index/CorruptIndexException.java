package io.github.hnswspring.index;

import java.nio.file.Path;

/**
 * An index file that cannot be used: damaged, cut short, written by a newer version, or
 * not an index file at all. The file is left as it is.
 */
public class CorruptIndexException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient Path path;

	/**
	 * Creates the exception.
	 * @param path the file
	 * @param problem what is wrong with it, expected and actual
	 */
	public CorruptIndexException(Path path, String problem) {
		super("Index file " + path + " cannot be used: " + problem);
		this.path = path;
	}

	/**
	 * The file that cannot be used.
	 * @return its path
	 */
	public Path path() {
		return this.path;
	}

}

package io.github.hnswspring.vectorstore;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/** The database of a store is damaged, or is no database of a store. */
public class CorruptStoreException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private final transient @Nullable Path file;

	/**
	 * Creates the exception.
	 * @param file the database file
	 * @param problem what is wrong with it
	 * @param cause why, or {@code null}
	 */
	public CorruptStoreException(Path file, String problem, @Nullable Throwable cause) {
		super("Database " + file + " cannot be used: " + problem
				+ ". Restore the directory from a backup, or save the documents that can still be read into a new"
				+ " directory with HnswVectorStore.salvage(...); if that cannot read it either, with SQLite's shell: sqlite3 "
				+ file.getFileName() + " .recover | sqlite3 recovered.db, and put recovered.db in its place.", cause);
		this.file = file;
	}

	private CorruptStoreException(String message, Path file, Throwable cause) {
		super(message, cause);
		this.file = file;
	}

	/**
	 * Creates the exception for a single document; all others can be used.
	 * @param file the database file
	 * @param damage which document, and what is wrong with it
	 * @param cause why
	 * @return the exception
	 */
	public static CorruptStoreException ofDocument(Path file, String damage, Throwable cause) {
		return new CorruptStoreException("Database " + file + " is damaged. " + damage
				+ ". Other documents are not affected. Add the document again or delete it; if it is still reported then,"
				+ " because its id was hit, save all undamaged documents into a new directory with"
				+ " HnswVectorStore.salvage(...), or restore the directory from a backup.", file, cause);
	}

	/**
	 * The damaged file.
	 * @return its path
	 */
	public @Nullable Path file() {
		return this.file;
	}

}

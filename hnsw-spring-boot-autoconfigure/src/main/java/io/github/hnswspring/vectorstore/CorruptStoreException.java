package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

/** The database of a store is damaged, or is no database of a store. */
public class CorruptStoreException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private final transient @Nullable Path file;

	/** Of the damaged row, 0 if not a single one is. */
	private final long rowKey;

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
		this.rowKey = 0;
	}

	private CorruptStoreException(String message, Path file, long rowKey, Throwable cause) {
		super(message, cause);
		this.file = file;
		this.rowKey = rowKey;
	}

	/**
	 * Creates the exception for a single document; all others can be used.
	 * @param file the database file
	 * @param rowKey of its row
	 * @param damage which document, and what is wrong with it
	 * @param cause why
	 * @return the exception
	 */
	public static CorruptStoreException ofDocument(Path file, long rowKey, String damage, Throwable cause) {
		return new CorruptStoreException("Database " + file + " is damaged. " + damage
				+ ". Other documents are not affected. Add the document again or delete it; if it is still reported then,"
				+ " because its id was hit, save all undamaged documents into a new directory with"
				+ " HnswVectorStore.salvage(...), or restore the directory from a backup.", file, rowKey, cause);
	}

	/**
	 * The damaged file.
	 * @return its path
	 */
	public @Nullable Path file() {
		return this.file;
	}

	/**
	 * The only row that is damaged, as far as is known: whoever reads page by page goes
	 * on after it.
	 * @return its key, which is a position for {@link DocumentPageRequest#after}; empty
	 * if more than a row is damaged
	 */
	public OptionalLong rowKey() {
		return (this.rowKey > 0) ? OptionalLong.of(this.rowKey) : OptionalLong.empty();
	}

}

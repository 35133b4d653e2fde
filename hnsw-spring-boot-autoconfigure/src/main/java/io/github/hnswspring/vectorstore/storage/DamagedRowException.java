package io.github.hnswspring.vectorstore.storage;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/** A row is not what was written. */
public final class DamagedRowException extends SQLException {

	private static final long serialVersionUID = 1L;

	private final long key;

	private final @Nullable String id;

	DamagedRowException(long key, @Nullable String id, String problem) {
		super(((id != null) ? "Document '" + id + "', row key " + key : "Row key " + key) + ": " + problem);
		this.key = key;
		this.id = id;
	}

	/**
	 * The row.
	 * @return its key
	 */
	public long key() {
		return this.key;
	}

	/**
	 * The document.
	 * @return its id as it was read, which may be damaged too; {@code null} if it was not
	 * read
	 */
	public @Nullable String id() {
		return this.id;
	}

}

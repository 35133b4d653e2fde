package io.github.hnswspring.vectorstore;

import org.jspecify.annotations.Nullable;

/**
 * The store could not read or write, for example because the disk is full. What had been
 * committed before is not affected.
 */
public class StoreException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message what failed and what to do
	 * @param cause why, or {@code null}
	 */
	public StoreException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}

package io.github.hnswspring.replica;

import io.github.hnswspring.vectorstore.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * The truth of a replica cannot be reached: searches go on, changes do not.
 */
public class TruthUnavailableException extends StoreException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message what failed and what to do
	 * @param cause why, or {@code null}
	 */
	public TruthUnavailableException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}

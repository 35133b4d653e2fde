package io.github.hnswspring.vectorstore;

import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;

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

	/** What went wrong, for the middle of a sentence: some exceptions have no message. */
	static String reason(Throwable failure) {
		Throwable cause = (failure instanceof UncheckedIOException unchecked) ? unchecked.getCause() : failure;
		if (isInterrupt(cause)) {
			return "the thread was interrupted";
		}
		// The message of these is the name of a file.
		boolean speaks = cause.getMessage() != null && !(cause instanceof FileSystemException);
		return speaks ? cause.getMessage() : cause.toString();
	}

	/** Whether a file was closed because its thread was interrupted. */
	static boolean isInterrupt(Throwable failure) {
		return failure instanceof ClosedByInterruptException
				|| failure.getCause() instanceof ClosedByInterruptException;
	}

}

package io.github.hnswspring.vectorstore;

import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

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

	/**
	 * What went wrong, for the middle of a sentence: some exceptions have no message.
	 * @param failure what was thrown
	 * @return its reason
	 */
	public static String reason(Throwable failure) {
		Throwable wrapped = (failure instanceof UncheckedIOException) ? failure.getCause() : null;
		Throwable cause = (wrapped != null) ? wrapped : failure;
		if (isInterrupt(cause)) {
			return "the thread was interrupted";
		}
		if (cause instanceof FileSystemException file && file.getFile() != null) {
			return reason(file, file.getFile());
		}
		String message = cause.getMessage();
		return (message != null) ? message : cause.toString();
	}

	/** The JDK tells some of these by the name of a class alone. */
	private static String reason(FileSystemException failure, String file) {
		if (failure instanceof NoSuchFileException) {
			return file + " does not exist";
		}
		if (failure instanceof AccessDeniedException) {
			return "this user has no permission for " + file;
		}
		if (failure instanceof FileAlreadyExistsException) {
			return file + " exists already";
		}
		if (failure instanceof DirectoryNotEmptyException) {
			return file + " is not empty";
		}
		if (failure instanceof NotDirectoryException) {
			return file + " is not a directory";
		}
		String message = failure.getMessage();
		return (failure.getReason() != null && message != null) ? message : failure.toString();
	}

	/**
	 * Whether a file was closed because its thread was interrupted.
	 * @param failure what was thrown
	 * @return {@code true} if the thread was interrupted
	 */
	public static boolean isInterrupt(Throwable failure) {
		return failure instanceof ClosedByInterruptException
				|| failure.getCause() instanceof ClosedByInterruptException;
	}

}

package io.github.hnswspring.ingest;

import java.nio.file.FileSystemException;
import java.sql.SQLException;

import io.github.hnswspring.vectorstore.PartialAddException;
import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * A failure as it may be logged: what kind, where in the code, and from which causes.
 * Messages are left out, since those of a model's client or a parser may quote a text, a
 * question or a key. Kept are the messages of this project, which say what to do, those
 * of the database, and the reason why a file could not be used, without its name.
 */
public final class LoggedFailure extends Exception {

	private static final long serialVersionUID = 1L;

	private static final int MAX_CAUSES = 12;

	private LoggedFailure(Throwable thrown, @Nullable Throwable cause) {
		super(message(thrown), cause, false, true);
		setStackTrace(thrown.getStackTrace());
	}

	/**
	 * Logs a failure as an error without what it may quote, and as it is for debugging.
	 * @param logger where to
	 * @param message what failed
	 * @param thrown why
	 */
	public static void log(Log logger, String message, Throwable thrown) {
		logger.error(message, of(thrown, MAX_CAUSES));
		logger.debug(message, thrown);
	}

	private static LoggedFailure of(Throwable thrown, int causes) {
		Throwable cause = thrown.getCause();
		return new LoggedFailure(thrown, (cause != null && causes > 0) ? of(cause, causes - 1) : null);
	}

	private static String message(Throwable thrown) {
		String kind = thrown.getClass().getName();
		if (thrown instanceof FileSystemException file) {
			return (file.getReason() != null) ? kind + ": " + file.getReason() : kind;
		}
		return isSafe(thrown) ? thrown.toString() : kind;
	}

	private static boolean isSafe(Throwable thrown) {
		if (thrown instanceof PartialAddException || repeatsWhatIsNot(thrown)) {
			// What is repeated may be the embedding model's.
			return false;
		}
		return thrown.getClass().getName().startsWith("io.github.hnswspring.") || thrown instanceof SQLException;
	}

	/**
	 * Messages of this project tell that of a cause where it helps whoever reads them.
	 */
	private static boolean repeatsWhatIsNot(Throwable thrown) {
		String message = String.valueOf(thrown.getMessage());
		Throwable cause = thrown.getCause();
		for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
			String repeated = cause.getMessage();
			if (repeated != null && !repeated.isBlank() && message.contains(repeated) && !isSafe(cause)) {
				return true;
			}
			cause = cause.getCause();
		}
		return false;
	}

}

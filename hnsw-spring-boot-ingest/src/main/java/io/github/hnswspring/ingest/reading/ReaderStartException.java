package io.github.hnswspring.ingest.reading;

/**
 * The JVM that reads documents did not start, or was ended from outside: the fault of the
 * installation, or of the end of the application, not of the document.
 */
public final class ReaderStartException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	ReaderStartException(String message) {
		super(message);
	}

}

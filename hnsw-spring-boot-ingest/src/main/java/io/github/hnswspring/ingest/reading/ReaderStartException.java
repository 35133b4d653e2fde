package io.github.hnswspring.ingest.reading;

/**
 * The JVM that reads documents did not start: the fault of the installation, not of the
 * document.
 */
public final class ReaderStartException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	ReaderStartException(String message) {
		super(message);
	}

}

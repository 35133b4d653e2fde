package io.github.hnswspring.vectorstore;

/** The store was used after it had been stopped. */
public class StoreClosedException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message what was used, and what to do
	 */
	public StoreClosedException(String message) {
		super(message);
	}

}

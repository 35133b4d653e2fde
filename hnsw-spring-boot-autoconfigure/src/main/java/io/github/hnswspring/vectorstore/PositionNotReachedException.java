package io.github.hnswspring.vectorstore;

/**
 * A replica did not have a minimum position in time
 * ({@link HnswSearchRequest#withMinimumPosition}), so what it has may be older than what
 * was asked for. Nothing was searched.
 */
public class PositionNotReachedException extends StoreException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message how far the replica is and what to do
	 */
	public PositionNotReachedException(String message) {
		super(message, null);
	}

}

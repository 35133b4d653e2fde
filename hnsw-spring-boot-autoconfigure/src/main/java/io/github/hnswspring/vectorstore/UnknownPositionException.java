package io.github.hnswspring.vectorstore;

/**
 * What was given as a minimum position ({@link HnswSearchRequest#withMinimumPosition}) is
 * no position, or names a state of something else than what the replica follows, also if
 * that was restored since. Waiting for it would not help.
 */
public class UnknownPositionException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message what the position is none of, and what to do
	 */
	public UnknownPositionException(String message) {
		super(message);
	}

}

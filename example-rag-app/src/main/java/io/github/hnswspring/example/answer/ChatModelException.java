package io.github.hnswspring.example.answer;

import org.jspecify.annotations.Nullable;

/**
 * The chat model did not give an answer, and in which way. The message is for people: it
 * says the status and code its server answered with, and what to do. It holds nothing
 * else the server said, since that may contain secrets or the question.
 */
public final class ChatModelException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** In which way. */
	public enum Failure {

		/** It does not accept the credentials. */
		CREDENTIALS,
		/** It accepts no further requests for now. */
		BUSY,
		/** It did not answer in time. */
		TIMEOUT,
		/** It cannot be reached, or the connection broke. */
		CONNECTION,
		/** It refused the request, or failed. */
		ERROR

	}

	private final Failure failure;

	ChatModelException(Failure failure, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.failure = failure;
	}

	public Failure failure() {
		return this.failure;
	}

}

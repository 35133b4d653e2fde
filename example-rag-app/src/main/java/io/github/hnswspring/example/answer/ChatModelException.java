package io.github.hnswspring.example.answer;

/**
 * The chat model did not give an answer, and in which way. The message is for people and
 * holds nothing the model's server said: that may contain secrets.
 */
public final class ChatModelException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** In which way. */
	public enum Failure {

		/** It does not accept our credentials. */
		CREDENTIALS,
		/** It has no time for us now. */
		BUSY,
		/** It did not answer in time. */
		TIMEOUT,
		/** It cannot be reached, or the connection broke. */
		CONNECTION,
		/** It refused the request, or failed. */
		ERROR

	}

	private final Failure failure;

	ChatModelException(Failure failure, Throwable cause) {
		super(message(failure), cause);
		this.failure = failure;
	}

	ChatModelException(Failure failure) {
		super(message(failure));
		this.failure = failure;
	}

	public Failure failure() {
		return this.failure;
	}

	private static String message(Failure failure) {
		return switch (failure) {
			case CREDENTIALS -> "The chat model does not accept the configured credentials; check the API key";
			case BUSY -> "The chat model accepts no more requests for now; ask again in a while";
			case TIMEOUT -> "The chat model did not answer in time; ask again, or raise rag.answer-timeout";
			case CONNECTION -> "The chat model cannot be reached, or the connection to it broke; is it running?";
			case ERROR -> "The chat model failed to answer; see the application's log";
		};
	}

}

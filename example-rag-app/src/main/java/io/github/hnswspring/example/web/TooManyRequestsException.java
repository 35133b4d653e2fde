package io.github.hnswspring.example.web;

/** More is asked at the same time than the application is set up for. */
final class TooManyRequestsException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	TooManyRequestsException(String message) {
		super(message);
	}

}

package io.github.hnswspring.console;

import org.springframework.http.HttpStatus;

/** What the console does not answer, with the reason for those who asked. */
final class ConsoleException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final HttpStatus status;

	ConsoleException(HttpStatus status, String reason) {
		super(reason);
		this.status = status;
	}

	HttpStatus status() {
		return this.status;
	}

	String reason() {
		return String.valueOf(getMessage());
	}

}

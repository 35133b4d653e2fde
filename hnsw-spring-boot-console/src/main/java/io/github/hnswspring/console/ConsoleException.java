package io.github.hnswspring.console;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/** What the console does not answer, with the reason for those who asked. */
final class ConsoleException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final HttpStatus status;

	private final transient @Nullable Arrival arrival;

	ConsoleException(HttpStatus status, String reason) {
		this(status, reason, null);
	}

	ConsoleException(HttpStatus status, String reason, @Nullable Arrival arrival) {
		super(reason);
		this.status = status;
		this.arrival = arrival;
	}

	HttpStatus status() {
		return this.status;
	}

	/** How far what was asked for is on its way, if it only is not here yet. */
	@Nullable Arrival arrival() {
		return this.arrival;
	}

	String reason() {
		return String.valueOf(getMessage());
	}

}

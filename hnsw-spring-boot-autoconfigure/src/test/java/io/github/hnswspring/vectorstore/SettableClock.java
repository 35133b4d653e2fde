package io.github.hnswspring.vectorstore;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is set. Thread-safe. */
public final class SettableClock implements InstantSource {

	private volatile Instant now = Instant.parse("2026-06-01T12:00:00Z");

	@Override
	public Instant instant() {
		return this.now;
	}

	public void advance(Duration time) {
		this.now = this.now.plus(time);
	}

	/** The time it will be in a while. */
	public Instant in(Duration time) {
		return this.now.plus(time);
	}

}

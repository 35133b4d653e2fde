package io.github.hnswspring.vectorstore.filter;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/** Metadata values as moments, read as filters read them. Thread-safe: stateless. */
public final class MetadataInstant {

	private MetadataInstant() {
	}

	/**
	 * The moment a value stands for.
	 * @param value a date of any type, or its text in the form of ISO 8601; without an
	 * offset in UTC, a day for its beginning
	 * @return the moment, or {@code null} if the value is none
	 */
	public static @Nullable Instant of(Object value) {
		Scalar reading = Scalar.exact(value);
		return (reading != null) ? reading.instant() : null;
	}

}

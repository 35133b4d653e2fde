package io.github.hnswspring.vectorstore.filter;

import java.nio.ByteBuffer;

import io.github.hnswspring.vectorstore.storage.EntrySum;

/**
 * A value of metadata, as filters compare it: values that are equal to {@code ==} are
 * equal. Thread-safe: immutable.
 *
 * @param kind the ordinal of what it compares with
 * @param value a Long, a Double that no Long is equal to, a String, or the bytes of an
 * instant
 */
public record MetadataValue(int kind, Object value) {

	/** Takes over what a row of {@code attribute} says. */
	static MetadataValue of(int kind, Object sqlValue) {
		if (sqlValue instanceof byte[] bytes) {
			return new MetadataValue(kind, ByteBuffer.wrap(bytes));
		}
		return new MetadataValue(kind, (sqlValue instanceof Number number) ? EntrySum.canonical(number) : sqlValue);
	}

	/** As it is bound to a statement. */
	Object sqlValue() {
		return (this.value instanceof ByteBuffer bytes) ? bytes.array() : this.value;
	}

	boolean isInstant() {
		return this.kind == Scalar.Kind.INSTANT.ordinal();
	}

}

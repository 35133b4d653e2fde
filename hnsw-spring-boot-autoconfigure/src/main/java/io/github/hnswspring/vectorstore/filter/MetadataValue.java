package io.github.hnswspring.vectorstore.filter;

import java.nio.ByteBuffer;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.storage.EntrySum;

/**
 * A value of metadata, as filters compare it. Two are equal if they are of one kind and
 * {@code ==} takes them for equal; a text that spells a date is no date here.
 * Thread-safe: immutable.
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

	/**
	 * What a text that spells a date is read as too; {@code null} for any other value.
	 */
	@Nullable MetadataValue instant() {
		Instant instant = (this.kind == Scalar.Kind.TEXT_OF_INSTANT.ordinal()) ? IsoInstant.parse((String) this.value)
				: null;
		return (instant != null) ? of(Scalar.Kind.INSTANT.ordinal(), Scalar.sqlValue(instant)) : null;
	}

}

package io.github.hnswspring.vectorstore.filter;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Derives the rows of {@code attribute} from metadata. Confined to one call.
 */
final class AttributeRows {

	/** The most filterable values one document may have; a list has one per element. */
	static final int MAX_ROWS = 10_000;

	/** The longest key or path of keys, in characters. */
	static final int MAX_NAME_LENGTH = 1_024;

	/** As deep as the metadata codec stores. */
	static final int MAX_DEPTH = 32;

	private final Sink sink;

	private int rows;

	private AttributeRows(Sink sink) {
		this.sink = sink;
	}

	static void derive(Map<String, ?> metadata, Sink sink) throws SQLException {
		AttributeRows rows = new AttributeRows(sink);
		for (Map.Entry<String, ?> entry : metadata.entrySet()) {
			rows.add(entry.getKey(), entry.getValue(), 0, 1);
		}
	}

	private void add(String name, @Nullable Object value, int element, int depth) throws SQLException {
		if (value == null) {
			return;
		}
		if (depth > MAX_DEPTH) {
			throw new IllegalArgumentException("Metadata '" + abbreviate(name) + "' nests maps and lists deeper than "
					+ MAX_DEPTH + " levels; flatten it, and check that it does not contain itself");
		}
		if (value instanceof Map<?, ?> map) {
			row(name, Scalar.Kind.PRESENT, element, 0L);
			for (Map.Entry<?, ?> entry : map.entrySet()) {
				add(name + '.' + entry.getKey(), entry.getValue(), element, depth + 1);
			}
			return;
		}
		Collection<?> elements = elements(value);
		if (elements != null) {
			row(name, Scalar.Kind.PRESENT, element, 0L);
			for (Object child : elements) {
				add(name, child, AttributeSchema.ELEMENT, depth + 1);
			}
			return;
		}
		List<Scalar> readings = Scalar.readings(value);
		for (Scalar reading : readings) {
			row(name, reading.kind(), element, reading.sqlValue());
		}
		if (readings.isEmpty()) {
			row(name, Scalar.Kind.PRESENT, element, 0L);
		}
	}

	/** A list's elements, or {@code null} if the value is no list. */
	static @Nullable Collection<?> elements(Object value) {
		if (value instanceof Collection<?> collection) {
			return collection;
		}
		return (value instanceof Object[] array) ? Arrays.asList(array) : null;
	}

	private void row(String name, Scalar.Kind kind, int element, Object sqlValue) throws SQLException {
		if (name.length() > MAX_NAME_LENGTH) {
			throw new IllegalArgumentException("Metadata key '" + abbreviate(name) + "' is " + name.length()
					+ " characters long, at most " + MAX_NAME_LENGTH + " can be filtered by; shorten it");
		}
		if (++this.rows > MAX_ROWS) {
			throw new IllegalArgumentException(
					"Metadata has more than " + MAX_ROWS + " values to filter by, counted up to '" + abbreviate(name)
							+ "'; shorten its lists, or use a primitive array, which is not filtered by");
		}
		this.sink.row(Scalar.wellFormed(name), kind.ordinal() + element, sqlValue);
	}

	private static String abbreviate(String name) {
		return (name.length() <= 200) ? name : name.substring(0, 200) + "...";
	}

	/** Receives one row. */
	@FunctionalInterface
	interface Sink {

		void row(String name, int kind, Object sqlValue) throws SQLException;

	}

}

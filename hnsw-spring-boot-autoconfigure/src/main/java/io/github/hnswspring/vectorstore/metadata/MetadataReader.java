package io.github.hnswspring.vectorstore.metadata;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads one metadata map. Confined to one call of {@link MetadataCodec#decode}.
 */
final class MetadataReader {

	private final JsonParser parser;

	MetadataReader(JsonParser parser) {
		this.parser = parser;
	}

	static Map<String, Object> newMap() {
		return new LinkedHashMap<>();
	}

	/**
	 * Reads the members of an object whose opening brace is the current token, none of
	 * them as a tag.
	 */
	Map<String, Object> readObject() {
		Map<String, Object> map = newMap();
		for (String name = this.parser.nextName(); name != null; name = this.parser.nextName()) {
			putNullable(map, name, readValue(this.parser.nextToken()));
		}
		return map;
	}

	private @Nullable Object readValue(JsonToken token) {
		return switch (token) {
			case VALUE_STRING -> this.parser.getString();
			case VALUE_NUMBER_INT -> integer(this.parser.getString());
			case VALUE_NUMBER_FLOAT -> Double.valueOf(this.parser.getString());
			case VALUE_TRUE -> Boolean.TRUE;
			case VALUE_FALSE -> Boolean.FALSE;
			case VALUE_NULL -> null;
			case START_ARRAY -> readElements(new ArrayList<>());
			case START_OBJECT -> readMapOrTagged();
			default -> throw new IllegalArgumentException("Stored metadata holds " + token + " where a value belongs");
		};
	}

	private <C extends Collection<Object>> C readElements(C elements) {
		JsonToken token = this.parser.nextToken();
		while (token != JsonToken.END_ARRAY) {
			addNullable(elements, readValue(token));
			token = this.parser.nextToken();
		}
		return elements;
	}

	private Object readMapOrTagged() {
		String first = this.parser.nextName();
		if (first == null) {
			return newMap();
		}
		if (MetadataWriter.isTag(first)) {
			Object value = readTagged(first);
			if (this.parser.nextToken() != JsonToken.END_OBJECT) {
				throw new IllegalArgumentException("Stored metadata has an object with the type tag '" + first
						+ "' and further members; a tag stands alone, and a map with such a key is wrapped in '$map'");
			}
			return value;
		}
		Map<String, Object> map = newMap();
		for (String name = first; name != null; name = this.parser.nextName()) {
			putNullable(map, name, readValue(this.parser.nextToken()));
		}
		return map;
	}

	private Object readTagged(String tag) {
		JsonToken token = this.parser.nextToken();
		if (tag.equals("$map") && token == JsonToken.START_OBJECT) {
			return readObject();
		}
		if (tag.equals("$set") && token == JsonToken.START_ARRAY) {
			return readElements(new LinkedHashSet<>());
		}
		TypedValue type = TypedValue.forTag(tag);
		if (type == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
			throw new IllegalArgumentException("Stored metadata has the type tag '" + tag + "' with " + token
					+ ", which this version cannot read; known are $map, $set and " + List.of(TypedValue.values()));
		}
		String text = this.parser.getString();
		try {
			return type.fromText(text);
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException(
					"Stored metadata has a value that is no " + tag + ": " + ex.getMessage() + "; correct it", ex);
		}
	}

	private static Object integer(String digits) {
		if (digits.length() <= 20) {
			try {
				long value = Long.parseLong(digits);
				if ((int) value == value) {
					return (int) value;
				}
				return value;
			}
			catch (NumberFormatException ex) {
				// Longer than a long: only a person writes this, so take it as it is.
			}
		}
		return new BigInteger(digits);
	}

	// The map and lists handed out hold null where the JSON does; Spring AI's signature
	// has no place to say so.
	@SuppressWarnings("NullAway")
	private static void putNullable(Map<String, Object> map, String name, @Nullable Object value) {
		map.put(name, value);
	}

	@SuppressWarnings("NullAway")
	private static void addNullable(Collection<Object> elements, @Nullable Object value) {
		elements.add(value);
	}

}

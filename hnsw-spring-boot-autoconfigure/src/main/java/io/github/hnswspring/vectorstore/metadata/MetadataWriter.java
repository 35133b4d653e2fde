package io.github.hnswspring.vectorstore.metadata;

import java.io.StringWriter;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes one metadata map. Confined to one call of {@link MetadataCodec#encode}.
 */
final class MetadataWriter {

	private final StringWriter text = new StringWriter(256);

	private final JsonGenerator json;

	private final int maxCharacters;

	private final int maxDepth;

	/** Where we are, for error messages; its parts are joined only when one is needed. */
	private final @Nullable Object[] path = new Object[MetadataCodec.MAX_DEPTH + 1];

	MetadataWriter(JsonFactory factory, int maxCharacters, int maxDepth) {
		this.json = factory.createGenerator(ObjectWriteContext.empty(), this.text);
		this.maxCharacters = maxCharacters;
		this.maxDepth = maxDepth;
	}

	String write(Map<String, ?> metadata) {
		try (JsonGenerator closed = this.json) {
			writeMembers(metadata, 0);
			closed.flush();
		}
		checkSize("The metadata as a whole");
		return escapeUnpairedSurrogates(this.text.toString());
	}

	private void writeMembers(Map<?, ?> map, int depth) {
		this.json.writeStartObject();
		for (Map.Entry<?, ?> entry : map.entrySet()) {
			if (!(entry.getKey() instanceof String key)) {
				throw refused(depth - 1, "is a map with the key " + describeType(entry.getKey()),
						"use String keys in nested maps");
			}
			this.path[depth] = key;
			this.json.writeName(key);
			writeValue(entry.getValue(), depth);
		}
		this.json.writeEndObject();
	}

	private void writeValue(@Nullable Object value, int depth) {
		if (value == null) {
			this.json.writeNull();
		}
		else if (value instanceof String string) {
			checkLength(string.length(), depth);
			this.json.writeString(string);
		}
		else if (value instanceof Integer integer) {
			this.json.writeNumber(integer.intValue());
		}
		else if (value instanceof Boolean bool) {
			this.json.writeBoolean(bool);
		}
		else if (value instanceof Map<?, ?> map) {
			writeMap(map, nested(depth));
		}
		else if (value instanceof Set<?> set) {
			writeTagged("$set", () -> writeElements(set, nested(depth)));
		}
		else if (value instanceof Collection<?> collection) {
			writeElements(collection, nested(depth));
		}
		else if (value instanceof Object[] array) {
			writeElements(Arrays.asList(array), nested(depth));
		}
		else if (value instanceof Enum<?> constant) {
			this.json.writeString(constant.name());
		}
		else {
			writeScalar(value, depth);
		}
	}

	private void writeScalar(Object value, int depth) {
		if (value instanceof Long number && number.intValue() != number) {
			this.json.writeNumber(number.longValue());
			return;
		}
		if (value instanceof Double number && Double.isFinite(number)) {
			this.json.writeNumber(number.doubleValue());
			return;
		}
		if (value instanceof Timestamp timestamp) {
			writeScalar(timestamp.toInstant(), depth);
			return;
		}
		TypedValue type = TypedValue.of(value);
		if (type == null) {
			throw refused(depth, "has the type " + value.getClass().getName() + ", which cannot be stored",
					"use a String, number, Boolean, Instant, List or Map instead, for example its toString()");
		}
		String string;
		try {
			string = type.toText(value);
		}
		catch (RuntimeException ex) {
			throw refused(depth, "cannot be written as " + type.tag() + ": " + ex.getMessage(), "correct the value");
		}
		checkLength(string.length(), depth);
		writeTagged(type.tag(), () -> {
			if (type.isPlainNumber(string)) {
				this.json.writeNumber(string);
			}
			else {
				this.json.writeString(string);
			}
		});
	}

	private void writeMap(Map<?, ?> map, int depth) {
		boolean looksLikeTag = map.keySet().stream().anyMatch((key) -> key instanceof String name && isTag(name));
		if (looksLikeTag) {
			writeTagged("$map", () -> writeMembers(map, depth));
		}
		else {
			writeMembers(map, depth);
		}
	}

	private void writeElements(Collection<?> elements, int depth) {
		this.json.writeStartArray();
		int index = 0;
		for (Object element : elements) {
			this.path[depth] = index++;
			writeValue(element, depth);
		}
		this.json.writeEndArray();
	}

	private void writeTagged(String tag, Runnable content) {
		this.json.writeStartObject();
		this.json.writeName(tag);
		content.run();
		this.json.writeEndObject();
	}

	static boolean isTag(String name) {
		return !name.isEmpty() && name.charAt(0) == '$';
	}

	private int nested(int depth) {
		if (depth + 1 >= this.maxDepth) {
			throw refused(depth,
					"nests maps and lists deeper than " + this.maxDepth + " levels (hnsw.limits.metadata-depth)",
					"flatten it, and check that it does not contain itself");
		}
		return depth + 1;
	}

	private void checkLength(int length, int depth) {
		if (this.text.getBuffer().length() + (long) length > this.maxCharacters) {
			throw refused(depth,
					"makes the metadata longer than " + this.maxCharacters
							+ " characters (hnsw.limits.metadata-length)",
					"keep long text in the document's text, not in its metadata");
		}
	}

	private void checkSize(String what) {
		int length = this.text.getBuffer().length();
		if (length > this.maxCharacters) {
			throw new IllegalArgumentException(what + " takes " + length + " characters of JSON, at most "
					+ this.maxCharacters
					+ " are stored (hnsw.limits.metadata-length); keep long text in the document's text, not in its metadata");
		}
	}

	private IllegalArgumentException refused(int depth, String problem, String remedy) {
		StringBuilder name = new StringBuilder();
		for (int level = 0; level <= depth; level++) {
			if (this.path[level] instanceof Integer index) {
				name.append('[').append(index).append(']');
			}
			else {
				name.append(name.isEmpty() ? "" : ".").append(this.path[level]);
			}
		}
		return new IllegalArgumentException("Metadata '" + abbreviate(name) + "' " + problem + "; " + remedy);
	}

	private static String abbreviate(CharSequence name) {
		return (name.length() <= 200) ? name.toString() : name.subSequence(0, 200) + "...";
	}

	private static String describeType(@Nullable Object key) {
		return (key == null) ? "null" : "of type " + key.getClass().getName();
	}

	/**
	 * Writes halves of surrogate pairs as {@code \}{@code uXXXX}, because SQLite's UTF-8
	 * cannot hold them: a title cut in the middle of an emoji still comes back unchanged.
	 * They can only stand inside JSON strings, so the text may be treated as a whole.
	 */
	private static String escapeUnpairedSurrogates(String json) {
		StringBuilder escaped = null;
		int copied = 0;
		for (int i = 0; i < json.length(); i++) {
			char c = json.charAt(i);
			if (!Character.isSurrogate(c)) {
				continue;
			}
			if (Character.isHighSurrogate(c) && i + 1 < json.length() && Character.isLowSurrogate(json.charAt(i + 1))) {
				i++;
				continue;
			}
			escaped = (escaped != null) ? escaped : new StringBuilder(json.length() + 16);
			escaped.append(json, copied, i).append("\\u").append(Integer.toHexString(c));
			copied = i + 1;
		}
		return (escaped == null) ? json : escaped.append(json, copied, json.length()).toString();
	}

}

package io.github.hnswspring.replica.attach;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.util.JacksonUtils;

/**
 * Metadata in the JSON that {@code PgVectorStore} writes and reads. Thread-safe.
 */
final class MetadataJson {

	/** In JSON; after an odd number of other backslashes it is five letters. */
	private static final Pattern CHARACTER_0 = Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*+\\\\u0000");

	private final JsonMapper mapper = JsonMapper.builder()
		.addModules(JacksonUtils.instantiateAvailableModules())
		.build();

	/** Writes metadata. */
	String write(Map<String, Object> metadata) {
		try {
			return this.mapper.writeValueAsString(metadata);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException(
					"its metadata cannot be written as JSON: " + ex.getOriginalMessage() + "; use plain values", ex);
		}
	}

	/**
	 * Reads metadata; what is not an object is none, as nothing can be asked of it.
	 * @throws IllegalArgumentException if they are beyond what can be read, such as lists
	 * in lists in lists, or a number of a thousand digits; says why
	 */
	Map<String, Object> read(@Nullable String json) {
		if (json == null || !json.stripLeading().startsWith("{")) {
			return new LinkedHashMap<>();
		}
		try {
			Map<String, Object> metadata = this.mapper.readValue(json,
					new TypeReference<LinkedHashMap<String, Object>>() {
					});
			requireFinite(metadata);
			return withoutNulls(metadata);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("its metadata cannot be read: " + ex.getOriginalMessage(), ex);
		}
	}

	/** Whether a key or a value has a character that PostgreSQL does not store. */
	static boolean hasCharacter0(String json) {
		return CHARACTER_0.matcher(json).find();
	}

	/** JSON may have a number that is larger than any double, which is not infinity. */
	private static void requireFinite(@Nullable Object value) {
		if (value instanceof Map<?, ?> map) {
			map.values().forEach(MetadataJson::requireFinite);
		}
		else if (value instanceof List<?> list) {
			list.forEach(MetadataJson::requireFinite);
		}
		else if (value instanceof Double number && number.isInfinite()) {
			throw new IllegalArgumentException("its metadata cannot be read: a number is larger than any double");
		}
	}

	/** A {@code Document} has none. */
	private static Map<String, Object> withoutNulls(Map<String, Object> metadata) {
		metadata.values().removeIf((value) -> value == null);
		return metadata;
	}

}

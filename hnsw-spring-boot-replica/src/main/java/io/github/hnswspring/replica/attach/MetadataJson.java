package io.github.hnswspring.replica.attach;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.util.JacksonUtils;

/**
 * Metadata in the JSON that {@code PgVectorStore} writes and reads. Thread-safe.
 */
final class MetadataJson {

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
			return withoutNulls(this.mapper.readValue(json, new TypeReference<LinkedHashMap<String, Object>>() {
			}));
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("its metadata cannot be read: " + ex.getOriginalMessage(), ex);
		}
	}

	/** A {@code Document} has none. */
	private static Map<String, Object> withoutNulls(Map<String, Object> metadata) {
		metadata.values().removeIf((value) -> value == null);
		return metadata;
	}

}

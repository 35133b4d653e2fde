package io.github.hnswspring.vectorstore.embedding;

import java.lang.reflect.Array;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.DefaultContentFormatter;
import org.springframework.ai.document.Document;

/**
 * Documents as embedding models see them: the same document reads the same in every JVM,
 * however its metadata was put together. Otherwise one that has not changed would be
 * embedded, and paid for, again.
 */
final class EmbeddedMetadata {

	private EmbeddedMetadata() {
	}

	/**
	 * A copy that reads the same everywhere.
	 * @param document is not changed
	 * @param excluded keys left out, unless the document has a formatter of its own
	 */
	static Document of(Document document, Set<String> excluded) {
		if (document.getMetadata().isEmpty() || document.getClass() != Document.class) {
			// A subclass may say itself how it reads, which a copy would not.
			return document;
		}
		boolean ownFormatter = hasOwnFormatter(document);
		// Other formatters may count on the types of values.
		boolean printed = document.getContentFormatter() instanceof DefaultContentFormatter;
		Map<String, Object> metadata = new LinkedHashMap<>();
		document.getMetadata().entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach((entry) -> {
			Object value = entry.getValue();
			if (ownFormatter || !(excluded.contains(entry.getKey()) || isPayload(value))) {
				metadata.put(entry.getKey(), printed ? plain(value) : value);
			}
		});
		// Document keeps a HashMap, whose order is that of insertion where keys collide:
		// sorted insertion makes it the same each time.
		Document copy = document.mutate().metadata(metadata).build();
		copy.setContentFormatter(document.getContentFormatter());
		return copy;
	}

	static boolean hasOwnFormatter(Document document) {
		return document.getContentFormatter() != Document.DEFAULT_CONTENT_FORMATTER;
	}

	/** Primitive arrays, such as vectors, tell a model of texts nothing. */
	private static boolean isPayload(@Nullable Object value) {
		return value != null && value.getClass().isArray() && value.getClass().getComponentType().isPrimitive();
	}

	/**
	 * A value whose text follows from what is stored, and neither from the identity of an
	 * object, the order of a hash table nor the time zone.
	 */
	// Nested values may be null, which the collections' signatures cannot say.
	@SuppressWarnings("NullAway")
	private static Object plain(@Nullable Object value) {
		if (value instanceof Map<?, ?> map) {
			Map<String, Object> sorted = new LinkedHashMap<>();
			map.entrySet()
				.stream()
				.sorted(Comparator.comparing((entry) -> String.valueOf(entry.getKey())))
				.forEach((entry) -> sorted.put(String.valueOf(entry.getKey()), plain(entry.getValue())));
			return sorted;
		}
		if (value instanceof Collection<?> collection) {
			List<Object> elements = new ArrayList<>();
			collection.forEach((element) -> elements.add(plain(element)));
			if (value instanceof Set<?>) {
				elements.sort(Comparator.comparing(String::valueOf));
			}
			return elements;
		}
		if (value != null && value.getClass().isArray()) {
			List<Object> elements = new ArrayList<>();
			for (int i = 0; i < Array.getLength(value); i++) {
				elements.add(plain(Array.get(value, i)));
			}
			return elements;
		}
		if (value instanceof Enum<?> constant) {
			return constant.name();
		}
		return (value != null && (value.getClass() == Date.class || value instanceof Timestamp))
				? ((Date) value).toInstant() : value;
	}

}

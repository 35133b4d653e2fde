package io.github.hnswspring.vectorstore.embedding;

import java.util.LinkedHashSet;
import java.util.Set;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The metadata keys that say whose a document is. The id by which it is stored begins
 * with them, as {@code {"tenant":"acme"}order-1} does. Thread-safe: stateless.
 */
final class ScopeKeys {

	private static final JsonFactory JSON = new JsonFactory();

	private ScopeKeys() {
	}

	/**
	 * Reads the keys.
	 * @param storedId the id a document is stored by
	 * @return its scope's keys, none if it was not added within a scope
	 */
	static Set<String> of(String storedId) {
		if (!storedId.startsWith("{")) {
			return Set.of();
		}
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), storedId)) {
			Set<String> keys = new LinkedHashSet<>();
			parser.nextToken();
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				keys.add(parser.currentName());
				if (!parser.nextToken().isScalarValue()) {
					return Set.of();
				}
			}
			return (parser.currentToken() == JsonToken.END_OBJECT) ? keys : Set.of();
		}
		catch (JacksonException ex) {
			// An id that begins like JSON and is none.
			return Set.of();
		}
	}

}

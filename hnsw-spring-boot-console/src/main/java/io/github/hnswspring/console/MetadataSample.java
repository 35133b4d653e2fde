package io.github.hnswspring.console;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.ai.document.Document;

/**
 * What documents have as metadata: names, types and frequent values, of the first
 * documents of a store, so that a store of any size answers at once.
 *
 * @param documents how many were looked at
 * @param total how many there are
 * @param keys by their names
 */
record MetadataSample(int documents, long total, List<Key> keys) {

	private static final int LOOKED_AT = 500;

	private static final int KEYS = 100;

	private static final int DIFFERENT = 1_000;

	private static final int OFFERED = 12;

	private static final int VALUE = 120;

	private static final int KEY = 200;

	static MetadataSample of(HnswVectorStore store) {
		List<Document> documents = store.list(null, DocumentPageRequest.first(LOOKED_AT)).documents();
		Map<String, Counts> keys = new TreeMap<>();
		for (Document document : documents) {
			document.getMetadata().forEach((key, value) -> count(keys, key, value, 0));
		}
		return new MetadataSample(documents.size(), store.count(),
				keys.entrySet().stream().limit(KEYS).map((key) -> key.getValue().key(key.getKey())).toList());
	}

	/** A filter names what is in a map by a path, and any value of a list. */
	private static void count(Map<String, Counts> keys, String key, Object value, int depth) {
		if (value instanceof Map<?, ?> map) {
			if (depth < 3) {
				map.forEach((name, inner) -> count(keys, key + "." + name, inner, depth + 1));
			}
			return;
		}
		if (key.length() > KEY) {
			return;
		}
		Counts counts = keys.computeIfAbsent(key, (name) -> new Counts());
		counts.documents++;
		Collection<?> values = (value instanceof Collection<?> several) ? several : List.of(value);
		for (Object one : values) {
			if (one != null) {
				counts.types.add(type(one));
				String text = String.valueOf(one);
				if (text.length() <= VALUE && (counts.values.size() < DIFFERENT || counts.values.containsKey(text))) {
					counts.values.merge(text, 1, Integer::sum);
				}
			}
		}
	}

	static String type(Object value) {
		return (value instanceof Number) ? "number" : (value instanceof Boolean) ? "boolean"
				: (value instanceof Collection) ? "list" : (value instanceof Map) ? "map" : "text";
	}

	/**
	 * A metadata key.
	 *
	 * @param name as filters spell it
	 * @param types of its values
	 * @param documents that have it, of those looked at
	 * @param values the most frequent ones
	 */
	record Key(String name, List<String> types, int documents, List<Value> values) {

	}

	/**
	 * A value.
	 *
	 * @param value as text
	 * @param documents that have it, of those looked at
	 */
	record Value(String value, int documents) {

	}

	/** What is counted of a key. Confined to one call. */
	private static final class Counts {

		private final TreeSet<String> types = new TreeSet<>();

		private final Map<String, Integer> values = new HashMap<>();

		private int documents;

		Key key(String name) {
			List<Value> frequent = new ArrayList<>();
			this.values.forEach((value, count) -> frequent.add(new Value(value, count)));
			frequent.sort(Comparator.comparingInt(Value::documents).reversed().thenComparing(Value::value));
			return new Key(name, List.copyOf(this.types), this.documents,
					List.copyOf(frequent.subList(0, Math.min(OFFERED, frequent.size()))));
		}

	}

}

package io.github.hnswspring.console;

import java.util.List;
import java.util.Locale;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MetadataKey;

/**
 * What the builder of filters offers: the keys documents have as metadata, their types
 * and frequent values.
 *
 * @param keys by their names
 */
record MetadataData(List<Key> keys) {

	private static final int KEY = 200;

	static MetadataData of(HnswVectorStore store) {
		return new MetadataData(store.metadataKeys()
			.stream()
			.filter((key) -> key.name().length() <= KEY)
			.map((key) -> new Key(key.name(), key.types().stream().map(MetadataData::word).toList(), key.isComplete(),
					key.values()))
			.toList());
	}

	private static String word(MetadataKey.Type type) {
		return (type == MetadataKey.Type.INSTANT) ? "date" : type.name().toLowerCase(Locale.ROOT);
	}

	/**
	 * A metadata key.
	 *
	 * @param name as filters spell it
	 * @param types of its values
	 * @param complete whether these are all values
	 * @param values the most frequent ones
	 */
	record Key(String name, List<String> types, boolean complete, List<MetadataKey.Value> values) {

	}

}

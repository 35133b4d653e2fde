package io.github.hnswspring.vectorstore;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.springframework.ai.document.DocumentMetadata;
import org.springframework.util.Assert;

/**
 * What is changed in the metadata of documents: keys that are set and keys that are
 * removed; all others stay. Of two changes of one key the later one counts. Keys are
 * those of the metadata itself, with the whole of what they hold: nested values are not
 * reached into. Thread-safe as far as the values are.
 */
public final class MetadataChanges {

	private final Map<String, Object> set;

	private final Set<String> removed;

	private MetadataChanges(Map<String, Object> set, Set<String> removed) {
		this.set = set;
		this.removed = removed;
	}

	/**
	 * Sets a key.
	 * @param key the metadata key
	 * @param value what it has from then on, of the types metadata may have
	 * @return the change
	 */
	public static MetadataChanges set(String key, Object value) {
		return new MetadataChanges(Map.of(), Set.of()).andSet(key, value);
	}

	/**
	 * Sets several keys.
	 * @param metadata what they have from then on
	 * @return the changes
	 */
	public static MetadataChanges set(Map<String, Object> metadata) {
		MetadataChanges changes = new MetadataChanges(Map.of(), Set.of());
		for (Map.Entry<String, Object> entry : metadata.entrySet()) {
			changes = changes.andSet(entry.getKey(), entry.getValue());
		}
		return changes;
	}

	/**
	 * Removes keys; documents that do not have them are not changed by it.
	 * @param keys the metadata keys
	 * @return the changes
	 */
	public static MetadataChanges remove(String... keys) {
		return new MetadataChanges(Map.of(), Set.of()).andRemove(keys);
	}

	/**
	 * Sets a further key.
	 * @param key the metadata key
	 * @param value what it has from then on
	 * @return these changes and that
	 */
	public MetadataChanges andSet(String key, Object value) {
		check(key);
		Assert.isTrue(!key.equals(DocumentMetadata.DISTANCE.value()),
				() -> "Metadata '" + key + "' is written by searches into what they return; use another key");
		Assert.notNull(value,
				() -> "The value of metadata '" + key + "' must not be null; to have none, remove the key");
		Map<String, Object> values = new LinkedHashMap<>(this.set);
		values.put(key, value);
		Set<String> keys = new LinkedHashSet<>(this.removed);
		keys.remove(key);
		return new MetadataChanges(values, keys);
	}

	/**
	 * Removes further keys.
	 * @param keys the metadata keys
	 * @return these changes and that
	 */
	public MetadataChanges andRemove(String... keys) {
		Map<String, Object> values = new LinkedHashMap<>(this.set);
		Set<String> all = new LinkedHashSet<>(this.removed);
		for (String key : keys) {
			check(key);
			values.remove(key);
			all.add(key);
		}
		return new MetadataChanges(values, all);
	}

	private static void check(String key) {
		Assert.notNull(key, "A metadata key must not be null; name the key to change");
		Assert.isTrue(!HitMetadata.KEYS.contains(key),
				() -> "Metadata '" + key + "' belongs to searches and is not stored; use another key. Those of "
						+ "searches are " + HitMetadata.KEYS);
	}

	/**
	 * Whether there is nothing to change.
	 * @return {@code true} if so
	 */
	public boolean isEmpty() {
		return this.set.isEmpty() && this.removed.isEmpty();
	}

	/**
	 * The keys that change.
	 * @return those that are set, then those that are removed
	 */
	public List<String> keys() {
		List<String> keys = new ArrayList<>(this.set.keySet());
		keys.addAll(this.removed);
		return keys;
	}

	/**
	 * The metadata of a document after the changes.
	 * @param metadata what it was; is not changed
	 * @return a new map
	 */
	public Map<String, Object> applyTo(Map<String, Object> metadata) {
		Map<String, Object> changed = new LinkedHashMap<>(metadata);
		changed.keySet().removeAll(this.removed);
		changed.putAll(this.set);
		return changed;
	}

	@Override
	public String toString() {
		return "set " + this.set + ", remove " + this.removed;
	}

}

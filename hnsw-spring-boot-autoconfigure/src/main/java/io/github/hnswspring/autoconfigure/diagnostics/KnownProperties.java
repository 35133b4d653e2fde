package io.github.hnswspring.autoconfigure.diagnostics;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParser;
import org.springframework.boot.json.JsonParserFactory;

/**
 * The names below {@code hnsw} that any configuration metadata on the class path
 * describes, those of this library and those that other libraries add below the prefix.
 * Names are compared as Spring binds them: without dashes, underscores and capitals, so
 * that {@code hnsw.ef-search}, {@code hnsw.efSearch} and {@code hnsw.ef_search} are one;
 * and environment variables also without dots, so that {@code HNSW_EF_SEARCH} is it too.
 * What is known of a store is known of each {@link NamedStoreProperty named one}.
 * Confined to one thread.
 */
final class KnownProperties {

	private static final Log logger = LogFactory.getLog(KnownProperties.class);

	private static final String METADATA = "META-INF/spring-configuration-metadata.json";

	/** Our own metadata is there if this name is. */
	private static final String OURS = "hnsw.directory";

	/** The uniform form of a name, to the name as it is written. */
	private final Map<String, String> names = new HashMap<>();

	/** Lists and maps: what comes below them has any name. */
	private final Set<String> open = new HashSet<>();

	/** Groups are no properties, but an empty one may be written down. */
	private final Set<String> groups = new HashSet<>();

	private final Map<String, String> replacements = new HashMap<>();

	private KnownProperties() {
	}

	static KnownProperties load(ClassLoader classLoader) {
		KnownProperties known = new KnownProperties();
		try {
			for (URL metadata : Collections.list(classLoader.getResources(METADATA))) {
				known.read(metadata);
			}
		}
		catch (IOException ex) {
			logger.debug("Configuration metadata could not be found", ex);
		}
		return known;
	}

	private void read(URL metadata) {
		try (InputStream input = metadata.openStream()) {
			String json = new String(input.readAllBytes(), StandardCharsets.UTF_8);
			// Most libraries do not know us; their metadata is not worth parsing.
			if (json.contains("\"hnsw.") || json.contains("vectorstore.hnsw.")) {
				JsonParser parser = JsonParserFactory.getJsonParser();
				read(parser.parseMap(json));
			}
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("Configuration metadata in " + metadata + " cannot be read", ex);
		}
	}

	private void read(Map<String, Object> metadata) {
		for (Map<?, ?> group : entries(metadata, "groups")) {
			this.groups.add(uniform(String.valueOf(group.get("name"))));
		}
		for (Map<?, ?> property : entries(metadata, "properties")) {
			String name = String.valueOf(property.get("name"));
			String uniform = uniform(name);
			this.names.put(uniform, name);
			if (!uniform.equals(NamedStoreProperty.STORES) && takesAnyNameBelow(String.valueOf(property.get("type")))) {
				this.open.add(uniform);
			}
			if (property.get("deprecation") instanceof Map<?, ?> deprecation
					&& deprecation.get("replacement") instanceof String replacement) {
				this.replacements.put(uniform, replacement);
			}
		}
	}

	private static List<Map<?, ?>> entries(Map<String, Object> metadata, String key) {
		if (!(metadata.get(key) instanceof List<?> list)) {
			return List.of();
		}
		return list.stream().<Map<?, ?>>mapMulti((entry, downstream) -> {
			if (entry instanceof Map<?, ?> map) {
				downstream.accept(map);
			}
		}).toList();
	}

	private static boolean takesAnyNameBelow(String type) {
		return type.endsWith("[]") || type.matches("java\\.util\\.(Map|List|Set|Collection|Properties)\\b.*");
	}

	/** The form in which names are compared; what comes in brackets is left out. */
	static String uniform(String name) {
		return name.replaceAll("\\[[^\\]]*\\]?", "").replaceAll("[^\\p{Alnum}.]", "").toLowerCase(Locale.ROOT);
	}

	/** The form of an environment variable, which does not show where a part ends. */
	static String flat(String name) {
		return uniform(name).replace(".", "");
	}

	/** Without our own metadata, lost in repackaging, every name would look unknown. */
	boolean isComplete() {
		return this.names.containsKey(uniform(OURS));
	}

	boolean contains(String name) {
		String uniform = uniform(NamedStoreProperty.general(name));
		return this.names.containsKey(uniform) || this.groups.contains(uniform)
				|| this.open.stream().anyMatch((list) -> uniform.startsWith(list + "."));
	}

	boolean containsVariable(String name) {
		String flat = flat(name);
		return this.names.keySet().stream().anyMatch((known) -> NamedStoreProperty.isVariable(flat, flat(known)))
				|| this.open.stream().anyMatch((list) -> flat.startsWith(flat(list)));
	}

	/** The name that took the place of an old one, if metadata tells. */
	@Nullable String replacement(String name) {
		String replacement = this.replacements.get(uniform(NamedStoreProperty.general(name)));
		return (replacement != null) ? NamedStoreProperty.particular(name, replacement) : null;
	}

	/**
	 * The name that is probably meant.
	 * @param name an unknown name
	 * @return the nearest name that is not an old one itself
	 */
	@Nullable Nearest nearest(String name) {
		String unknown = flat(NamedStoreProperty.general(name));
		Nearest nearest = null;
		for (Map.Entry<String, String> known : this.names.entrySet()) {
			if (!known.getValue().startsWith("hnsw.") || this.replacements.containsKey(known.getKey())) {
				continue;
			}
			String other = flat(known.getKey());
			int edits = edits(unknown, other);
			Nearest candidate = new Nearest(known.getValue(), distance(unknown, other, edits), edits);
			if (nearest == null || candidate.compareTo(nearest) < 0) {
				nearest = candidate;
			}
		}
		return nearest;
	}

	/** A name cut short, or with a part too many, is near however long that part is. */
	private static int distance(String unknown, String known, int edits) {
		String a = unknown.substring("hnsw".length());
		String b = known.substring("hnsw".length());
		boolean inside = Math.min(a.length(), b.length()) >= 3 && (a.contains(b) || b.contains(a));
		return inside ? Math.min(edits, 2) : edits;
	}

	/** Letters to insert, to leave out or to exchange (Levenshtein). */
	static int edits(String a, String b) {
		int[] row = new int[b.length() + 1];
		for (int j = 0; j <= b.length(); j++) {
			row[j] = j;
		}
		for (int i = 1; i <= a.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j <= b.length(); j++) {
				int exchanged = diagonal + ((a.charAt(i - 1) == b.charAt(j - 1)) ? 0 : 1);
				diagonal = row[j];
				row[j] = Math.min(exchanged, 1 + Math.min(row[j], row[j - 1]));
			}
		}
		return row[b.length()];
	}

	/**
	 * A known name and how far from it the unknown one is.
	 *
	 * @param name as it is written
	 * @param distance small if it is probably meant
	 * @param edits letters that differ
	 */
	record Nearest(String name, int distance, int edits) implements Comparable<Nearest> {

		/** Whether the difference looks like a misspelling. */
		boolean isSlip() {
			return this.edits <= Math.min(2, length() / 4);
		}

		boolean isNear() {
			return this.distance <= Math.max(1, length() / 2);
		}

		private int length() {
			return flat(this.name).length() - "hnsw".length();
		}

		@Override
		public int compareTo(Nearest other) {
			int order = Integer.compare(this.distance, other.distance);
			order = (order != 0) ? order : Integer.compare(this.edits, other.edits);
			return (order != 0) ? order : this.name.compareTo(other.name);
		}

	}

}

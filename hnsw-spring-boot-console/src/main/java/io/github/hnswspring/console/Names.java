package io.github.hnswspring.console;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;

/**
 * What people call a document whose id says nothing, and which of its metadata are for
 * people. Stateless.
 */
final class Names {

	private static final int LONGEST = 120;

	/** As the ingestion, readers of Spring AI and most applications spell them. */
	private static final List<String> NAMES = List.of("title", "source", "file_name", "filename", "url");

	/** Where in a document it is, for people, in the order in which they are told. */
	private static final List<String> FIRST = List.of("title", "source", "file_name", "filename", "section", "page",
			"page_number");

	/** What splitters of texts note of each passage. */
	private static final Set<String> OF_PASSAGES = Set.of("parent_document_id", "chunk_index", "total_chunks");

	/** What the ingestion of files notes beside that; others may mean something by it. */
	private static final Set<String> OF_INGESTION = Set.of("origin", "path", "blocks", "fingerprint", "reading",
			"expiresAt");

	/** A hash or a UUID. */
	private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-fA-F-]{32,}");

	private Names() {
	}

	/** Its title or the file it is from; {@code null} if its metadata do not say. */
	static @Nullable String of(Document document) {
		for (String key : NAMES) {
			if (document.getMetadata().get(key) instanceof String name && !name.isBlank()) {
				return Texts.cut(name.strip().replaceAll("\\s+", " "), LONGEST);
			}
		}
		return null;
	}

	/** Metadata for people: what names it first, the rest as it is stored. */
	static Map<String, Object> forPeople(Map<String, Object> metadata) {
		Map<String, Object> sorted = new LinkedHashMap<>();
		for (String key : FIRST) {
			if (metadata.containsKey(key)) {
				sorted.put(key, metadata.get(key));
			}
		}
		metadata.forEach(sorted::putIfAbsent);
		sorted.keySet().removeAll(technical(metadata).keySet());
		return sorted;
	}

	/** Metadata that programs need. */
	static Map<String, Object> technical(Map<String, Object> metadata) {
		boolean ingested = metadata.containsKey("fingerprint") && metadata.containsKey("parent_document_id");
		Map<String, Object> technical = new LinkedHashMap<>();
		metadata.forEach((key, value) -> {
			if (OF_PASSAGES.contains(key) || (ingested && OF_INGESTION.contains(key))
					|| (value instanceof String text && HEXADECIMAL.matcher(text).matches())) {
				technical.put(key, value);
			}
		});
		return technical;
	}

}

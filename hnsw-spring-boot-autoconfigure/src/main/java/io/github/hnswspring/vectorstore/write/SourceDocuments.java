package io.github.hnswspring.vectorstore.write;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

import io.github.hnswspring.vectorstore.filter.MetadataValue;
import io.github.hnswspring.vectorstore.filter.MetadataValues;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.filter.ScopedSources;
import io.github.hnswspring.vectorstore.options.PassageKeys;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

import org.springframework.ai.document.Document;

/**
 * The documents of a source under names that every reading of it gives again. Readers and
 * splitters make up new ids each time: of the documents, for which an id of source and
 * text takes their place, and of what the documents are passages of, for which those
 * given first stay. Confined to one call.
 */
final class SourceDocuments {

	private static final int ID_BYTES = 16;

	/** An id that was made up: a random UUID, as Spring AI's generator writes it. */
	private static final Pattern MADE_UP = Pattern
		.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

	private final Scope scope;

	private final String source;

	private final Map<String, Document> byId = new LinkedHashMap<>();

	/**
	 * Names documents. One that is given twice, under one id with one text, is one; equal
	 * texts under several ids are counted.
	 */
	SourceDocuments(Scope scope, String source, List<Document> documents) {
		this.scope = scope;
		this.source = source;
		Map<List<Object>, Document> given = new LinkedHashMap<>();
		documents.forEach((document) -> given.put(List.of(document.getId(), text(document)), document));
		Map<String, Integer> occurrences = new HashMap<>();
		given.values().forEach((document) -> {
			int occurrence = occurrences.merge(text(document), 1, Integer::sum);
			this.byId.put(id(source, text(document), occurrence), document);
		});
	}

	private static String text(Document document) {
		return Objects.requireNonNullElse(document.getText(), "");
	}

	private static String id(String source, String text, int occurrence) {
		MessageDigest digest;
		try {
			digest = MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform must have SHA-256, but this one has not", ex);
		}
		byte[] name = source.getBytes(StandardCharsets.UTF_8);
		// With its length, so that no two sources and texts run together.
		digest.update(ByteBuffer.allocate(2 * Integer.BYTES).putInt(name.length).putInt(occurrence).flip());
		digest.update(name);
		digest.update(text.getBytes(StandardCharsets.UTF_8));
		return HexFormat.of().formatHex(digest.digest(), 0, ID_BYTES);
	}

	/** The documents under their ids, as passages of what the store knows. */
	List<Document> named(SqlConnection connection, PassageKeys keys) throws SQLException {
		Map<String, Map<String, String>> parents = new HashMap<>();
		// What splitters write, whatever else names a document here.
		for (String key : new LinkedHashSet<>(List.of(keys.document(), PassageKeys.DEFAULTS.document()))) {
			parents.put(key, parents(connection, key));
		}
		List<Document> documents = new ArrayList<>();
		this.byId.forEach((id, document) -> {
			Map<String, Object> metadata = new LinkedHashMap<>(document.getMetadata());
			parents.forEach((key, known) -> {
				if (metadata.get(key) instanceof String parent) {
					metadata.put(key, known.getOrDefault(parent, parent));
				}
			});
			Document named = document.mutate().id(id).metadata(metadata).build();
			named.setContentFormatter(document.getContentFormatter());
			documents.add(named);
		});
		return documents;
	}

	/**
	 * What made-up ids for a key stood for before: that which most of the same documents
	 * have. If one of them is known, they are not made up with each reading but what the
	 * documents are called.
	 * @return the known ids by those given, where they differ
	 */
	private Map<String, String> parents(SqlConnection connection, String key) throws SQLException {
		Map<String, List<String>> passages = new LinkedHashMap<>();
		this.byId.forEach((id, document) -> {
			if (document.getMetadata().get(key) instanceof String parent && MADE_UP.matcher(parent).matches()) {
				passages.computeIfAbsent(parent, (unknown) -> new ArrayList<>()).add(id);
			}
		});
		if (passages.isEmpty()) {
			return Map.of();
		}
		Map<String, String> known = known(connection, key);
		if (known.values().stream().anyMatch(passages::containsKey)) {
			return Map.of();
		}
		Map<String, String> parents = new HashMap<>();
		Set<String> taken = new HashSet<>();
		passages.forEach((given, ids) -> {
			Map<String, Integer> votes = new LinkedHashMap<>();
			for (String id : ids) {
				String former = known.get(id);
				if (former != null && !taken.contains(former)) {
					votes.merge(former, 1, Integer::sum);
				}
			}
			votes.entrySet().stream().max(Map.Entry.comparingByValue()).ifPresent((most) -> {
				taken.add(most.getKey());
				parents.put(given, most.getKey());
			});
		});
		return parents;
	}

	/** What is stored for the key, of what was made up once, by the ids of documents. */
	private Map<String, String> known(SqlConnection connection, String key) throws SQLException {
		Map<Long, String> ids = ScopedSources.ids(connection, this.scope, this.source);
		Map<String, String> known = new HashMap<>();
		new MetadataValues(connection::prepare, key).of(ids.keySet())
			.forEach((document, value) -> value.map(MetadataValue::value)
				.filter(String.class::isInstance)
				.map(String.class::cast)
				.filter((parent) -> MADE_UP.matcher(parent).matches())
				.ifPresent((parent) -> known.put(Objects.requireNonNull(ids.get(document)), parent)));
		return known;
	}

}

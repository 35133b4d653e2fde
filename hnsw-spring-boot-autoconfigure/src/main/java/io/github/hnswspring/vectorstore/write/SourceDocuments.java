package io.github.hnswspring.vectorstore.write;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.filter.MetadataValue;
import io.github.hnswspring.vectorstore.filter.MetadataValues;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.filter.ScopedSources;
import io.github.hnswspring.vectorstore.options.PassageKeys;
import io.github.hnswspring.vectorstore.session.DocumentReader;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
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

	private final Map<String, List<Document>> byText = new LinkedHashMap<>();

	private final Map<String, Document> byId = new LinkedHashMap<>();

	/**
	 * Takes documents. One that is given twice, with one id, text and metadata, is one;
	 * other ones with equal texts are counted.
	 */
	SourceDocuments(Scope scope, String source, List<Document> documents) {
		this.scope = scope;
		this.source = source;
		Set<List<Object>> given = new HashSet<>();
		for (Document document : documents) {
			String text = text(document);
			if (given.add(List.of(document.getId(), text, document.getMetadata()))) {
				this.byText.computeIfAbsent(text, (unknown) -> new ArrayList<>()).add(document);
			}
		}
	}

	/** As ids see it, and as it is stored. */
	private static String text(Document document) {
		return WholeText.of(Objects.requireNonNullElse(document.getText(), ""));
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

	/**
	 * The documents under their ids, as passages of what the store knows.
	 * @param reader tells what is stored
	 * @param asStored metadata as it comes back from the store
	 */
	List<Document> named(SqlConnection connection, DocumentReader reader, UnaryOperator<Map<String, Object>> asStored,
			PassageKeys keys) throws SQLException {
		// What splitters write, whatever else names a document here.
		Set<String> parentKeys = new LinkedHashSet<>(List.of(keys.document(), PassageKeys.DEFAULTS.document()));
		this.byId.clear();
		for (Map.Entry<String, List<Document>> equal : this.byText.entrySet()) {
			name(connection, reader, equal.getKey(), equal.getValue(),
					(metadata) -> comparable(metadata, asStored, parentKeys));
		}
		Map<String, Map<String, String>> parents = new HashMap<>();
		for (String key : parentKeys) {
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
	 * Numbers documents of one text, from 1 on. Which is which, their metadata tell as
	 * far as they are stored; the others get the numbers that are left, in their order.
	 */
	private void name(SqlConnection connection, DocumentReader reader, String text, List<Document> documents,
			UnaryOperator<Map<String, Object>> comparable) throws SQLException {
		Set<String> ids = new LinkedHashSet<>();
		for (int occurrence = 1; occurrence <= documents.size(); occurrence++) {
			ids.add(id(this.source, text, occurrence));
		}
		Map<Document, String> known = (documents.size() > 1) ? matched(connection, reader, ids, documents, comparable)
				: Map.of();
		ids.removeAll(new HashSet<>(known.values()));
		Iterator<String> left = ids.iterator();
		for (Document document : documents) {
			String id = known.get(document);
			this.byId.put((id != null) ? id : left.next(), document);
		}
	}

	/** The ids of those that are stored with the same metadata. */
	private Map<Document, String> matched(SqlConnection connection, DocumentReader reader, Set<String> ids,
			List<Document> documents, UnaryOperator<Map<String, Object>> comparable) throws SQLException {
		Map<Map<String, Object>, Deque<String>> stored = new HashMap<>();
		for (String id : ids) {
			DocumentContent row = row(connection, reader, id);
			if (row != null) {
				Map<String, Object> metadata = reader.document(row, this.scope).build().getMetadata();
				stored.computeIfAbsent(comparable.apply(metadata), (any) -> new ArrayDeque<>()).add(id);
			}
		}
		Map<Document, String> known = new IdentityHashMap<>();
		for (Document document : documents) {
			Deque<String> same = stored.get(comparable.apply(document.getMetadata()));
			if (same != null && !same.isEmpty()) {
				known.put(document, same.remove());
			}
		}
		return known;
	}

	private @Nullable DocumentContent row(SqlConnection connection, DocumentReader reader, String id)
			throws SQLException {
		try {
			return reader.row(connection, this.scope, id);
		}
		catch (DamagedRowException ex) {
			// It is replaced, whatever it was.
			return null;
		}
	}

	/** As it is stored, but for what searches write and splitters make up each time. */
	private Map<String, Object> comparable(Map<String, Object> given, UnaryOperator<Map<String, Object>> asStored,
			Set<String> parentKeys) {
		Map<String, Object> metadata = new HashMap<>(given);
		HitMetadata.KEYS.forEach(metadata::remove);
		for (String key : parentKeys) {
			if (metadata.get(key) instanceof String parent && MADE_UP.matcher(parent).matches()) {
				metadata.remove(key);
			}
		}
		try {
			return asStored.apply(this.scope.stamp(metadata));
		}
		catch (IllegalArgumentException ex) {
			// It cannot be stored, as those will say who try.
			return metadata;
		}
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

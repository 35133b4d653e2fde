package io.github.hnswspring.vectorstore.filter;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.hnswspring.vectorstore.filter.Scalar.Kind;

/**
 * The values documents have for one metadata key, and the documents that share a value;
 * from the {@code attribute} table, so that no document has to be read. Elements of lists
 * are no values here. Confined to one thread and its transaction.
 */
public final class MetadataValues {

	private static final String OF_DOCUMENTS = "SELECT doc_key, name_id, kind, value FROM attribute "
			+ "INDEXED BY attribute_by_document WHERE name_id IN (" + AttributeSchema.LIVE
			+ ", (SELECT id FROM attribute_name WHERE name = ?)) AND kind < " + AttributeSchema.ELEMENT;

	private static final String SHARING = LeafQuery.ROWS + LeafQuery.OF_KEY + " AND kind = ? AND value = ?";

	/**
	 * What else a document has for the key; the text of a date has its instant beside it.
	 */
	private static final String ALONE = " AND NOT EXISTS (SELECT 1 FROM attribute AS other"
			+ " INDEXED BY attribute_by_document"
			+ " WHERE other.doc_key = attribute.doc_key AND other.name_id = attribute.name_id AND other.kind < "
			+ AttributeSchema.ELEMENT + " AND NOT (other.kind = attribute.kind AND other.value = attribute.value)"
			+ " AND NOT (other.kind = " + Kind.INSTANT.ordinal() + " AND other.value = ?))";

	private final Statements transaction;

	private final String key;

	private final boolean mayHaveSeveral;

	/**
	 * Describes a look at one key.
	 * @param transaction the statements of a transaction
	 * @param key the metadata key; that of a nested value joined with dots
	 */
	public MetadataValues(Statements transaction, String key) {
		this.transaction = transaction;
		this.key = Scalar.wellFormed(key);
		// Others are spelled in one way only, so that a document has one value at most.
		this.mayHaveSeveral = this.key.indexOf('.') >= 0 || this.key.indexOf(Scalar.REPLACEMENT) >= 0;
	}

	/**
	 * The values some documents have.
	 * @param documents keys of documents, each once
	 * @return the value of each document that is there; nothing if it has none that
	 * compares, or several, because one key is spelled as the path of another
	 * @throws SQLException if SQLite cannot answer
	 */
	public Map<Long, Optional<MetadataValue>> of(Collection<Long> documents) throws SQLException {
		Map<Long, List<MetadataValue>> readings = new HashMap<>();
		List<Long> all = new ArrayList<>(documents);
		for (int from = 0; from < all.size(); from += LeafQuery.MAX_RUN) {
			read(all.subList(from, Math.min(from + LeafQuery.MAX_RUN, all.size())), readings);
		}
		Map<Long, Optional<MetadataValue>> values = new HashMap<>();
		readings.forEach((document, each) -> values.put(document, only(each)));
		return values;
	}

	/** The one value that all readings are of, if it compares. */
	private static Optional<MetadataValue> only(List<MetadataValue> readings) {
		// The text of a date comes after its instant, and is what == compares.
		return readings.stream()
			.max(Comparator.comparingInt(MetadataValue::kind))
			.filter((value) -> value.kind() != Kind.PRESENT.ordinal()
					&& readings.stream().allMatch((other) -> other.equals(value) || other.equals(value.instant())));
	}

	private void read(List<Long> run, Map<Long, List<MetadataValue>> readings) throws SQLException {
		List<Object> parameters = new ArrayList<>();
		parameters.add(this.key);
		PreparedStatement statement = this.transaction
			.prepare(OF_DOCUMENTS + LeafQuery.oneOf("doc_key", run, parameters));
		bind(statement, parameters);
		try (ResultSet rows = statement.executeQuery()) {
			while (rows.next()) {
				List<MetadataValue> known = readings.computeIfAbsent(rows.getLong(1), (document) -> new ArrayList<>(2));
				if (rows.getLong(2) != AttributeSchema.LIVE) {
					known.add(MetadataValue.of(rows.getInt(3), rows.getObject(4)));
				}
			}
		}
	}

	/**
	 * The documents that have a value, and no other.
	 * @param value the value, as {@link #of} tells it
	 * @return their keys
	 * @throws SQLException if SQLite cannot answer
	 */
	public KeySet sharing(MetadataValue value) throws SQLException {
		List<Object> parameters = new ArrayList<>(List.of(this.key, value.kind(), value.sqlValue()));
		boolean alone = this.mayHaveSeveral || value.kind() == Kind.INSTANT.ordinal();
		if (alone) {
			MetadataValue instant = value.instant();
			parameters.add(((instant != null) ? instant : value).sqlValue());
		}
		PreparedStatement statement = this.transaction.prepare(alone ? SHARING + ALONE : SHARING);
		bind(statement, parameters);
		KeySet.Builder keys = new KeySet.Builder();
		try (ResultSet rows = statement.executeQuery()) {
			while (rows.next()) {
				keys.add(rows.getLong(1));
			}
		}
		return keys.build();
	}

	private static void bind(PreparedStatement statement, List<Object> parameters) throws SQLException {
		int index = 1;
		for (Object parameter : parameters) {
			statement.setObject(index++, parameter);
		}
	}

}

package io.github.hnswspring.vectorstore.filter;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
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

	private final Statements transaction;

	private final String key;

	/**
	 * Describes a look at one key.
	 * @param transaction the statements of a transaction
	 * @param key the metadata key; that of a nested value joined with dots
	 */
	public MetadataValues(Statements transaction, String key) {
		this.transaction = transaction;
		this.key = Scalar.wellFormed(key);
	}

	/**
	 * The values some documents have. Of a document that has several, because one key is
	 * spelled as the path of another, one is told.
	 * @param documents keys of documents, each once
	 * @return the value, or nothing if it has none that compares, of each document that
	 * is there
	 * @throws SQLException if SQLite cannot answer
	 */
	public Map<Long, Optional<MetadataValue>> of(Collection<Long> documents) throws SQLException {
		Map<Long, Optional<MetadataValue>> values = new HashMap<>();
		List<Long> all = new ArrayList<>(documents);
		for (int from = 0; from < all.size(); from += LeafQuery.MAX_RUN) {
			read(all.subList(from, Math.min(from + LeafQuery.MAX_RUN, all.size())), values);
		}
		return values;
	}

	private void read(List<Long> run, Map<Long, Optional<MetadataValue>> values) throws SQLException {
		List<Object> parameters = new ArrayList<>();
		parameters.add(this.key);
		PreparedStatement statement = this.transaction
			.prepare(OF_DOCUMENTS + LeafQuery.oneOf("doc_key", run, parameters));
		bind(statement, parameters);
		try (ResultSet rows = statement.executeQuery()) {
			while (rows.next()) {
				long document = rows.getLong(1);
				int kind = rows.getInt(3);
				values.putIfAbsent(document, Optional.empty());
				// The text of a date comes after its instant, and is what == compares.
				if (rows.getLong(2) != AttributeSchema.LIVE && kind != Kind.PRESENT.ordinal()) {
					values.merge(document, Optional.of(MetadataValue.of(kind, rows.getObject(4))), (known,
							next) -> (known.isEmpty() || next.get().kind() > known.get().kind()) ? next : known);
				}
			}
		}
	}

	/**
	 * The documents that have a value.
	 * @param value the value
	 * @return their keys
	 * @throws SQLException if SQLite cannot answer
	 */
	public KeySet sharing(MetadataValue value) throws SQLException {
		PreparedStatement statement = this.transaction
			.prepare(SHARING + (value.isInstant() ? LeafQuery.NO_TEXT_OF_INSTANT : ""));
		bind(statement, List.of(this.key, value.kind(), value.sqlValue()));
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

package io.github.hnswspring.vectorstore.filter;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.hnswspring.vectorstore.filter.Scalar.Kind;

import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;

/**
 * Answers one leaf of a filter from the {@code attribute} table. Confined to one thread
 * and its transaction.
 * <p>
 * Every statement is made of the constants below and question marks; a run of values is
 * padded to a power of two by repeating the last one, so that few different statements
 * exist.
 */
final class LeafQuery {

	/** SQLite's default limit is 32,766 parameters; longer runs gain nothing. */
	private static final int MAX_RUN = 512;

	private static final String OF_KEY = "SELECT doc_key FROM attribute"
			+ " WHERE name_id = (SELECT id FROM attribute_name WHERE name = ?)";

	private static final String LIVE = "SELECT doc_key FROM attribute WHERE name_id = 0";

	private static final String LIVE_BOUNDS = "SELECT count(*), coalesce(max(doc_key), 0)"
			+ " FROM attribute WHERE name_id = 0";

	private final Statements statements;

	LeafQuery(Statements statements) {
		this.statements = statements;
	}

	KeySet present(String key) throws SQLException {
		KeySet.Builder keys = new KeySet.Builder();
		collect(OF_KEY, List.of(key), keys);
		return keys.build();
	}

	KeySet anyOf(String key, Set<Scalar> values) throws SQLException {
		Map<Kind, List<Object>> byKind = new EnumMap<>(Kind.class);
		for (Scalar value : values) {
			byKind.computeIfAbsent(value.kind(), (kind) -> new ArrayList<>()).add(value.sqlValue());
		}
		KeySet.Builder keys = new KeySet.Builder();
		for (Map.Entry<Kind, List<Object>> run : byKind.entrySet()) {
			if (run.getKey() == Kind.TEXT_OF_INSTANT) {
				// Text equal to this one is an instant equal to the one beside it.
				continue;
			}
			String kinds = kinds(run.getKey(), true);
			List<Object> all = run.getValue();
			for (int from = 0; from < all.size(); from += MAX_RUN) {
				anyOf(key, kinds, all.subList(from, Math.min(from + MAX_RUN, all.size())), keys);
			}
		}
		return keys.build();
	}

	private void anyOf(String key, String kinds, List<Object> values, KeySet.Builder keys) throws SQLException {
		int marks = (values.size() == 1) ? 1 : Integer.highestOneBit(values.size() - 1) << 1;
		List<Object> parameters = new ArrayList<>(marks + 1);
		parameters.add(key);
		parameters.addAll(values);
		while (parameters.size() <= marks) {
			parameters.add(values.get(values.size() - 1));
		}
		String condition = (marks == 1) ? " AND value = ?" : " AND value IN (?" + ", ?".repeat(marks - 1) + ")";
		collect(OF_KEY + kinds + condition, parameters, keys);
	}

	KeySet ordering(String key, ExpressionType operator, List<Scalar> readings) throws SQLException {
		String condition = switch (operator) {
			case GT -> " AND value > ?";
			case GTE -> " AND value >= ?";
			case LT -> " AND value < ?";
			case LTE -> " AND value <= ?";
			default -> throw new IllegalArgumentException(operator + " is no ordering");
		};
		KeySet.Builder keys = new KeySet.Builder();
		for (Scalar reading : readings) {
			List<String> kinds = switch (reading.kind()) {
				// Two strings compare as text unless both are instants.
				case TEXT -> List.of(kinds(Kind.TEXT, false), kinds(Kind.TEXT_OF_INSTANT, false));
				case TEXT_OF_INSTANT -> List.of(kinds(Kind.TEXT, false));
				default -> List.of(kinds(reading.kind(), false));
			};
			for (String kind : kinds) {
				collect(OF_KEY + kind + condition, List.of(key, reading.sqlValue()), keys);
			}
		}
		return keys.build();
	}

	KeySet live() throws SQLException {
		KeySet.Builder keys = new KeySet.Builder();
		collect(LIVE, List.of(), keys);
		return keys.build();
	}

	ComplementKeySet.LiveBounds liveBounds() throws SQLException {
		try (ResultSet row = this.statements.prepare(LIVE_BOUNDS).executeQuery()) {
			row.next();
			return new ComplementKeySet.LiveBounds(row.getLong(1), row.getLong(2));
		}
	}

	private static String kinds(Kind kind, boolean elements) {
		int scalar = kind.ordinal();
		return elements ? " AND kind IN (" + scalar + ", " + (scalar + AttributeSchema.ELEMENT) + ")"
				: " AND kind = " + scalar;
	}

	private void collect(String sql, List<Object> parameters, KeySet.Builder keys) throws SQLException {
		PreparedStatement statement = this.statements.prepare(sql);
		int index = 1;
		for (Object parameter : parameters) {
			statement.setObject(index++, parameter);
		}
		try (ResultSet rows = statement.executeQuery()) {
			while (rows.next()) {
				keys.add(rows.getLong(1));
			}
		}
	}

}

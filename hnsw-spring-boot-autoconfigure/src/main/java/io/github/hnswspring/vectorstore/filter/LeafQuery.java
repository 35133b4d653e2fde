package io.github.hnswspring.vectorstore.filter;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.StringJoiner;

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
	static final int MAX_RUN = 512;

	static final String ROWS = "SELECT doc_key FROM attribute";

	/** The same by document, for a few of them. */
	private static final String ROWS_BY_DOCUMENT = ROWS + " INDEXED BY attribute_by_document";

	static final String OF_KEY = " WHERE name_id = (SELECT id FROM attribute_name WHERE name = ?)";

	/**
	 * A date and a string that spells one have the same row of an instant. The string has
	 * a row of its text as well, under the same key of the same document.
	 */
	static final String NO_TEXT_OF_INSTANT = " AND NOT EXISTS (SELECT 1 FROM attribute AS text"
			+ " INDEXED BY attribute_by_document"
			+ " WHERE text.doc_key = attribute.doc_key AND text.name_id = attribute.name_id AND text."
			+ kinds(true, true, Kind.TEXT_OF_INSTANT) + ")";

	private static final String LIVE = " WHERE name_id = 0";

	private static final String LIVE_BOUNDS = "SELECT count(*), coalesce(max(doc_key), 0)"
			+ " FROM attribute WHERE name_id = 0";

	/** Names that a hint chooses from. */
	private static final int MOST_NAMES = 1_000;

	private final Statements statements;

	/** The only documents asked for, or none if all are. */
	private final List<Long> among;

	LeafQuery(Statements statements) {
		this(statements, List.of());
	}

	private LeafQuery(Statements statements, List<Long> among) {
		this.statements = statements;
		this.among = among;
	}

	/** The documents a leaf matches. */
	KeySet keys(FilterNode leaf) throws SQLException {
		if (leaf instanceof FilterNode.AnyOf anyOf) {
			return anyOf(anyOf);
		}
		if (leaf instanceof FilterNode.Is is) {
			return is(is);
		}
		if (leaf instanceof FilterNode.Ordering ordering) {
			return ordering(ordering.key(), ordering.operator(), ordering.readings());
		}
		if (leaf instanceof FilterNode.Present present) {
			return present(present.key());
		}
		return live();
	}

	/**
	 * Those of a few documents that a leaf matches.
	 * @param among at most {@link #MAX_RUN} keys
	 */
	KeySet keysAmong(List<Long> among, FilterNode leaf) throws SQLException {
		return among.isEmpty() ? KeySet.EMPTY : new LeafQuery(this.statements, among).keys(leaf);
	}

	private KeySet is(FilterNode.Is is) throws SQLException {
		KeySet.Builder keys = new KeySet.Builder();
		collect(OF_KEY + " AND " + kinds(true, false, is.value().kind()) + " AND value = ?",
				List.of(is.key(), is.value().sqlValue()), keys);
		return keys.build();
	}

	private KeySet present(String key) throws SQLException {
		KeySet.Builder keys = new KeySet.Builder();
		collect(OF_KEY, List.of(key), keys);
		return keys.build();
	}

	private KeySet anyOf(FilterNode.AnyOf anyOf) throws SQLException {
		List<Object> numbers = new ArrayList<>();
		List<Object> booleans = new ArrayList<>();
		List<Object> instants = new ArrayList<>();
		List<Object> texts = new ArrayList<>();
		List<Object> instantsOfTexts = new ArrayList<>();
		for (Scalar value : anyOf.values()) {
			List<Object> sameKind = switch (value.kind()) {
				case BOOLEAN -> booleans;
				case NUMBER -> numbers;
				case INSTANT -> instants;
				case TEXT, TEXT_OF_INSTANT -> texts;
				case PRESENT -> throw new IllegalArgumentException("PRESENT is no value");
			};
			sameKind.add(value.sqlValue());
			Instant instant = value.instant();
			if (instant != null && sameKind == texts) {
				instantsOfTexts.add(Scalar.sqlValue(instant));
			}
		}
		KeySet.Builder keys = new KeySet.Builder();
		collect(anyOf, keys, booleans, "", Kind.BOOLEAN);
		collect(anyOf, keys, numbers, "", Kind.NUMBER);
		collect(anyOf, keys, instants, "", Kind.INSTANT);
		collect(anyOf, keys, texts, "", Kind.TEXT, Kind.TEXT_OF_INSTANT);
		KeySet equal = keys.build();
		return instantsOfTexts.isEmpty() ? equal : equal.or(dates(anyOf, instantsOfTexts, equal));
	}

	/** Documents that have one of these instants as a date and not as a string. */
	private KeySet dates(FilterNode.AnyOf anyOf, List<Object> instants, KeySet known) throws SQLException {
		KeySet.Builder either = new KeySet.Builder();
		collect(anyOf, either, instants, "", Kind.INSTANT);
		if (either.build().andNot(known).isEmpty()) {
			// Nearly always: strings, spelled as the one asked for. Spares a seek for
			// each.
			return KeySet.EMPTY;
		}
		KeySet.Builder dates = new KeySet.Builder();
		collect(anyOf, dates, instants, NO_TEXT_OF_INSTANT, Kind.INSTANT);
		return dates.build();
	}

	private void collect(FilterNode.AnyOf anyOf, KeySet.Builder keys, List<Object> values, String condition,
			Kind... kinds) throws SQLException {
		String ofKinds = OF_KEY + " AND " + kinds(!anyOf.inList(), true, kinds) + condition;
		for (int from = 0; from < values.size(); from += MAX_RUN) {
			List<Object> run = values.subList(from, Math.min(from + MAX_RUN, values.size()));
			List<Object> parameters = new ArrayList<>();
			parameters.add(anyOf.key());
			collect(ofKinds + oneOf("value", run, parameters), parameters, keys);
		}
	}

	/** A condition that a column has one of the values, which become parameters. */
	static String oneOf(String column, List<?> run, List<Object> parameters) {
		int marks = (run.size() == 1) ? 1 : Integer.highestOneBit(run.size() - 1) << 1;
		parameters.addAll(run);
		parameters.addAll(Collections.nCopies(marks - run.size(), run.get(run.size() - 1)));
		return " AND " + column + ((marks == 1) ? " = ?" : " IN (?" + ", ?".repeat(marks - 1) + ")");
	}

	private KeySet ordering(String key, ExpressionType operator, List<Scalar> readings) throws SQLException {
		String condition = switch (operator) {
			case GT -> " AND value > ?";
			case GTE -> " AND value >= ?";
			case LT -> " AND value < ?";
			case LTE -> " AND value <= ?";
			default -> throw new IllegalArgumentException(operator + " is no ordering");
		};
		KeySet.Builder keys = new KeySet.Builder();
		for (Scalar reading : readings) {
			String kinds = switch (reading.kind()) {
				// Two strings compare as text unless both are instants.
				case TEXT -> kinds(true, false, Kind.TEXT, Kind.TEXT_OF_INSTANT);
				case TEXT_OF_INSTANT -> kinds(true, false, Kind.TEXT);
				default -> kinds(true, false, reading.kind());
			};
			collect(OF_KEY + " AND " + kinds + condition, List.of(key, reading.sqlValue()), keys);
		}
		return keys.build();
	}

	/** The next documents that have a key, in the order of their own keys. */
	List<Long> having(String key, long after, int limit) throws SQLException {
		PreparedStatement statement = this.statements.prepare("SELECT DISTINCT doc_key FROM attribute"
				+ " INDEXED BY attribute_by_document" + OF_KEY + " AND doc_key > ? ORDER BY doc_key LIMIT ?");
		statement.setString(1, key);
		statement.setLong(2, after);
		statement.setInt(3, limit);
		List<Long> documents = new ArrayList<>();
		try (ResultSet rows = statement.executeQuery()) {
			while (rows.next()) {
				documents.add(rows.getLong(1));
			}
		}
		return documents;
	}

	/** Whether there is no document. */
	boolean isEmpty() throws SQLException {
		return !exists(ROWS + LIVE + " LIMIT 1");
	}

	/** Names of keys that documents have. */
	List<String> names() throws SQLException {
		List<String> names = new ArrayList<>();
		try (ResultSet rows = this.statements
			.prepare("SELECT name FROM attribute_name WHERE EXISTS "
					+ "(SELECT 1 FROM attribute WHERE name_id = attribute_name.id) LIMIT " + MOST_NAMES)
			.executeQuery()) {
			while (rows.next()) {
				names.add(rows.getString(1));
			}
		}
		return names;
	}

	/** The kinds of values a key has, each once; none if no document has the key. */
	List<StoredKind> kinds(String key) throws SQLException {
		List<StoredKind> kinds = new ArrayList<>();
		for (Kind kind : Kind.values()) {
			for (boolean inList : new boolean[] { false, true }) {
				if (exists(ROWS + OF_KEY + " AND " + kinds(!inList, inList, kind) + " LIMIT 1", key)) {
					kinds.add(new StoredKind(kind, inList));
				}
			}
		}
		return kinds;
	}

	private boolean exists(String sql, String... parameters) throws SQLException {
		PreparedStatement statement = this.statements.prepare(sql);
		for (int i = 0; i < parameters.length; i++) {
			statement.setString(i + 1, parameters[i]);
		}
		try (ResultSet rows = statement.executeQuery()) {
			return rows.next();
		}
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

	private static String kinds(boolean alone, boolean inList, Kind... kinds) {
		StringJoiner any = new StringJoiner(", ", "kind IN (", ")");
		for (Kind kind : kinds) {
			if (alone) {
				any.add(String.valueOf(kind.ordinal()));
			}
			if (inList) {
				any.add(String.valueOf(kind.ordinal() + AttributeSchema.ELEMENT));
			}
		}
		return any.toString();
	}

	private void collect(String condition, List<Object> values, KeySet.Builder keys) throws SQLException {
		List<Object> parameters = new ArrayList<>(values);
		PreparedStatement statement = this.statements.prepare(this.among.isEmpty() ? ROWS + condition
				: ROWS_BY_DOCUMENT + condition + oneOf("attribute.doc_key", this.among, parameters));
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

	/**
	 * Of what kind values of a key are.
	 *
	 * @param kind of a value
	 * @param inList whether it is an element of a list
	 */
	record StoredKind(Kind kind, boolean inList) {
	}

}

package io.github.hnswspring.vectorstore.filter;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

import io.github.hnswspring.vectorstore.MetadataKey;
import io.github.hnswspring.vectorstore.MetadataKey.Type;
import io.github.hnswspring.vectorstore.MetadataKey.Value;

/**
 * Tells which metadata keys documents have, of what types, and their frequent values, in
 * about the same time whatever the size of the store: of each key and kind of value the
 * first few values are found by one seek each, and where there are more, a sample of the
 * documents says which are frequent. Confined to one call.
 */
final class AttributeSummary {

	/** Documents of the sample: a value that one in fifty has is in it 20 times. */
	private static final int SAMPLED = 1_000;

	/** Entries that are read to count documents, for all values together. */
	private static final int COUNTED = 400_000;

	/** Values found by seeking, of each key and kind. */
	private static final int SOUGHT = MetadataKey.MAX_VALUES + 1;

	/** Longest value that is offered. */
	private static final int LENGTH = 120;

	private static final Comparator<Value> FREQUENT_FIRST = Comparator.comparingInt(Value::documents)
		.reversed()
		.thenComparing(Value::text);

	private final Statements statements;

	/** Per key and kind, how often each value is in the sample. */
	private final Map<Long, Map<Object, Integer>> sampled = new HashMap<>();

	private int counted;

	AttributeSummary(Statements statements) {
		this.statements = statements;
	}

	List<MetadataKey> keys() throws SQLException {
		Map<String, Integer> names = new TreeMap<>();
		PreparedStatement statement = this.statements.prepare("SELECT id, name FROM attribute_name WHERE id > ? "
				+ "AND EXISTS (SELECT 1 FROM attribute WHERE name_id = attribute_name.id) ORDER BY id LIMIT ?");
		statement.setInt(1, AttributeSchema.LIVE);
		statement.setInt(2, MetadataKey.MAX_KEYS);
		try (ResultSet rows = statement.executeQuery()) {
			while (rows.next()) {
				names.put(rows.getString(2), rows.getInt(1));
			}
		}
		sample();
		List<MetadataKey> keys = new ArrayList<>();
		for (Map.Entry<String, Integer> name : names.entrySet()) {
			keys.add(key(name.getKey(), name.getValue()));
		}
		return keys;
	}

	/** Reads documents whose keys are spread over all there are. */
	private void sample() throws SQLException {
		long least = edge("min");
		long most = edge("max");
		SplittableRandom random = new SplittableRandom(least ^ most);
		PreparedStatement statement = this.statements.prepare("SELECT name_id, kind, value FROM attribute "
				+ "WHERE doc_key = (SELECT doc_key FROM attribute WHERE doc_key >= ? ORDER BY doc_key LIMIT 1)");
		for (int i = 0; i < SAMPLED && most >= least; i++) {
			statement.setLong(1, (most - least < SAMPLED) ? least + i : random.nextLong(least, most + 1));
			if (most - least < SAMPLED && least + i > most) {
				return;
			}
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					this.sampled.computeIfAbsent(row(rows.getInt(1), rows.getInt(2)), (row) -> new HashMap<>())
						.merge(rows.getObject(3), 1, Integer::sum);
				}
			}
		}
	}

	private long edge(String function) throws SQLException {
		PreparedStatement statement = this.statements.prepare(
				"SELECT coalesce(" + function + "(doc_key), " + (function.equals("min") ? 0 : -1) + ") FROM attribute");
		try (ResultSet rows = statement.executeQuery()) {
			rows.next();
			return rows.getLong(1);
		}
	}

	private static long row(int name, int kind) {
		return ((long) name << 8) | kind;
	}

	private MetadataKey key(String name, int id) throws SQLException {
		EnumSet<Type> types = EnumSet.noneOf(Type.class);
		Map<String, Integer> values = new HashMap<>();
		boolean complete = true;
		for (Scalar.Kind kind : Scalar.Kind.values()) {
			for (int element : new int[] { 0, AttributeSchema.ELEMENT }) {
				int stored = kind.ordinal() + element;
				List<Object> first = first(id, stored, isOffered(kind) ? SOUGHT : 1);
				if (!first.isEmpty()) {
					addTypes(types, kind, element);
				}
				if (isOffered(kind)) {
					complete &= first.size() < SOUGHT;
					addValues(values, id, stored, kind, candidates(first, id, stored));
				}
			}
		}
		List<Value> frequent = new ArrayList<>();
		values.forEach((text, documents) -> frequent.add(new Value(text, documents)));
		frequent.sort(FREQUENT_FIRST);
		complete &= frequent.size() <= MetadataKey.MAX_VALUES;
		return new MetadataKey(name, Collections.unmodifiableSet(types),
				List.copyOf(frequent.subList(0, Math.min(MetadataKey.MAX_VALUES, frequent.size()))), complete);
	}

	/** Of instants the texts are offered, where they are spelled. */
	private static boolean isOffered(Scalar.Kind kind) {
		return kind != Scalar.Kind.PRESENT && kind != Scalar.Kind.INSTANT;
	}

	private static void addTypes(EnumSet<Type> types, Scalar.Kind kind, int element) {
		if (element != 0) {
			types.add(Type.LIST);
		}
		switch (kind) {
			case BOOLEAN -> types.add(Type.BOOLEAN);
			case NUMBER -> types.add(Type.NUMBER);
			case INSTANT -> types.add(Type.INSTANT);
			case TEXT, TEXT_OF_INSTANT -> types.add(Type.TEXT);
			case PRESENT -> {
			}
		}
	}

	/** The first values of a key and kind, each found by a seek behind the last one. */
	private List<Object> first(int name, int kind, int most) throws SQLException {
		List<Object> values = new ArrayList<>();
		PreparedStatement begin = this.statements
			.prepare("SELECT value FROM attribute WHERE name_id = ? AND kind = ? ORDER BY value LIMIT 1");
		PreparedStatement next = this.statements
			.prepare("SELECT value FROM attribute WHERE name_id = ? AND kind = ? AND value > ? ORDER BY value LIMIT 1");
		while (values.size() < most) {
			PreparedStatement statement = values.isEmpty() ? begin : next;
			statement.setInt(1, name);
			statement.setInt(2, kind);
			if (!values.isEmpty()) {
				statement.setObject(3, values.get(values.size() - 1));
			}
			try (ResultSet rows = statement.executeQuery()) {
				if (!rows.next()) {
					break;
				}
				values.add(rows.getObject(1));
			}
		}
		return values;
	}

	/** All values, if they are few; else the most frequent ones of the sample. */
	private Collection<Object> candidates(List<Object> first, int name, int kind) {
		Map<Object, Integer> frequencies = this.sampled.getOrDefault(row(name, kind), Map.of());
		if (first.size() < SOUGHT || frequencies.isEmpty()) {
			return first;
		}
		return frequencies.entrySet()
			.stream()
			.sorted(Map.Entry.<Object, Integer>comparingByValue().reversed())
			.limit(MetadataKey.MAX_VALUES)
			.map(Map.Entry::getKey)
			.toList();
	}

	private void addValues(Map<String, Integer> values, int name, int stored, Scalar.Kind kind,
			Collection<Object> candidates) throws SQLException {
		for (Object value : candidates) {
			String text = (kind == Scalar.Kind.BOOLEAN) ? Boolean.toString(((Number) value).intValue() != 0)
					: String.valueOf(value);
			if (text.length() <= LENGTH && !text.isEmpty()) {
				int documents = count(name, stored, value);
				values.merge(text, documents, (a, b) -> Math.min(MetadataKey.MAX_COUNTED, a + b));
			}
		}
	}

	/** Documents that have a value, as far as they are counted. */
	private int count(int name, int kind, Object value) throws SQLException {
		int most = Math.min(MetadataKey.MAX_COUNTED, COUNTED - this.counted);
		if (most <= 0) {
			return 0;
		}
		PreparedStatement statement = this.statements.prepare("SELECT count(*) FROM (SELECT 1 FROM attribute "
				+ "WHERE name_id = ? AND kind = ? AND value = ? LIMIT ?)");
		statement.setInt(1, name);
		statement.setInt(2, kind);
		statement.setObject(3, value);
		statement.setInt(4, most);
		try (ResultSet rows = statement.executeQuery()) {
			rows.next();
			int documents = rows.getInt(1);
			this.counted += documents;
			return (documents == most && most < MetadataKey.MAX_COUNTED) ? 0 : documents;
		}
	}

}

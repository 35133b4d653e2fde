package io.github.hnswspring.vectorstore.filter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.StoreMetadata;

import org.springframework.ai.document.DocumentMetadata;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;
import org.springframework.util.StringUtils;

/**
 * The part of a store that a wall encloses: the documents whose metadata has certain
 * values, each the only value of its key, of its kind and spelled the same. A list that
 * has the value among others, or a date that a text spells, is not enough. Thread-safe:
 * immutable.
 *
 * <p>
 * A document that is added within a scope is stored under the scope, written as JSON, and
 * its id: {@code {"tenant":"acme"}order-1}. So ids of two scopes never meet, whatever
 * they are, because it can be told where the JSON ends.
 */
public final class Scope {

	/** All documents of a store, under the ids they are stored by. */
	public static final Scope EVERYTHING = new Scope(new TreeMap<>());

	/** As long as a scope may be, written as JSON. */
	static final int MAX_LENGTH = 1_024;

	private final TreeMap<String, Scalar> values;

	private final String prefix;

	/** The same JSON, in which a space makes no difference, if the other one is taken. */
	private final String otherPrefix;

	private Scope(TreeMap<String, Scalar> values) {
		this.values = values;
		this.prefix = values.isEmpty() ? "" : json(values);
		this.otherPrefix = values.isEmpty() ? "" : "{ " + this.prefix.substring(1);
	}

	/**
	 * Describes a scope.
	 * @param values metadata keys and what they have to be: text, integers or booleans
	 * @return the scope
	 * @throws IllegalArgumentException if there are none, or one cannot be compared
	 * without doubt
	 */
	public static Scope of(Map<String, ?> values) {
		return EVERYTHING.narrowed(values);
	}

	/**
	 * Describes a part of this scope.
	 * @param further metadata keys and what they have to be as well
	 * @return the smaller scope
	 * @throws IllegalArgumentException as {@link #of} says, or if one of the keys has
	 * another value here
	 */
	public Scope narrowed(Map<String, ?> further) {
		if (further == null || further.isEmpty()) {
			throw new IllegalArgumentException("A scope needs at least one metadata key and its value, such as "
					+ "Map.of(\"tenant\", \"acme\"), but has none");
		}
		TreeMap<String, Scalar> all = new TreeMap<>(this.values);
		for (Map.Entry<String, ?> entry : further.entrySet()) {
			String key = checkedKey(entry.getKey());
			Scalar value = checkedValue(key, entry.getValue());
			Scalar known = all.putIfAbsent(key, value);
			if (known != null && !known.equals(value)) {
				throw new IllegalArgumentException("The scope has " + text(known) + " for the metadata key '" + key
						+ "', so it cannot be narrowed to " + text(value) + "; begin with the whole store");
			}
		}
		Scope scope = new Scope(all);
		if (scope.prefix.length() > MAX_LENGTH) {
			throw new IllegalArgumentException("A scope is " + scope.prefix.length() + " characters of JSON, but at "
					+ "most " + MAX_LENGTH + " are accepted; use short values, such as ids");
		}
		return scope;
	}

	private static String checkedKey(@Nullable String key) {
		String problem = (key == null || !StringUtils.hasText(key)) ? "is empty"
				: (key.indexOf('.') >= 0) ? "has a dot, which may also stand between the keys of nested values"
						: !isWellFormed(key) ? "has characters that are none, such as half a surrogate pair"
								: isOfSearches(key) ? "is one that searches write into what they return"
										: key.equals(StoreMetadata.EXPIRES_AT) ? "says when a document ends" : null;
		if (problem != null) {
			throw new IllegalArgumentException(
					"The metadata key '" + key + "' of a scope " + problem + "; use another key");
		}
		return String.valueOf(key);
	}

	private static boolean isOfSearches(String key) {
		return HitMetadata.KEYS.contains(key) || key.equals(DocumentMetadata.DISTANCE.value());
	}

	private static Scalar checkedValue(String key, @Nullable Object value) {
		boolean text = value instanceof String string && StringUtils.hasText(string) && isWellFormed(string);
		boolean other = value instanceof Boolean || value instanceof Long || value instanceof Integer
				|| value instanceof Short || value instanceof Byte;
		if (value == null || !(text || other)) {
			throw new IllegalArgumentException("The value of '" + key + "' in a scope must be text that is not "
					+ "blank, an integer or a boolean, but is " + describe(value) + "; use its text, or an id");
		}
		Scalar scalar = Scalar.exact(value);
		if (scalar == null) {
			throw new IllegalStateException("Text, integers and booleans compare");
		}
		return scalar;
	}

	private static String describe(@Nullable Object value) {
		if (value == null) {
			return "null";
		}
		return (value instanceof String) ? "text that is blank or not well-formed" : "a " + value.getClass().getName();
	}

	/** Filters take U+FFFD for half a surrogate pair, and a wall must not. */
	private static boolean isWellFormed(String text) {
		return text.indexOf(Scalar.REPLACEMENT) < 0 && Scalar.wellFormed(text).equals(text);
	}

	/**
	 * The scope a filter is confined to.
	 * @param filter a filter, or {@code null}
	 * @return what it was {@linkplain #and confined} to, or {@link #EVERYTHING}
	 */
	public static Scope in(Filter.@Nullable Expression filter) {
		Filter.Expression first = (filter != null && filter.type() == ExpressionType.AND
				&& filter.left() instanceof Filter.Expression left) ? left : filter;
		Scope scope = (first != null && first.type() == ExpressionType.EQ) ? in(first.right()) : null;
		return (scope != null) ? scope : EVERYTHING;
	}

	/** The scope that is an operand of a filter, if it is one. */
	static @Nullable Scope in(Filter.@Nullable Operand operand) {
		return (operand instanceof Filter.Value value && value.value() instanceof Scope scope) ? scope : null;
	}

	/**
	 * Confines a filter. Whatever it is, even if it changes later, it chooses among the
	 * documents of this scope only.
	 * @param filter any filter, or {@code null} for all of this scope
	 * @return the confined filter, {@code null} if nothing confines or filters
	 */
	public Filter.@Nullable Expression and(Filter.@Nullable Expression filter) {
		if (isEverything()) {
			return filter;
		}
		Filter.Expression confined = new Filter.Expression(ExpressionType.EQ, new Filter.Key("scope"),
				new Filter.Value(this));
		return (filter != null) ? new Filter.Expression(ExpressionType.AND, confined, filter) : confined;
	}

	/** What a document of this scope has to be; this is not everything. */
	FilterNode node() {
		List<FilterNode> all = new ArrayList<>();
		this.values.forEach((key, value) -> all.add(new FilterNode.Is(key, value)));
		return (all.size() == 1) ? all.get(0) : new FilterNode.And(all);
	}

	/**
	 * Whether this is no part of a store but all of it.
	 * @return {@code true} if so
	 */
	public boolean isEverything() {
		return this.values.isEmpty();
	}

	/**
	 * Whether a document belongs here.
	 * @param metadata of the document
	 * @return {@code true} if it does
	 */
	public boolean contains(Map<String, ?> metadata) {
		return isEverything() || FilterEvaluator.matches(node(), metadata);
	}

	/**
	 * Makes metadata that of a document here.
	 * @param metadata of a document
	 * @return the same with the values of this scope
	 * @throws IllegalArgumentException if it says that the document belongs elsewhere
	 */
	public Map<String, Object> stamp(Map<String, Object> metadata) {
		if (isEverything()) {
			return metadata;
		}
		Map<String, Object> stamped = new LinkedHashMap<>(metadata);
		this.values.forEach((key, value) -> {
			Object given = stamped.get(key);
			if (given != null && !FilterEvaluator.matches(new FilterNode.Is(key, value), Map.of(key, given))) {
				throw new IllegalArgumentException("its metadata key '" + key + "' is not " + text(value)
						+ ", which it has to be in this scope: leave the key out, or add the document where it "
						+ "belongs");
			}
			stamped.put(key, plain(value));
		});
		return stamped;
	}

	private static Object plain(Scalar value) {
		if (value.kind() == Scalar.Kind.BOOLEAN) {
			return value.value().equals(1L);
		}
		return (value.value() instanceof Long number && number.intValue() == number) ? (Object) number.intValue()
				: value.value();
	}

	/**
	 * The id by which a document is known within this scope.
	 * @param storedId the id it is stored by
	 * @return without the scope, if it was added within it; otherwise as it is
	 */
	public String shown(String storedId) {
		for (String own : new String[] { this.prefix, this.otherPrefix }) {
			if (!own.isEmpty() && storedId.startsWith(own)) {
				String id = storedId.substring(own.length());
				return StringUtils.hasText(id) ? id : storedId;
			}
		}
		return storedId;
	}

	/**
	 * The ids a document may be stored by that is added within this scope.
	 * @param id as it is known here
	 * @return the one it gets, then the one it gets if that is taken from outside
	 */
	List<String> own(String id) {
		return isEverything() ? List.of(id) : List.of(this.prefix + id, this.otherPrefix + id);
	}

	/**
	 * The ids under which a document that is known by one here may be stored: those of
	 * this scope, then the id itself, by which it was stored from outside.
	 */
	List<String> stored(String id) {
		List<String> stored = new ArrayList<>(own(id));
		if (!isEverything() && shown(id).equals(id)) {
			stored.add(id);
		}
		return stored;
	}

	/**
	 * This scope as canonical JSON, which begins the ids of its documents.
	 * @return keys in their order, without spaces; empty for {@link #EVERYTHING}
	 */
	public String prefix() {
		return this.prefix;
	}

	private static String json(TreeMap<String, Scalar> values) {
		return values.entrySet()
			.stream()
			.map((entry) -> quote(entry.getKey()) + ':' + text(entry.getValue()))
			.collect(Collectors.joining(",", "{", "}"));
	}

	private static String text(Scalar value) {
		Object plain = plain(value);
		return (plain instanceof String text) ? quote(text) : String.valueOf(plain);
	}

	private static String quote(String text) {
		StringBuilder quoted = new StringBuilder("\"");
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '"' || c == '\\') {
				quoted.append('\\').append(c);
			}
			else if (c < ' ') {
				quoted.append(String.format("\\u%04x", (int) c));
			}
			else {
				quoted.append(c);
			}
		}
		return quoted.append('"').toString();
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Scope scope && this.prefix.equals(scope.prefix);
	}

	@Override
	public int hashCode() {
		return this.prefix.hashCode();
	}

	@Override
	public String toString() {
		return isEverything() ? "everything" : this.prefix;
	}

}

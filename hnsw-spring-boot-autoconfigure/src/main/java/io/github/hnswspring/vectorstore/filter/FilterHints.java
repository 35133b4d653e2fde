package io.github.hnswspring.vectorstore.filter;

import java.sql.SQLException;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.hnswspring.vectorstore.filter.Scalar.Kind;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells, once for each key and kind of value, of filters that cannot match as the
 * metadata are: of a key no document has, and of a value of a kind the key never has.
 * Keys that passages are put together by are told of as well. All are no errors, since
 * such documents may come later, and all are usually a slip. Thread-safe.
 */
final class FilterHints {

	private static final Log logger = LogFactory.getLog(FilterHints.class);

	/** Keys made of data, or by a stranger, must not fill the log. */
	private static final int MOST_HINTS = 100;

	/** Keys named in a hint, and letters of each. */
	private static final int MOST_NAMES = 12;

	private static final int MOST_LETTERS = 80;

	/** Keys with kinds of values that need no second look. */
	private static final int MOST_USUAL = 1_000;

	private final Set<String> told = ConcurrentHashMap.newKeySet();

	/** Keys with kinds of values that documents have had. */
	private final Set<String> usual = ConcurrentHashMap.newKeySet();

	/**
	 * Gives a hint if there is a reason for one.
	 * @param query asks the state in which the leaf matched nothing
	 */
	void matchedNothing(LeafQuery query, FilterNode leaf) {
		try {
			consider(query, leaf);
		}
		catch (SQLException ex) {
			// The answer is known without a hint.
			logger.debug("No hint about a filter", ex);
		}
	}

	/**
	 * Gives a hint if no document has a key.
	 * @param query asks the state in which it is looked at
	 * @param consequence the rest of a sentence that says so
	 */
	void goesBy(LeafQuery query, String key, String consequence) {
		try {
			if (!logger.isWarnEnabled() || this.told.size() >= MOST_HINTS || this.told.contains(key)
					|| this.usual.contains(key) || query.isEmpty()) {
				return;
			}
			if (query.kinds(key).isEmpty()) {
				tell(key, () -> noSuchKey(key, consequence, query.names()));
			}
			else if (this.usual.size() < MOST_USUAL) {
				this.usual.add(key);
			}
		}
		catch (SQLException ex) {
			// The search goes on without a hint.
			logger.debug("No hint about a key", ex);
		}
	}

	private void consider(LeafQuery query, FilterNode leaf) throws SQLException {
		if (!logger.isWarnEnabled() || this.told.size() >= MOST_HINTS) {
			return;
		}
		String key;
		Set<Kind> asked;
		boolean inListOnly = false;
		boolean alone = true;
		if (leaf instanceof FilterNode.AnyOf anyOf && !anyOf.values().isEmpty()) {
			key = anyOf.key();
			asked = kinds(anyOf.values());
			if (asked.contains(Kind.TEXT_OF_INSTANT)) {
				asked.add(Kind.INSTANT);
			}
			inListOnly = anyOf.inList();
		}
		else if (leaf instanceof FilterNode.Ordering ordering && !ordering.readings().isEmpty()) {
			key = ordering.key();
			asked = kinds(ordering.readings());
			alone = false;
		}
		else {
			return;
		}
		String what = key + ' ' + asked + alone;
		if (this.told.contains(key) || this.told.contains(what) || this.usual.contains(what) || query.isEmpty()) {
			return;
		}
		List<LeafQuery.StoredKind> stored = query.kinds(key);
		if (stored.isEmpty()) {
			tell(key,
					() -> noSuchKey(key,
							"a filter that compares it matches no document, and one with !=, NIN or NOT all of them",
							query.names()));
			return;
		}
		for (LeafQuery.StoredKind kind : stored) {
			if (family(kind.kind(), asked) && (kind.inList() ? alone : !inListOnly)) {
				if (this.usual.size() < MOST_USUAL) {
					this.usual.add(what);
				}
				return;
			}
		}
		boolean ordering = !alone;
		tell(what, () -> otherKind(key, asked, stored, ordering));
	}

	/** Whether a stored kind is one that such values are compared with. */
	private static boolean family(Kind stored, Set<Kind> asked) {
		boolean text = stored == Kind.TEXT || stored == Kind.TEXT_OF_INSTANT;
		return asked.contains(stored) || (text && (asked.contains(Kind.TEXT) || asked.contains(Kind.TEXT_OF_INSTANT)));
	}

	private static Set<Kind> kinds(Iterable<Scalar> values) {
		Set<Kind> kinds = EnumSet.noneOf(Kind.class);
		values.forEach((value) -> kinds.add(value.kind()));
		return kinds;
	}

	private interface Hint {

		String text() throws SQLException;

	}

	private void tell(String what, Hint hint) throws SQLException {
		String text = hint.text();
		if (this.told.add(what)) {
			logger.warn(text);
		}
	}

	private static String noSuchKey(String key, String consequence, List<String> names) {
		String folded = fold(key);
		// The nearest first, so that a slip finds the key that was meant among them.
		List<String> nearest = names.stream()
			.sorted(Comparator.comparingInt((String name) -> edits(folded, fold(name)))
				.thenComparing(Comparator.naturalOrder()))
			.limit(MOST_NAMES)
			.toList();
		String start = "No document has the metadata key " + quote(key) + ": " + consequence + ". ";
		if (nearest.isEmpty()) {
			return start + "Documents here have no metadata.";
		}
		if (edits(folded, fold(nearest.get(0))) <= Math.min(2, folded.length() / 2)) {
			return start + "Did you mean " + quote(nearest.get(0)) + "?";
		}
		return start + "Keys there are: " + nearest.stream().map(FilterHints::quote).collect(Collectors.joining(", "))
				+ ((names.size() > MOST_NAMES) ? ", ..." : "");
	}

	/** Letters to insert, to leave out or to exchange (Levenshtein). */
	private static int edits(String a, String b) {
		int[] row = IntStream.rangeClosed(0, b.length()).toArray();
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

	private static String otherKind(String key, Set<Kind> asked, List<LeafQuery.StoredKind> stored, boolean ordering) {
		// A list is there besides its elements.
		List<LeafQuery.StoredKind> comparable = stored.stream().filter((kind) -> kind.kind() != Kind.PRESENT).toList();
		String start = "A filter compares the metadata key " + quote(key) + " with a "
				+ asked.stream().map(FilterHints::name).distinct().collect(Collectors.joining(" or a "))
				+ ", and no document has one there: what is stored are ";
		if (comparable.isEmpty()) {
			return start
					+ "maps, arrays or other values that cannot be compared. Values in a map have keys of their own, "
					+ "joined with dots, such as " + quote(key + ".name") + ".";
		}
		String kinds = comparable.stream()
			.map((kind) -> name(kind.kind()) + (kind.inList() ? "s in a list" : "s"))
			.distinct()
			.collect(Collectors.joining(", "));
		return start + kinds + ". " + remedy(asked, comparable, ordering);
	}

	private static String remedy(Set<Kind> asked, List<LeafQuery.StoredKind> stored, boolean ordering) {
		if (ordering && stored.stream().allMatch(LeafQuery.StoredKind::inList)) {
			return "An ordering matches no element of a list; use == or IN.";
		}
		if (asked.contains(Kind.TEXT) && stored.stream().anyMatch((kind) -> kind.kind() == Kind.INSTANT)) {
			return "Dates are asked for by texts of ISO-8601, such as '2026-03-12' or '2026-03-12T10:00:00Z'.";
		}
		return "Values of different kinds never match; ask with the kind that is stored, or store the other.";
	}

	private static String name(Kind kind) {
		return switch (kind) {
			case PRESENT -> "value";
			case BOOLEAN -> "boolean";
			case NUMBER -> "number";
			case INSTANT -> "date";
			case TEXT, TEXT_OF_INSTANT -> "text";
		};
	}

	/** Keys that differ in case and punctuation alone are taken for each other. */
	private static String fold(String key) {
		String shown = (key.length() > MOST_LETTERS) ? key.substring(0, MOST_LETTERS) : key;
		return shown.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
	}

	/** On one line, whatever the key is made of. */
	private static String quote(String key) {
		String shown = (key.length() > MOST_LETTERS) ? key.substring(0, MOST_LETTERS) + "..." : key;
		return "'" + shown.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?") + "'";
	}

}

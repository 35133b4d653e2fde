package io.github.hnswspring.vectorstore.filter;

import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import io.github.hnswspring.vectorstore.filter.Scalar.Kind;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells, once for each key, of filters that cannot match as the metadata are: of a key no
 * document has, and of a value of a kind the key never has. Both are no errors, since
 * such documents may come later, and both are usually a slip. Thread-safe.
 */
final class FilterHints {

	private static final Log logger = LogFactory.getLog(FilterHints.class);

	/** Keys made of data, or by a stranger, must not fill the log. */
	private static final int MOST_HINTS = 100;

	/** Keys named in a hint, and letters of each. */
	private static final int MOST_NAMES = 12;

	private static final int MOST_LETTERS = 80;

	private final Set<String> told = ConcurrentHashMap.newKeySet();

	/**
	 * Gives a hint if there is a reason for one.
	 * @param query asks the state in which the leaf matched nothing
	 */
	void matchedNothing(LeafQuery query, FilterNode leaf) throws SQLException {
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
		else if (leaf instanceof FilterNode.Present present) {
			key = present.key();
			asked = EnumSet.allOf(Kind.class);
		}
		else {
			return;
		}
		if (this.told.contains(key) || query.isEmpty()) {
			return;
		}
		List<LeafQuery.StoredKind> stored = query.kinds(key);
		if (stored.isEmpty()) {
			tell(key, () -> noSuchKey(key, query.names()));
			return;
		}
		for (LeafQuery.StoredKind kind : stored) {
			if (family(kind.kind(), asked) && (kind.inList() ? alone : !inListOnly)) {
				return;
			}
		}
		boolean ordering = !alone;
		tell(key, () -> otherKind(key, asked, stored, ordering));
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

	private void tell(String key, Hint hint) throws SQLException {
		String text = hint.text();
		if (this.told.add(key)) {
			logger.warn(text);
		}
	}

	private static String noSuchKey(String key, List<String> names) {
		String named = names.stream()
			.sorted()
			.limit(MOST_NAMES)
			.map(FilterHints::quote)
			.collect(Collectors.joining(", "));
		String folded = fold(key);
		return "No document has the metadata key " + quote(key)
				+ ": a filter that compares it matches no document, and " + "one with !=, NIN or NOT all of them. "
				+ names.stream()
					.filter((name) -> fold(name).equals(folded))
					.findFirst()
					.map((name) -> "Did you mean " + quote(name) + "?")
					.orElseGet(() -> named.isEmpty() ? "Documents here have no metadata."
							: "Keys there are: " + named + ((names.size() > MOST_NAMES) ? ", ..." : ""));
	}

	private static String otherKind(String key, Set<Kind> asked, List<LeafQuery.StoredKind> stored, boolean ordering) {
		// A list is there besides its elements.
		List<LeafQuery.StoredKind> comparable = stored.stream().filter((kind) -> kind.kind() != Kind.PRESENT).toList();
		List<LeafQuery.StoredKind> named = comparable.isEmpty() ? stored : comparable;
		String kinds = named.stream()
			.map((kind) -> name(kind.kind()) + (kind.inList() ? "s in a list" : "s"))
			.distinct()
			.collect(Collectors.joining(", "));
		return "A filter compares the metadata key " + quote(key) + " with a "
				+ asked.stream().map(FilterHints::name).distinct().collect(Collectors.joining(" or a "))
				+ ", and no document has one there: what is stored are " + kinds + ". "
				+ (ordering && named.stream().allMatch(LeafQuery.StoredKind::inList)
						? "An ordering matches no element of a list; use == or IN."
						: "Values of different kinds never match; ask with the kind that is stored, or store the other.");
	}

	private static String name(Kind kind) {
		return switch (kind) {
			case PRESENT -> "value that cannot be compared";
			case BOOLEAN -> "boolean";
			case NUMBER -> "number";
			case INSTANT -> "date";
			case TEXT, TEXT_OF_INSTANT -> "text";
		};
	}

	/** Keys that differ in case and punctuation alone are taken for each other. */
	private static String fold(String key) {
		return key.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
	}

	/** On one line, whatever the key is made of. */
	private static String quote(String key) {
		String shown = (key.length() > MOST_LETTERS) ? key.substring(0, MOST_LETTERS) + "..." : key;
		return "'" + shown.replaceAll("[\\p{Cntrl}\\p{Cf}\u2028\u2029]", "?") + "'";
	}

}

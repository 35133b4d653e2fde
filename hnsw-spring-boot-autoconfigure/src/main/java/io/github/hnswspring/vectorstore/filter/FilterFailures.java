package io.github.hnswspring.vectorstore.filter;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchExplanation.FailedComparison;
import io.github.hnswspring.vectorstore.filter.FilterEvaluator.Found;

import org.springframework.ai.vectorstore.filter.Filter;

/**
 * Which comparisons of a filter keep a document out, and what it has instead. Confined to
 * one call.
 */
final class FilterFailures {

	/** Values, and elements of a list, that are shown. A judgment. */
	private static final int SHOWN = 5;

	/** Characters of a value that are shown. A judgment. */
	private static final int LENGTH = 80;

	private final Map<String, ?> metadata;

	private final List<FailedComparison> failures = new ArrayList<>();

	FilterFailures(Map<String, ?> metadata) {
		this.metadata = metadata;
	}

	/** What has to be otherwise for the filter to match; empty if it does. */
	List<FailedComparison> of(Filter.Expression filter) {
		collect(FilterNode.of(filter), true);
		return List.copyOf(this.failures);
	}

	/** Goes down to the comparisons that are not as they would have to be. */
	private void collect(FilterNode node, boolean wanted) {
		if (this.failures.size() == SearchExplanation.MAX_COMPARISONS
				|| FilterEvaluator.matches(node, this.metadata) == wanted) {
			return;
		}
		if (node instanceof FilterNode.And and) {
			and.operands().forEach((operand) -> collect(operand, wanted));
		}
		else if (node instanceof FilterNode.Or or) {
			or.operands().forEach((operand) -> collect(operand, wanted));
		}
		else if (node instanceof FilterNode.Not not) {
			collect(not.operand(), !wanted);
		}
		else if (node instanceof FilterNode.Present present) {
			add(present.key(), present.key() + (wanted ? " is not null" : " is null"));
		}
		else if (node instanceof FilterNode.AnyOf anyOf) {
			add(anyOf.key(), describe(anyOf, wanted));
		}
		else if (node instanceof FilterNode.Ordering ordering) {
			String comparison = ordering.key() + operator(ordering) + describe(ordering.readings());
			add(ordering.key(), wanted ? comparison : "not (" + comparison + ")");
		}
	}

	private void add(String key, String comparison) {
		FailedComparison failure = new FailedComparison(comparison, value(key));
		if (!this.failures.contains(failure)) {
			this.failures.add(failure);
		}
	}

	private static String describe(FilterNode.AnyOf anyOf, boolean wanted) {
		String values = anyOf.values()
			.stream()
			.limit(SHOWN)
			.map(FilterFailures::describe)
			.collect(Collectors.joining(", "));
		int more = anyOf.values().size() - SHOWN;
		if (more > 0) {
			values += ", and " + more + " more";
		}
		if (anyOf.inList()) {
			return anyOf.key() + (wanted ? " == [" : " != [") + values + "]";
		}
		return (anyOf.values().size() == 1) ? anyOf.key() + (wanted ? " == " : " != ") + values
				: anyOf.key() + (wanted ? " in [" : " not in [") + values + "]";
	}

	private static String operator(FilterNode.Ordering ordering) {
		return switch (ordering.operator()) {
			case GT -> " > ";
			case GTE -> " >= ";
			case LT -> " < ";
			default -> " <= ";
		};
	}

	/** The last way to read a value is the one it was written in. */
	private static String describe(List<Scalar> readings) {
		return readings.isEmpty() ? "a value that compares with nothing" : describe(readings.get(readings.size() - 1));
	}

	private static String describe(Scalar scalar) {
		Object value = (scalar.kind() == Scalar.Kind.BOOLEAN) ? scalar.value().equals(1L) : scalar.value();
		return show(value);
	}

	/** What the document has under a key, or {@code null}. */
	private @Nullable String value(String key) {
		List<Found> found = FilterEvaluator.values(this.metadata, key);
		List<Object> values = found.stream().filter((value) -> !value.inList()).map(Found::value).toList();
		if (values.isEmpty()) {
			// The key leads into a list of maps.
			values = found.stream().map(Found::value).toList();
		}
		return values.isEmpty() ? null : join(values);
	}

	private static String join(Collection<?> values) {
		String shown = values.stream().limit(SHOWN).map(FilterFailures::show).collect(Collectors.joining(", "));
		return (values.size() > SHOWN) ? shown + ", ..." : shown;
	}

	private static String show(@Nullable Object value) {
		Collection<?> elements = (value != null) ? AttributeRows.elements(value) : null;
		if (elements != null) {
			return shorten("[" + join(elements) + "]");
		}
		if (value instanceof Map<?, ?> map) {
			return "a map of " + map.size();
		}
		boolean isText = value instanceof CharSequence || value instanceof Character;
		String text = shorten(String.valueOf(value));
		return isText ? "'" + text + "'" : text;
	}

	private static String shorten(String text) {
		if (text.length() <= LENGTH) {
			return text;
		}
		int end = Character.isHighSurrogate(text.charAt(LENGTH - 1)) ? LENGTH - 1 : LENGTH;
		return text.substring(0, end) + "...";
	}

}

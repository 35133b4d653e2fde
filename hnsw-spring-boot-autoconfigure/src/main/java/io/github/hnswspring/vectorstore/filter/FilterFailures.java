package io.github.hnswspring.vectorstore.filter;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.hnswspring.vectorstore.SearchExplanation;

import org.springframework.ai.vectorstore.filter.Filter;

/**
 * Which comparisons of a filter keep a document out, in the words of the filter: nothing
 * is told of the document, which the filter may hide. Confined to one call.
 */
final class FilterFailures {

	/** Values of a comparison that are shown. A judgment. */
	private static final int SHOWN = 5;

	/** Characters of a value that are shown. A judgment. */
	private static final int LENGTH = 80;

	private final Map<String, ?> metadata;

	private final Set<String> failures = new LinkedHashSet<>();

	FilterFailures(Map<String, ?> metadata) {
		this.metadata = metadata;
	}

	/** What has to be otherwise for the filter to match; empty if it does. */
	List<String> of(Filter.Expression filter) {
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
			this.failures.add(present.key() + (wanted ? " is not null" : " is null"));
		}
		else if (node instanceof FilterNode.Is is) {
			this.failures.add(is.key() + (wanted ? " == " : " != ") + describe(is.value()));
		}
		else if (node instanceof FilterNode.AnyOf anyOf) {
			this.failures.add(describe(anyOf, wanted));
		}
		else if (node instanceof FilterNode.Ordering ordering) {
			String comparison = ordering.key() + operator(ordering) + describe(ordering.readings());
			this.failures.add(wanted ? comparison : "not (" + comparison + ")");
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
		String text = shorten(value.toString());
		return (value instanceof String) ? "'" + text + "'" : text;
	}

	private static String shorten(String text) {
		if (text.length() <= LENGTH) {
			return text;
		}
		int end = Character.isHighSurrogate(text.charAt(LENGTH - 1)) ? LENGTH - 1 : LENGTH;
		return text.substring(0, end) + "...";
	}

}

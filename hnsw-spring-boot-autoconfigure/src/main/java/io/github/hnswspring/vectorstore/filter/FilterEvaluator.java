package io.github.hnswspring.vectorstore.filter;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;

/**
 * Decides from a metadata map alone whether a filter matches: what {@link FilterIndex}
 * answers from SQLite, without SQLite. Thread-safe: immutable.
 */
public final class FilterEvaluator {

	private final FilterNode root;

	/**
	 * Prepares a filter for any number of documents.
	 * @param filter the filter
	 * @throws IllegalArgumentException if it is malformed or too large
	 */
	public FilterEvaluator(Filter.Expression filter) {
		this.root = FilterNode.of(filter);
	}

	/**
	 * Whether the filter matches a document with this metadata.
	 * @param metadata the metadata
	 * @return {@code true} if it does
	 */
	public boolean matches(Map<String, ?> metadata) {
		return matches(this.root, metadata);
	}

	static boolean matches(FilterNode node, Map<String, ?> metadata) {
		if (node instanceof FilterNode.And and) {
			return and.operands().stream().allMatch((operand) -> matches(operand, metadata));
		}
		if (node instanceof FilterNode.Or or) {
			return or.operands().stream().anyMatch((operand) -> matches(operand, metadata));
		}
		if (node instanceof FilterNode.Not not) {
			return !matches(not.operand(), metadata);
		}
		if (node instanceof FilterNode.Present present) {
			return !values(metadata, present.key()).isEmpty();
		}
		if (node instanceof FilterNode.AnyOf anyOf) {
			return equalsAny(values(metadata, anyOf.key()), anyOf);
		}
		if (node instanceof FilterNode.Is is) {
			return values(metadata, is.key()).stream()
				.anyMatch((found) -> !found.inList() && isSame(found.value(), is));
		}
		return node instanceof FilterNode.Ordering ordering && values(metadata, ordering.key()).stream()
			.anyMatch((found) -> !found.inList() && isOrdered(found.value(), ordering));
	}

	private static boolean isSame(Object value, FilterNode.Is is) {
		Scalar exact = Scalar.exact(value);
		return exact != null && exact.kind() == is.value().kind() && exact.compareTo(is.value()) == 0;
	}

	private static boolean equalsAny(List<Found> values, FilterNode.AnyOf anyOf) {
		boolean hasTextOfInstant = values.stream().anyMatch((found) -> isTextOfInstant(Scalar.exact(found.value())));
		for (Found found : values) {
			Scalar exact = (found.inList() || !anyOf.inList()) ? Scalar.exact(found.value()) : null;
			if (exact != null && anyOf.values()
				.stream()
				.anyMatch((wanted) -> wanted.isSame(exact)
						&& !(hasTextOfInstant && isTextOfInstant(wanted) && exact.kind() == Scalar.Kind.INSTANT))) {
				return true;
			}
		}
		return false;
	}

	private static boolean isTextOfInstant(@Nullable Scalar scalar) {
		return scalar != null && scalar.kind() == Scalar.Kind.TEXT_OF_INSTANT;
	}

	private static boolean isOrdered(Object value, FilterNode.Ordering ordering) {
		List<Scalar> left = Scalar.readings(value);
		List<Scalar> right = ordering.readings();
		if (left.isEmpty() || right.isEmpty()) {
			return false;
		}
		if (left.get(0).kind() == right.get(0).kind()) {
			return isOrdered(left.get(0).compareTo(right.get(0)), ordering.operator());
		}
		// A string that is an instant and one that is not compare as text.
		Scalar leftText = left.get(left.size() - 1);
		Scalar rightText = right.get(right.size() - 1);
		return leftText.value() instanceof String && rightText.value() instanceof String
				&& isOrdered(leftText.compareTo(rightText), ordering.operator());
	}

	private static boolean isOrdered(int comparison, ExpressionType operator) {
		return switch (operator) {
			case GT -> comparison > 0;
			case GTE -> comparison >= 0;
			case LT -> comparison < 0;
			case LTE -> comparison <= 0;
			default -> throw new IllegalArgumentException(operator + " is no ordering");
		};
	}

	/**
	 * All values a key addresses; lists and maps stand for themselves too, as present.
	 */
	static List<Found> values(Map<String, ?> metadata, String key) {
		List<Found> found = new ArrayList<>(2);
		search(metadata, key, false, 1, found);
		return found;
	}

	private static void search(Map<?, ?> map, String rest, boolean inList, int depth, List<Found> found) {
		for (Map.Entry<?, ?> entry : map.entrySet()) {
			String name = Scalar.wellFormed(String.valueOf(entry.getKey()));
			if (rest.equals(name)) {
				add(entry.getValue(), inList, depth, found);
			}
			else if (rest.length() > name.length() && rest.charAt(name.length()) == '.' && rest.startsWith(name)) {
				descend(entry.getValue(), rest.substring(name.length() + 1), inList, depth, found);
			}
		}
	}

	private static void descend(@Nullable Object value, String rest, boolean inList, int depth, List<Found> found) {
		if (value == null || depth > AttributeRows.MAX_DEPTH) {
			return;
		}
		if (value instanceof Map<?, ?> map) {
			search(map, rest, inList, depth + 1, found);
			return;
		}
		Collection<?> elements = AttributeRows.elements(value);
		if (elements != null) {
			elements.forEach((element) -> descend(element, rest, true, depth + 1, found));
		}
	}

	private static void add(@Nullable Object value, boolean inList, int depth, List<Found> found) {
		if (value == null || depth > AttributeRows.MAX_DEPTH) {
			return;
		}
		found.add(new Found(value, inList));
		Collection<?> elements = AttributeRows.elements(value);
		if (elements != null) {
			elements.forEach((element) -> add(element, true, depth + 1, found));
		}
	}

	/**
	 * A value.
	 *
	 * @param value the value
	 * @param inList whether it is an element of a list
	 */
	record Found(Object value, boolean inList) {
	}

}

package io.github.hnswspring.vectorstore.filter;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;

/**
 * Checks a filter expression and turns it into {@link FilterNode}s. Thread-safe:
 * stateless.
 */
final class FilterReader {

	private FilterReader() {
	}

	static FilterNode read(Filter.Expression expression) {
		size(expression);
		return read(expression, firstLevel(expression));
	}

	/** A scope in front of a filter is no level of it: the caller may use all of them. */
	private static int firstLevel(Filter.Expression root) {
		return Scope.in(root).isEverything() ? 1 : 0;
	}

	/**
	 * Refuses what is too deep or too large without recursion. An operand used in two
	 * places counts twice, so that a few objects cannot stand for 2^60 comparisons.
	 * @return the number of values compared with; a comparison counts as one, an IN as
	 * many as it has values
	 */
	static long size(Filter.Expression root) {
		Deque<Filter.Operand> operands = new ArrayDeque<>();
		Deque<Integer> levels = new ArrayDeque<>();
		operands.push(root);
		levels.push(firstLevel(root));
		int leaves = 0;
		long size = 0;
		while (!operands.isEmpty()) {
			Filter.Operand operand = operands.pop();
			int level = levels.pop();
			if (level > FilterNode.MAX_NESTING) {
				throw new IllegalArgumentException("A filter nests deeper than " + FilterNode.MAX_NESTING
						+ " levels; use IN for many values of one key");
			}
			List<Filter.Operand> inner = inner(operand);
			for (Filter.Operand child : inner) {
				operands.push(child);
				levels.push(level + 1);
			}
			if (inner.isEmpty() && isScope(operand)) {
				// Not the caller's, who may use all that the limits allow.
				continue;
			}
			if (inner.isEmpty() && ++leaves > FilterNode.MAX_LEAVES) {
				throw new IllegalArgumentException("A filter has more than " + FilterNode.MAX_LEAVES
						+ " comparisons; use IN for many values of one key");
			}
			if (inner.isEmpty()) {
				size += values(operand);
			}
		}
		return size;
	}

	private static boolean isScope(Filter.Operand operand) {
		return operand instanceof Filter.Expression leaf && Scope.in(leaf.right()) != null;
	}

	private static int values(Filter.Operand operand) {
		Object value = (operand instanceof Filter.Expression leaf && leaf.right() instanceof Filter.Value right)
				? right.value() : null;
		Collection<?> elements = (value != null) ? AttributeRows.elements(value) : null;
		return (elements != null) ? Math.max(1, elements.size()) : 1;
	}

	/** The operands that are expressions or groups themselves. */
	private static List<Filter.Operand> inner(Filter.Operand operand) {
		List<Filter.Operand> inner = new ArrayList<>(2);
		if (operand instanceof Filter.Group group) {
			addInner(inner, group.content());
		}
		else if (operand instanceof Filter.Expression expression) {
			addInner(inner, expression.left());
			addInner(inner, expression.right());
		}
		return inner;
	}

	private static void addInner(List<Filter.Operand> inner, Filter.@Nullable Operand operand) {
		if (operand instanceof Filter.Expression || operand instanceof Filter.Group) {
			inner.add(operand);
		}
	}

	private static FilterNode read(Filter.Operand operand, int depth) {
		boolean negated = false;
		Filter.Operand inner = ungroup(operand);
		while (inner instanceof Filter.Expression not && not.type() == ExpressionType.NOT) {
			negated = !negated;
			inner = ungroup(not.left());
		}
		if (!(inner instanceof Filter.Expression expression)) {
			throw new IllegalArgumentException("A filter needs an expression where it has " + describe(inner)
					+ "; build it with FilterExpressionBuilder or FilterTextParser");
		}
		if (depth > FilterNode.MAX_DEPTH) {
			throw new IllegalArgumentException("A filter nests AND, OR and NOT deeper than " + FilterNode.MAX_DEPTH
					+ " levels; simplify it, for example with IN");
		}
		FilterNode node = readExpression(expression, depth);
		return negated ? new FilterNode.Not(node) : node;
	}

	private static FilterNode readExpression(Filter.Expression expression, int depth) {
		return switch (expression.type()) {
			case AND -> new FilterNode.And(readChain(expression, depth));
			case OR -> new FilterNode.Or(readChain(expression, depth));
			case NOT -> throw new IllegalStateException("NOT is read above");
			case EQ -> readEquals(expression);
			case NE -> new FilterNode.Not(readEquals(expression));
			case IN -> readIn(expression);
			case NIN -> new FilterNode.Not(readIn(expression));
			case GT, GTE, LT, LTE -> readOrdering(expression);
			case ISNULL -> new FilterNode.Not(readPresent(expression));
			case ISNOTNULL -> readPresent(expression);
		};
	}

	/**
	 * Collects the operands of {@code a AND b AND c}, however it is nested. A builder in
	 * a loop makes chains hundreds of levels deep: no recursion along them.
	 */
	private static List<FilterNode> readChain(Filter.Expression chain, int depth) {
		List<FilterNode> operands = new ArrayList<>();
		Deque<Filter.Operand> pending = new ArrayDeque<>();
		pending.push(chain);
		while (!pending.isEmpty()) {
			Filter.Operand operand = ungroup(pending.pop());
			if (operand instanceof Filter.Expression expression && expression.type() == chain.type()) {
				pending.push(ungroup(expression.right()));
				pending.push(ungroup(expression.left()));
			}
			else {
				operands.add(read(operand, depth + 1));
			}
		}
		return operands;
	}

	private static FilterNode readEquals(Filter.Expression expression) {
		Scope scope = Scope.in(expression.right());
		if (scope != null) {
			return scope.node();
		}
		String key = key(expression);
		Object value = value(expression);
		if (value == null) {
			return new FilterNode.Not(new FilterNode.Present(key));
		}
		Collection<?> elements = AttributeRows.elements(value);
		return (elements != null) ? readEveryElement(expression, key, elements) : anyOf(key, List.of(value), false);
	}

	/**
	 * A list that has all of these; more than these, and another order, do not matter.
	 */
	private static FilterNode readEveryElement(Filter.Expression expression, String key, Collection<?> elements) {
		checkSize(expression, key, elements);
		Set<FilterNode> operands = new LinkedHashSet<>();
		for (Object element : elements) {
			operands.add(anyOf(key, (element != null) ? List.of(element) : List.of(), true));
		}
		return switch (operands.size()) {
			case 0 -> anyOf(key, List.of(), true);
			case 1 -> operands.iterator().next();
			default -> new FilterNode.And(List.copyOf(operands));
		};
	}

	private static FilterNode anyOf(String key, Collection<?> values, boolean inList) {
		Set<Scalar> wanted = new LinkedHashSet<>();
		for (Object value : values) {
			Scalar exact = Scalar.exact(value);
			if (exact != null) {
				wanted.add(exact);
			}
		}
		return new FilterNode.AnyOf(key, wanted, inList);
	}

	private static void checkSize(Filter.Expression expression, String key, Collection<?> values) {
		if (values.size() > FilterNode.MAX_IN_VALUES) {
			throw new IllegalArgumentException(expression.type() + " on key '" + key + "' has " + values.size()
					+ " values, at most " + FilterNode.MAX_IN_VALUES + " are allowed; split the request");
		}
	}

	private static FilterNode readIn(Filter.Expression expression) {
		String key = key(expression);
		Object value = value(expression);
		Collection<?> values = (value != null) ? AttributeRows.elements(value) : null;
		if (values == null) {
			throw new IllegalArgumentException(expression.type() + " on key '" + key + "' needs a List of values, got "
					+ describe(value) + "; use EQ or NE for one value");
		}
		checkSize(expression, key, values);
		List<Object> given = new ArrayList<>(values.size());
		for (Object element : values) {
			if (element != null) {
				given.add(element);
			}
		}
		FilterNode anyOf = anyOf(key, given, false);
		boolean orMissing = given.size() < values.size();
		return orMissing ? new FilterNode.Or(List.of(anyOf, new FilterNode.Not(new FilterNode.Present(key)))) : anyOf;
	}

	private static FilterNode readOrdering(Filter.Expression expression) {
		String key = key(expression);
		Object value = value(expression);
		return new FilterNode.Ordering(key, expression.type(), (value == null) ? List.of() : Scalar.readings(value));
	}

	private static FilterNode readPresent(Filter.Expression expression) {
		return new FilterNode.Present(key(expression));
	}

	/** The key of a leaf, without the quotes a caller may have put around it. */
	private static String key(Filter.Expression expression) {
		if (!(expression.left() instanceof Filter.Key operand) || operand.key() == null) {
			throw new IllegalArgumentException(
					expression.type() + " needs a key on its left, got " + describe(expression.left()));
		}
		String key = operand.key();
		int last = key.length() - 1;
		if (last >= 1 && (key.charAt(0) == '"' || key.charAt(0) == '\'') && key.charAt(0) == key.charAt(last)) {
			key = key.substring(1, last);
		}
		return Scalar.wellFormed(key);
	}

	private static @Nullable Object value(Filter.Expression expression) {
		if (!(expression.right() instanceof Filter.Value value)) {
			throw new IllegalArgumentException(
					expression.type() + " needs a value on its right, got " + describe(expression.right()));
		}
		return value.value();
	}

	private static Filter.Operand ungroup(Filter.@Nullable Operand operand) {
		Filter.Operand inner = operand;
		while (inner instanceof Filter.Group group) {
			inner = group.content();
		}
		if (inner == null) {
			throw new IllegalArgumentException("A filter's AND, OR, NOT or group lacks an operand");
		}
		return inner;
	}

	/** Names the type only: printing an expression recurses, and may hold secrets. */
	private static String describe(@Nullable Object operand) {
		return (operand == null) ? "nothing" : "a " + operand.getClass().getSimpleName();
	}

}

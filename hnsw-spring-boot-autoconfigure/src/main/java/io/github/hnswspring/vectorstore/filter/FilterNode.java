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
 * A filter expression, checked and flattened: chains of AND and of OR are one node each,
 * groups are gone, and the opposites (NE, NIN, ISNOTNULL, NOT) are a {@link Not}.
 * Thread-safe: immutable.
 */
sealed interface FilterNode {

	/** The deepest nesting of AND, OR and NOT after flattening. */
	int MAX_DEPTH = 128;

	/** The most comparisons in one expression. */
	int MAX_LEAVES = 10_000;

	/** The most values in one IN or NIN. */
	int MAX_IN_VALUES = 10_000;

	/** True if all operands are; there are at least two. */
	record And(List<FilterNode> operands) implements FilterNode {
	}

	/** True if any operand is; there are at least two. */
	record Or(List<FilterNode> operands) implements FilterNode {
	}

	/** True if the operand is not. */
	record Not(FilterNode operand) implements FilterNode {
	}

	/** True if the key has a value. */
	record Present(String key) implements FilterNode {
	}

	/**
	 * True if the value of the key, or an element of it, is one of those given. The set
	 * holds readings of every value, and may be empty.
	 */
	record AnyOf(String key, Set<Scalar> values) implements FilterNode {
	}

	/**
	 * True if the value of the key compares so with the one given.
	 *
	 * @param key the key
	 * @param operator GT, GTE, LT or LTE
	 * @param readings the ways the given value can be compared, maybe none
	 */
	record Ordering(String key, ExpressionType operator, List<Scalar> readings) implements FilterNode {
	}

	/**
	 * Checks and flattens an expression.
	 * @param expression the expression
	 * @return its root
	 * @throws IllegalArgumentException if it is malformed or too large
	 */
	static FilterNode of(Filter.Expression expression) {
		return new Reader().read(expression, 1);
	}

	/** Confined to one call of {@link #of}. */
	final class Reader {

		private int leaves;

		private FilterNode read(Filter.Operand operand, int depth) {
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
			if (depth > MAX_DEPTH) {
				throw new IllegalArgumentException("A filter nests AND, OR and NOT deeper than " + MAX_DEPTH
						+ " levels; simplify it, for example with IN");
			}
			FilterNode node = readExpression(expression, depth);
			return negated ? new Not(node) : node;
		}

		private FilterNode readExpression(Filter.Expression expression, int depth) {
			return switch (expression.type()) {
				case AND -> new And(readChain(expression, depth));
				case OR -> new Or(readChain(expression, depth));
				case NOT -> throw new IllegalStateException("NOT is read above");
				case EQ -> readEquals(expression);
				case NE -> new Not(readEquals(expression));
				case IN -> readIn(expression);
				case NIN -> new Not(readIn(expression));
				case GT, GTE, LT, LTE -> readOrdering(expression);
				case ISNULL -> new Not(readPresent(expression));
				case ISNOTNULL -> readPresent(expression);
			};
		}

		/**
		 * Collects the operands of {@code a AND b AND c}, however it is nested. A builder
		 * in a loop makes chains thousands of levels deep: no recursion along them.
		 */
		private List<FilterNode> readChain(Filter.Expression chain, int depth) {
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

		private FilterNode readEquals(Filter.Expression expression) {
			String key = key(expression);
			Object value = value(expression);
			if (value == null) {
				return new Not(new Present(key));
			}
			return new AnyOf(key, new LinkedHashSet<>(Scalar.readings(value)));
		}

		private FilterNode readIn(Filter.Expression expression) {
			String key = key(expression);
			Object value = value(expression);
			Collection<?> values = (value != null) ? AttributeRows.elements(value) : null;
			if (values == null) {
				throw new IllegalArgumentException(expression.type() + " on key '" + key
						+ "' needs a List of values, got " + describe(value) + "; use EQ or NE for one value");
			}
			if (values.size() > MAX_IN_VALUES) {
				throw new IllegalArgumentException(expression.type() + " on key '" + key + "' has " + values.size()
						+ " values, at most " + MAX_IN_VALUES + " are allowed; split the request");
			}
			Set<Scalar> readings = new LinkedHashSet<>();
			boolean orMissing = false;
			for (Object element : values) {
				if (element == null) {
					orMissing = true;
				}
				else {
					readings.addAll(Scalar.readings(element));
				}
			}
			FilterNode anyOf = new AnyOf(key, readings);
			return orMissing ? new Or(List.of(anyOf, new Not(new Present(key)))) : anyOf;
		}

		private FilterNode readOrdering(Filter.Expression expression) {
			String key = key(expression);
			Object value = value(expression);
			return new Ordering(key, expression.type(), (value == null) ? List.of() : Scalar.readings(value));
		}

		private FilterNode readPresent(Filter.Expression expression) {
			return new Present(key(expression));
		}

		/** The key of a leaf, without the quotes a caller may have put around it. */
		private String key(Filter.Expression expression) {
			if (++this.leaves > MAX_LEAVES) {
				throw new IllegalArgumentException(
						"A filter has more than " + MAX_LEAVES + " comparisons; use IN for many values of one key");
			}
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

}

package io.github.hnswspring.vectorstore.filter;

import io.github.hnswspring.vectorstore.Limits;

import java.util.List;
import java.util.Set;

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

	/**
	 * The deepest nesting of the expression as it was built, every link of a chain
	 * counted. Records print and compare themselves recursively, and an observation
	 * prints the filter: 1,000 levels fit every stack.
	 */
	int MAX_NESTING = 1_000;

	/** The most comparisons in one expression. */
	int MAX_LEAVES = Limits.MAX_FILTER_SIZE;

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

	/** True for every document; only asked for by {@link ComplementKeySet}. */
	record Live() implements FilterNode {
	}

	/** True if the key has a value. */
	record Present(String key) implements FilterNode {
	}

	/**
	 * True if the value of the key, or an element of it, is one of those given. The set
	 * holds what {@link Scalar#exact} says of them, and may be empty.
	 *
	 * @param key the key
	 * @param values what to look for
	 * @param inList whether only elements of a list count
	 */
	record AnyOf(String key, Set<Scalar> values, boolean inList) implements FilterNode {
	}

	/**
	 * True if the value of the key is this one, of the same kind and no element of a
	 * list.
	 *
	 * @param key the key, without a dot
	 * @param value what it has to be
	 */
	record Is(String key, Scalar value) implements FilterNode {
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
		return FilterReader.read(expression);
	}

}

package io.github.hnswspring.vectorstore.filter;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.Expression;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;
import org.springframework.ai.vectorstore.filter.Filter.Group;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder.Op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What is left of an expression once it is checked and flattened. */
class FilterReaderTests {

	private static final FilterExpressionBuilder B = new FilterExpressionBuilder();

	private static FilterNode read(Op filter) {
		return FilterReader.read(filter.build());
	}

	private static FilterNode equal(String key, long... values) {
		Set<Scalar> wanted = new LinkedHashSet<>();
		Arrays.stream(values).forEach((value) -> wanted.add(new Scalar(Scalar.Kind.NUMBER, value)));
		return new FilterNode.AnyOf(key, wanted, false);
	}

	@Test
	void aChainIsOneNodeHoweverItWasNestedInTheOrderOfItsOperands() {
		FilterNode all = new FilterNode.And(List.of(equal("a", 1), equal("b", 2), equal("c", 3), equal("d", 4)));
		assertThat(read(B.and(B.and(B.eq("a", 1), B.eq("b", 2)), B.and(B.eq("c", 3), B.eq("d", 4))))).isEqualTo(all);
		assertThat(read(B.and(B.eq("a", 1), B.and(B.eq("b", 2), B.group(B.and(B.eq("c", 3), B.eq("d", 4)))))))
			.isEqualTo(all);
	}

	@Test
	void aChainOfTheOtherKindIsANodeWithinIt() {
		assertThat(read(B.or(B.eq("a", 1), B.and(B.eq("b", 2), B.eq("c", 3))))).isEqualTo(
				new FilterNode.Or(List.of(equal("a", 1), new FilterNode.And(List.of(equal("b", 2), equal("c", 3))))));
	}

	@Test
	void oppositesAreNotAndTwoOfThemAreNone() {
		FilterNode not = new FilterNode.Not(equal("a", 1));
		assertThat(read(B.ne("a", 1))).isEqualTo(not);
		assertThat(read(B.nin("a", 1))).isEqualTo(not);
		assertThat(read(B.not(B.eq("a", 1)))).isEqualTo(not);
		assertThat(read(B.not(B.group(B.not(B.eq("a", 1)))))).isEqualTo(equal("a", 1));
		assertThat(read(B.not(B.ne("a", 1)))).isEqualTo(new FilterNode.Not(not));
		assertThat(read(B.isNull("a"))).isEqualTo(new FilterNode.Not(new FilterNode.Present("a")));
	}

	@Test
	void ofEqualValuesOneIsAskedForAndOfWhatCannotBeComparedNone() {
		assertThat(read(B.in("a", 1, 1L, (short) 1, 2, Double.NaN, new Object()))).isEqualTo(equal("a", 1, 2));
	}

	@Test
	void nullInAListAsksForDocumentsWithoutTheKeyAsWell() {
		assertThat(read(B.in("a", Arrays.asList(1, null))))
			.isEqualTo(new FilterNode.Or(List.of(equal("a", 1), new FilterNode.Not(new FilterNode.Present("a")))));
	}

	@Test
	void equalToAListAsksForEachOfItsElementsOnce() {
		FilterNode one = new FilterNode.AnyOf("a", Set.of(new Scalar(Scalar.Kind.NUMBER, 1L)), true);
		FilterNode two = new FilterNode.AnyOf("a", Set.of(new Scalar(Scalar.Kind.NUMBER, 2L)), true);
		assertThat(read(B.eq("a", List.of(1, 2, 1)))).isEqualTo(new FilterNode.And(List.of(one, two)));
		assertThat(read(B.eq("a", List.of(1, 1)))).isEqualTo(one);
		assertThat(read(B.eq("a", List.of()))).isEqualTo(new FilterNode.AnyOf("a", Set.of(), true));
	}

	@Test
	void quotesAroundAKeyAreDroppedOnceAndOnlyInPairs() {
		assertThat(read(B.eq("'a'", 1))).isEqualTo(equal("a", 1));
		assertThat(read(B.eq("\"'a'\"", 1))).isEqualTo(equal("'a'", 1));
		assertThat(read(B.eq("'a\"", 1))).isEqualTo(equal("'a\"", 1));
		assertThat(read(B.eq("'", 1))).isEqualTo(equal("'", 1));
		assertThat(read(B.eq("''", 1))).isEqualTo(equal("", 1));
	}

	@Test
	void aComparisonCountsAsOneAndAListAsManyAsItHasValues() {
		assertThat(FilterReader.size(B.eq("a", 1).build())).isEqualTo(1);
		assertThat(FilterReader.size(B.in("a", 1, 2, 3).build())).isEqualTo(3);
		assertThat(FilterReader.size(B.in("a", List.of()).build())).isEqualTo(1);
		assertThat(FilterReader.size(B.not(B.or(B.nin("a", 1, 2), B.isNull("b"))).build())).isEqualTo(3);
		Expression shared = B.eq("a", 1).build();
		assertThat(FilterReader.size(new Expression(ExpressionType.AND, shared, new Group(shared)))).isEqualTo(2);
	}

	@Test
	void aRefusalNamesTheKindAndTheKeyAndNeverTheValue() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> FilterReader
				.read(new Expression(ExpressionType.IN, new Filter.Key("user"), new Filter.Value("secret"))))
			.withMessageContaining("IN on key 'user' needs a List of values, got a String")
			.withMessageNotContaining("secret");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> FilterReader
				.read(new Expression(ExpressionType.GT, new Filter.Value("secret"), new Filter.Value("secret"))))
			.withMessageContaining("GT needs a key on its left, got a Value")
			.withMessageNotContaining("secret");
	}

}

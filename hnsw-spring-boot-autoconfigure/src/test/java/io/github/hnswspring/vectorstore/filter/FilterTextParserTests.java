package io.github.hnswspring.vectorstore.filter;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.Expression;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;
import org.springframework.ai.vectorstore.filter.FilterExpressionTextParser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Untrusted filter text: the same expressions as Spring AI's parser, and nothing but
 * IllegalArgumentException for the rest.
 */
class FilterTextParserTests {

	@ParameterizedTest
	@ValueSource(strings = { "country == 'BG'", "year >= 2020 || country == 'BG' && city != 'Sofia'",
			"(year >= 2020 OR country == \"BG\") AND city NIN ['Sofia', 'Plovdiv']",
			"isOpen == true AND NOT x in [1, 2]", "price >= -15.6 and price <= +20.13", "author.name NOT IN ['x']",
			"a IS NULL", "a is not null", "NOT a IS NOT NULL", "n == 5L", "'quoted key' == 'it\\'s'", "WHERE a == 1",
			"a==1", "NOT (a == 1 OR NOT (b == 2))" })
	void readsWhatSpringAiReads(String text) {
		assertThat(FilterTextParser.parse(text)).isEqualTo(new FilterExpressionTextParser().parse(text));
	}

	@Test
	void readsKeysThatBeginWithWhereAndLongWholeNumbers() {
		assertThat(FilterTextParser.parse("whereabouts == 'x'")).isEqualTo(eq("whereabouts", "x"));
		assertThat(FilterTextParser.parse("  where a == 'x' ")).isEqualTo(eq("a", "x"));
		assertThat(FilterTextParser.parse("WHERE\ta == 'x'")).isEqualTo(eq("a", "x"));
		assertThat(FilterTextParser.parse("n == 4200000000")).isEqualTo(eq("n", 4_200_000_000L));
		assertThat(FilterTextParser.parse("n == -9223372036854775808")).isEqualTo(eq("n", Long.MIN_VALUE));
		assertThat(FilterTextParser.parse("n == 7")).isEqualTo(eq("n", 7));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "   ", "a", "a ==", "== 1", "a == 1 b == 2", "a = 1", "a == 'x", "a == 1 \u00a7",
			"(a == 1", "a == 1)", "a in []", "a in [1,]", "a in 1", "NOT", "WHERE", "a == 1; DROP TABLE document",
			"a == b", "a == 99999999999999999999", "a in [1, 9223372036854775808]", "a == 99999999999999999999L",
			"a.b.c == 1", "a in [1, 'x' 2]", "\u0000", "a == \uD83D" })
	void refusesWhatIsNoFilter(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> FilterTextParser.parse(text))
			.withMessageStartingWith("A filter")
			.withNoCause();
	}

	@Test
	void saysWhereItStopped() {
		assertThatIllegalArgumentException().isThrownBy(() -> FilterTextParser.parse("country = 'BG'"))
			.withMessageContaining("character 9");
		assertThatIllegalArgumentException().isThrownBy(() -> FilterTextParser.parse("country == 'BG' year"))
			.withMessageContaining("character 17, near 'year'");
		assertThatIllegalArgumentException().isThrownBy(() -> FilterTextParser.parse("country =="))
			.withMessageContaining("where the text ends");
	}

	@Test
	void limitsLength() {
		String longest = "a == '" + "x".repeat(FilterTextParser.MAX_LENGTH - 7) + "'";
		assertThat(longest).hasSize(FilterTextParser.MAX_LENGTH);
		assertThat(FilterTextParser.parse(longest)).isNotNull();
		assertThatIllegalArgumentException().isThrownBy(() -> FilterTextParser.parse(longest + " "))
			.withMessageContaining("500001 characters");
	}

	@Test
	void limitsComparisonsAndValues() {
		int most = FilterTextParser.MAX_COMPARISONS;
		Expression chain = FilterTextParser.parse("a == 1 OR ".repeat(most - 1) + "a == 2");
		assertThat(FilterIndex.check(chain)).isEqualTo(most);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> FilterTextParser.parse("a == 1 and b == 2 || ".repeat(most) + "a == 2"))
			.withMessageContaining("A filter has 2001 comparisons, at most 1000");
		String ids = IntStream.range(1, FilterIndex.MAX_SIZE)
			.mapToObj((i) -> "'" + new UUID(i, i) + "', ")
			.collect(Collectors.joining());
		assertThat(FilterIndex.check(FilterTextParser.parse("id in [" + ids + "'x']"))).isEqualTo(FilterIndex.MAX_SIZE);
		assertThatIllegalArgumentException().isThrownBy(() -> FilterTextParser.parse("id in [" + ids + "'x', 'y']"))
			.withMessageContaining("A filter has 10001 values, at most 10000");
	}

	@Test
	void limitsNesting() {
		int most = FilterTextParser.MAX_NESTING;
		assertThat(FilterTextParser.parse("(".repeat(most) + "a == 1" + ")".repeat(most))).isNotNull();
		assertThat(FilterTextParser.parse("NOT ".repeat(most) + "a == 1")).isNotNull();
		assertThat(FilterTextParser.parse("a NOT IN [1] AND ".repeat(100) + "a == 1")).isNotNull();
		assertThat(FilterTextParser.parse("(NOT a == 1) AND ".repeat(100) + "a == 1")).isNotNull();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> FilterTextParser.parse("(".repeat(most + 1) + "a == 1" + ")".repeat(most + 1)))
			.withMessageContaining("deeper than 32");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> FilterTextParser.parse("NOT ".repeat(most + 1) + "a == 1"))
			.withMessageContaining("deeper than 32");
		assertThatIllegalArgumentException().isThrownBy(() -> FilterTextParser.parse("(".repeat(2_000)));
	}

	@Test
	void longestChainsAreReadAndEvaluated() {
		Expression filter = FilterTextParser.parse("a==1||".repeat(340) + "a==2");
		assertThat(new FilterEvaluator(filter).matches(java.util.Map.of("a", 2))).isTrue();
	}

	@Test
	void printsNothingAndKeepsCallersApart() throws Exception {
		PrintStream before = System.err;
		ByteArrayOutputStream printed = new ByteArrayOutputStream();
		System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
		ExecutorService callers = Executors.newFixedThreadPool(8);
		try {
			List<Future<?>> calls = new ArrayList<>();
			for (int caller = 0; caller < 8; caller++) {
				String secret = "secret" + caller;
				calls.add(callers.submit(() -> {
					for (int i = 0; i < 200; i++) {
						assertThatIllegalArgumentException()
							.isThrownBy(() -> FilterTextParser.parse("a == 1 \u00a7 " + secret + " " + secret))
							.satisfies(
									(ex) -> assertThat(ex.getMessage().replace(secret, "")).doesNotContain("secret"));
					}
				}));
			}
			for (Future<?> call : calls) {
				call.get();
			}
		}
		finally {
			callers.shutdownNow();
			System.setErr(before);
		}
		assertThat(printed.toString(StandardCharsets.UTF_8)).doesNotContain("secret");
	}

	@Test
	void randomTextGivesAnExpressionOrAnIllegalArgument() {
		long seed = System.nanoTime();
		System.out.println("FilterTextParserTests seed " + seed);
		Random random = new Random(seed);
		String[] pieces = { "a", "b.c", "'x'", "\"y\"", "1", "-2.5", "3L", "true", "==", "!=", ">", "<=", "in", "NIN",
				"not", "NOT", "and", "||", "(", ")", "[", "]", ",", "is", "null", "where", "\\", "'", "\n", "\u00e4" };
		int parsed = 0;
		for (int round = 0; round < 20_000; round++) {
			StringBuilder text = new StringBuilder((round % 2 == 0) ? "a == 1 and " : "");
			for (int i = random.nextInt(12); i >= 0; i--) {
				text.append(pieces[random.nextInt(pieces.length)]).append(random.nextBoolean() ? " " : "");
			}
			try {
				FilterIndex.check(FilterTextParser.parse(text.toString()));
				parsed++;
			}
			catch (IllegalArgumentException ex) {
				assertThat(ex.getMessage()).as("seed %s: %s", seed, text).startsWith("A filter");
			}
		}
		assertThat(parsed).isGreaterThan(0);
	}

	private static Expression eq(String key, Object value) {
		return new Expression(ExpressionType.EQ, new Filter.Key(key), new Filter.Value(value));
	}

}

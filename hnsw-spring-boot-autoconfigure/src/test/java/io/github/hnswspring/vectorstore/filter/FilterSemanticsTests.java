package io.github.hnswspring.vectorstore.filter;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.sql.SQLException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.Expression;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What filters mean, sentence by sentence of the package's documentation. Every check
 * asks SQLite and the evaluator.
 */
class FilterSemanticsTests {

	private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

	@Test
	void comparesEqualAndOrdered() {
		Map<String, Object> metadata = Map.of("country", "BG", "year", 2020);
		assertMatches(metadata, "country == 'BG'", "year >= 2020", "year <= 2020", "year > 2019", "year < 2021",
				"country != 'NL'", "country in ['NL', 'BG']", "year nin [2019, 2021]", "country NOT IN ['NL']");
		assertRejects(metadata, "country == 'NL'", "year > 2020", "year < 2020", "country != 'BG'", "country in ['NL']",
				"year nin [2020]", "country == 'bg'");
	}

	@Test
	void combinesWithAndOrNotAndGroups() {
		Map<String, Object> metadata = Map.of("city", "Sofia", "year", 2019, "country", "BG");
		assertMatches(metadata, "(year >= 2020 OR country == 'BG') AND city NIN ['Plovdiv']",
				"NOT (year == 2020 AND country == 'BG')", "NOT NOT country == 'BG'",
				"year == 1 OR year == 2 OR year == 2019");
		assertRejects(metadata, "(year >= 2020 OR country == 'BG') AND city NIN ['Sofia']", "NOT country == 'BG'",
				"year == 2019 AND year == 2020");
	}

	@ParameterizedTest
	@EnumSource(names = { "EQ", "GT", "GTE", "LT", "LTE" })
	void aMissingKeyMatchesNoComparison(ExpressionType type) {
		assertRejects(Map.of("other", 1), new Expression(type, new Filter.Key("key"), new Filter.Value(0)));
		assertRejects(Map.of("other", 1), new Expression(type, new Filter.Key("key"), new Filter.Value("")));
	}

	@Test
	void aMissingKeyIsDifferentFromEverything() {
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		Map<String, Object> withNull = new HashMap<>(Collections.singletonMap("key", null));
		for (Map<String, Object> metadata : List.of(Map.<String, Object>of(), withNull)) {
			assertMatches(metadata, b.ne("key", "x").build(), b.nin("key", "x").build(), b.isNull("key").build(),
					b.not(b.eq("key", "x")).build(), b.not(b.isNotNull("key")).build());
			assertRejects(metadata, b.in("key", "x").build(), b.isNotNull("key").build());
		}
	}

	@Test
	void comparingWithNullAsksForNull() {
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		Filter.Value nothing = new Filter.Value(null);
		Expression equalsNull = new Expression(ExpressionType.EQ, new Filter.Key("key"), nothing);
		Expression isNotNull = new Expression(ExpressionType.NE, new Filter.Key("key"), nothing);
		assertMatches(Map.of(), equalsNull, b.in("key", Arrays.asList("x", null)).build());
		assertRejects(Map.of(), isNotNull, new Expression(ExpressionType.GTE, new Filter.Key("key"), nothing));
		assertMatches(Map.of("key", 1), isNotNull);
		assertRejects(Map.of("key", 1), equalsNull, b.in("key", Arrays.asList("x", null)).build());
	}

	@Test
	void valuesOfDifferentKindsDoNotMatchAndAreNoError() {
		for (Object value : List.of("1", true, NOON, List.of("1"), Map.of("a", 1), new int[] { 1 },
				UUID.randomUUID())) {
			assertRejects(Map.of("key", value), "key == 1", "key > 0", "key <= 1", "key in [1, 2]");
			assertMatches(Map.of("key", value), "key != 1", "key nin [1, 2]");
		}
		assertRejects(Map.of("key", 1), "key == '1'", "key == true", "key >= '0'");
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		assertRejects(Map.of("key", 1), b.eq("key", new Object()).build(), b.eq("key", List.of(1)).build());
	}

	@Test
	void numbersCompareByValueWhateverTheirType() {
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		for (Object two : List.of((byte) 2, (short) 2, 2, 2L, 2f, 2.0, BigInteger.TWO, new BigDecimal("2.00"))) {
			assertMatches(Map.of("n", two), "n == 2", "n == 2.0", "n in [1, 2]", "n >= 2", "n > 1.999", "n < 2.001");
			assertMatches(Map.of("n", 2), b.eq("n", two).build(), b.gte("n", two).build());
			assertRejects(Map.of("n", 2), b.gt("n", two).build(), b.ne("n", two).build());
		}
		assertMatches(Map.of("n", -0.0), "n == 0", "n >= 0", "n <= 0.0");
		assertRejects(Map.of("n", 0.1f), "n == 0.1");
	}

	@Test
	void longsCompareExactly() {
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		long big = (1L << 53) + 1;
		assertMatches(Map.of("n", big), b.eq("n", big).build(), b.gt("n", big - 1).build(),
				b.gt("n", (double) (big - 1)).build(), b.ne("n", (double) big).build(), b.lt("n", big + 1).build());
		assertRejects(Map.of("n", big), b.eq("n", big - 1).build(), b.in("n", big - 1, big + 1).build());
		assertMatches(Map.of("n", Long.MAX_VALUE), b.lt("n", 0x1p63).build(), b.eq("n", Long.MAX_VALUE).build(),
				"n == 9223372036854775807");
		assertRejects(Map.of("n", Long.MAX_VALUE), b.eq("n", 0x1p63).build(), b.eq("n", Long.MAX_VALUE - 1).build());
		assertMatches(Map.of("n", Long.MIN_VALUE), b.eq("n", -0x1p63).build(), "n == -9223372036854775808");
	}

	@Test
	void notANumberMatchesNothingButIsThere() {
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		for (Object nan : List.of(Double.NaN, Float.NaN)) {
			assertMatches(Map.of("n", nan), "n != 0", b.ne("n", nan).build(), b.isNotNull("n").build());
			assertRejects(Map.of("n", nan), b.eq("n", nan).build(), "n < 0", "n >= 0", b.in("n", nan).build());
		}
		assertMatches(Map.of("n", Double.POSITIVE_INFINITY), "n > 1", b.eq("n", Float.POSITIVE_INFINITY).build());
	}

	private static final List<String> SPELLINGS_OF_NOON = List.of("2026-11-20T12:00:00Z", "2026-11-20T12:00Z",
			"2026-11-20T13:00:00+01:00", "2026-11-20T12:00", "2026-11-20T12:00:00.000", "2026-11-20T12:00:00z");

	private static final List<Object> DATES_OF_NOON = List.of(NOON, Date.from(NOON),
			LocalDateTime.of(2026, 11, 20, 12, 0), OffsetDateTime.parse("2026-11-20T13:00:00+01:00"),
			ZonedDateTime.parse("2026-11-20T12:00:00Z[UTC]"));

	@Test
	void stringsAreEqualIfTheyAreSpelledTheSameThoughTheyBeDates() {
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		for (String stored : SPELLINGS_OF_NOON) {
			for (String wanted : SPELLINGS_OF_NOON) {
				Expression[] same = { b.eq("at", wanted).build(), b.in("at", "x", wanted).build(),
						FilterTextParser.parse("at == '" + wanted + "'"),
						FilterTextParser.parse("at in ['" + wanted + "', '2026-11-20']") };
				Expression[] different = { b.ne("at", wanted).build(), b.nin("at", wanted, "x").build(),
						FilterTextParser.parse("at != '" + wanted + "'"),
						FilterTextParser.parse("at nin ['" + wanted + "']"), b.not(b.eq("at", wanted)).build() };
				for (Object metadata : List.of(stored, List.of("a", stored), List.of(List.of(stored)))) {
					assertMatches(Map.of("at", metadata), (Object[]) (stored.equals(wanted) ? same : different));
					assertRejects(Map.of("at", metadata), (Object[]) (stored.equals(wanted) ? different : same));
				}
				assertMatches(Map.of("a", Map.of("at", stored)),
						stored.equals(wanted) ? b.eq("a.at", wanted).build() : b.ne("a.at", wanted).build());
			}
		}
		assertRejects(Map.of("day", "2026-11-20"), "day == '2026-11-20T00:00:00Z'", "day in ['2026-11-20T00:00']");
	}

	@Test
	void orderingsReadInstantsOutOfStrings() {
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		List<Object> all = new ArrayList<>(SPELLINGS_OF_NOON);
		all.addAll(DATES_OF_NOON);
		for (Object noon : all) {
			assertMatches(Map.of("at", noon), b.gte("at", Date.from(NOON)).build(), "at > '2026-11-20'",
					"at >= '2026-11-20T12:00'", "at <= '2026-11-20T13:00:00+01:00'", "at < '2026-11-20T14:00:00+01:00'",
					b.lt("at", NOON.plusNanos(1)).build());
			assertRejects(Map.of("at", noon), b.gt("at", NOON).build(), b.gt("at", "2026-11-20T12:00:00Z").build(),
					"at < '2026-11-20T12:00'", b.lt("at", LocalDate.of(2026, 11, 20)).build());
		}
		assertMatches(Map.of("day", LocalDate.of(2026, 11, 20)), "day >= '2026-11-01'");
	}

	@Test
	void aDateOnEitherSideComparesAsAnInstant() {
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		List<Object> all = new ArrayList<>(SPELLINGS_OF_NOON);
		all.addAll(DATES_OF_NOON);
		for (Object stored : all) {
			for (Object wanted : all) {
				if (stored instanceof String && wanted instanceof String) {
					continue;
				}
				for (Object metadata : List.of(stored, List.of(true, stored))) {
					assertMatches(Map.of("at", metadata), b.eq("at", wanted).build(),
							b.in("at", "2026-11-20", wanted).build());
					assertRejects(Map.of("at", metadata), b.ne("at", wanted).build(), b.nin("at", wanted).build(),
							b.eq("at", "x").build());
				}
			}
			assertRejects(Map.of("at", stored), b.eq("at", NOON.plusMillis(1)).build(), "at == '2026-11-20'");
		}
		assertMatches(Map.of("day", LocalDate.of(2026, 11, 20)), "day == '2026-11-20'",
				"day in ['2026-11-20T01:00+01:00']");
	}

	@Test
	void whereAKeyHoldsDatesAndStringsThatAreDatesAStringComparesWithTheStrings() {
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		Map<String, Object> metadata = Map.of("at", List.of(NOON, "2026-11-20T12:00"));
		assertMatches(metadata, "at == '2026-11-20T12:00'", b.eq("at", NOON).build());
		assertRejects(metadata, "at == '2026-11-20T12:00:00Z'", "at in ['2026-11-20T13:00:00+01:00']");
		assertMatches(Map.of("at", List.of(NOON, "noon")), "at == '2026-11-20T12:00:00Z'");
	}

	@Test
	void anythingThatIsTextComparesWithADateByItsText() {
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		URI uri = URI.create("2026-11-20");
		assertMatches(Map.of("s", uri), "s == '2026-11-20'", b.eq("s", uri).build());
		assertMatches(Map.of("s", "2026-11-20"), b.eq("s", uri).build(), b.in("s", uri, "x").build());
		assertRejects(Map.of("s", uri), "s == '2026-11-20T00:00:00Z'", b.eq("s", LocalDate.of(2026, 11, 20)).build());
	}

	@Test
	void equalsWithAListAsksForAListThatHasAllOfIt() {
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		for (Object tags : List.of(List.of("a", "b", 3), Set.of(3, "b", "a"), new Object[] { "b", 3.0, "a", "c" })) {
			assertMatches(Map.of("tags", tags), b.eq("tags", List.of("a", "b", 3)).build(),
					b.eq("tags", List.of("b", "a", "b")).build(), b.eq("tags", Set.of("a")).build(),
					b.eq("tags", new Object[] { 3L, "a" }).build(), b.ne("tags", List.of("a", "x")).build());
			assertRejects(Map.of("tags", tags), b.eq("tags", List.of("a", "x")).build(),
					b.ne("tags", List.of("a", "b")).build(), b.eq("tags", Arrays.asList("a", null)).build(),
					b.eq("tags", List.of("a", new Object())).build(), b.eq("tags", List.of()).build());
		}
		assertRejects(Map.of("tags", "a"), b.eq("tags", List.of("a")).build(), b.eq("other", List.of("a")).build());
		assertMatches(Map.of("tags", "a"), b.ne("tags", List.of("a")).build(), b.ne("tags", List.of()).build());
		assertMatches(Map.of("at", List.of("2026-11-20", NOON)), b.eq("at", List.of("2026-11-20", NOON)).build());
		assertRejects(Map.of("at", List.of("2026-11-20")), b.eq("at", List.of("2026-11-20T00:00:00Z")).build());
	}

	@Test
	void stringsThatAreNoDatesCompareAsText() {
		assertMatches(Map.of("s", "2026-11-20"), "s < 'banana'", "s > '2026'");
		assertMatches(Map.of("s", "banana"), "s > '2026-11-20'", "s >= 'apple'", "s < 'cherry'");
		assertRejects(Map.of("s", NOON), "s < 'banana'", "s > ''");
		assertMatches(Map.of("s", "2026-13-40"), "s == '2026-13-40'", "s > '2026-13-39'");
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		assertMatches(Map.of("s", "\uD83D\uDE00"), b.gt("s", "\uFFFF").build());
	}

	@Test
	void booleansEnumsUuidsAndCharactersCompare() {
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		assertMatches(Map.of("b", true), "b == true", "b != false", "b > false", "b in [true]");
		assertRejects(Map.of("b", true), "b == false", "b == 1", "b == 'true'");
		UUID uuid = new UUID(1, 2);
		assertMatches(Map.of("day", DayOfWeek.FRIDAY, "uuid", uuid, "c", 'x'), "day == 'FRIDAY'", "c == 'x'",
				b.eq("uuid", uuid).build(), b.eq("uuid", uuid.toString()).build(),
				b.in("day", DayOfWeek.FRIDAY).build());
	}

	@Test
	void aListMatchesIfAnElementDoesAndHasNoOrder() {
		for (Object tags : List.of(List.of("a", 5, 2.5), Set.of("a", 5, 2.5), new Object[] { "a", 5, 2.5 },
				List.of(List.of("a"), List.of(5, List.of(2.5))))) {
			assertMatches(Map.of("tags", tags), "tags == 'a'", "tags == 5", "tags in ['x', 2.5]", "tags != 'b'",
					"tags nin ['b', 'c']");
			assertRejects(Map.of("tags", tags), "tags == 'b'", "tags != 'a'", "tags nin ['b', 'a']", "tags > 1",
					"tags <= 100", "tags >= 'a'");
		}
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		assertMatches(Map.of("tags", List.of()), b.isNotNull("tags").build(), "tags != 'a'");
	}

	@Test
	void anEmptyInMatchesNothingAndAnEmptyNinEverything() {
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		assertRejects(Map.of("key", 1), b.in("key", List.of()).build(), b.in("missing", List.of()).build());
		assertMatches(Map.of("key", 1), b.nin("key", List.of()).build(), b.nin("missing", List.of()).build());
	}

	@Test
	void nestedMapsAreAddressedWithDots() {
		Map<String, Object> metadata = Map.of("author", Map.of("name", "Ada", "born", Map.of("year", 1815)), "a.b", 1,
				"a", Map.of("b", 2), "editors", List.of(Map.of("name", "Bob"), Map.of("name", "Cy")));
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		assertMatches(metadata, "author.name == 'Ada'", b.lt("author.born.year", 1900).build(), "a.b == 1", "a.b == 2",
				"editors.name == 'Bob'", "editors.name in ['x', 'Cy']", b.isNotNull("author").build(),
				b.isNotNull("author.born").build(), b.isNull("author.died").build());
		assertRejects(metadata, "author.name == 'Bob'", "editors.name > 'A'", "author == 'Ada'", "name == 'Ada'");
	}

	@Test
	void keysMayHaveAnyCharactersAndQuotesAroundThemAreDropped() {
		Map<String, Object> metadata = Map.of("country 1 2 3", "BG", "", "empty", "it's", 1, "%_\\", 2, "\"", 3);
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		assertMatches(metadata, "\"country 1 2 3\" == 'BG'", "'country 1 2 3' == 'BG'",
				b.eq("\"country 1 2 3\"", "BG").build(), b.eq("'country 1 2 3'", "BG").build(),
				b.eq("country 1 2 3", "BG").build(), b.eq("", "empty").build(), b.eq("it's", 1).build(),
				b.eq("%_\\", 2).build(), b.eq("\"", 3).build());
	}

	@Test
	void idIsAMetadataKeyLikeAnyOther() {
		assertMatches(Map.of("id", "x"), "id == 'x'");
		assertRejects(Map.of("other", "x"), "id == 'x'");
	}

	@Test
	void textIsDataAndNeverSql() throws SQLException {
		String evil = "x' OR 1=1; DROP TABLE attribute; --";
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		assertRejects(Map.of("key", "y"), b.eq("key", evil).build(), b.eq(evil, "y").build(),
				b.in("key", evil, evil + "2").build());
		assertMatches(Map.of(evil, evil), b.eq(evil, evil).build());
	}

	@Test
	void refusesMalformedExpressionsNamingWhatIsWrong() {
		Filter.Key key = new Filter.Key("key");
		Filter.Value value = new Filter.Value(1);
		assertRefused(new Expression(ExpressionType.EQ, value, value), "needs a key");
		assertRefused(new Expression(ExpressionType.EQ, key, key), "needs a value");
		assertRefused(new Expression(ExpressionType.EQ, key), "needs a value");
		assertRefused(new Expression(ExpressionType.IN, key, value), "needs a List");
		assertRefused(new Expression(ExpressionType.AND, key, value), "expression");
		assertRefused(new Expression(ExpressionType.AND, new Expression(ExpressionType.EQ, key, value)), "operand");
		assertRefused(new Expression(ExpressionType.NOT, value), "expression");
	}

	private static void assertRefused(Expression filter, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> FilterIndex.check(filter)).withMessageContaining(message);
	}

	/** Filters as text or as expressions. */
	private static void assertMatches(Map<String, ?> metadata, Object... filters) {
		for (Object filter : filters) {
			assertThat(matches(metadata, expression(filter))).as("%s matches %s", filter, metadata).isTrue();
		}
	}

	private static void assertRejects(Map<String, ?> metadata, Object... filters) {
		for (Object filter : filters) {
			assertThat(matches(metadata, expression(filter))).as("%s matches %s", filter, metadata).isFalse();
		}
	}

	private static Expression expression(Object filter) {
		return (filter instanceof String text) ? FilterTextParser.parse(text) : (Expression) filter;
	}

	private static boolean matches(Map<String, ?> metadata, Expression filter) {
		boolean expected = new FilterEvaluator(filter).matches(metadata);
		try (FilterDatabase database = new FilterDatabase()) {
			long key = database.add(metadata);
			assertThat(database.select(filter)).as("SQLite: %s over %s", filter, metadata)
				.isEqualTo(expected ? List.of(key) : List.of());
		}
		catch (SQLException ex) {
			throw new AssertionError(ex);
		}
		return expected;
	}

}

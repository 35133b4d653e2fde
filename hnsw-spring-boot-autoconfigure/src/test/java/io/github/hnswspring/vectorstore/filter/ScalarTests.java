package io.github.hnswspring.vectorstore.filter;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** In how many ways a value is compared, and that SQLite compares it in the same way. */
class ScalarTests {

	private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

	private static Scalar exact(Object value) {
		Scalar exact = Scalar.exact(value);
		assertThat(exact).as("of %s", value).isNotNull();
		return exact;
	}

	@Test
	void aStringThatIsADateIsReadAsAnInstantAndAsItsText() {
		assertThat(Scalar.readings("2026-11-20T12:00")).containsExactly(new Scalar(Scalar.Kind.INSTANT, NOON),
				new Scalar(Scalar.Kind.TEXT_OF_INSTANT, "2026-11-20T12:00"));
		assertThat(Scalar.readings("noon")).containsExactly(new Scalar(Scalar.Kind.TEXT, "noon"));
	}

	@Test
	void theKindsAreStoredByTheirPlace() {
		assertThat(Scalar.Kind.values()).containsExactly(Scalar.Kind.PRESENT, Scalar.Kind.BOOLEAN, Scalar.Kind.NUMBER,
				Scalar.Kind.INSTANT, Scalar.Kind.TEXT, Scalar.Kind.TEXT_OF_INSTANT);
	}

	@Test
	void whatReadsAsTextIsText() {
		for (Object value : List.of(new UUID(1, 2), URI.create("a:b"), Duration.ofHours(1), DayOfWeek.FRIDAY, 'x',
				new StringBuilder("built"))) {
			assertThat(exact(value).kind()).isEqualTo(Scalar.Kind.TEXT);
		}
	}

	@Test
	void aTimestampOfJdbcIsAnInstantAndSoIsItsDate() {
		assertThat(exact(Timestamp.from(NOON)).value()).isEqualTo(NOON);
		assertThat(exact(new java.sql.Date(0)).value()).isEqualTo(Instant.EPOCH);
		assertThat(exact(LocalDate.EPOCH).value()).isEqualTo(Instant.EPOCH);
	}

	@Test
	void whatCannotBeComparedHasNoReading() {
		for (Object value : List.of(Double.NaN, Float.NaN, new Object(), Map.of(), List.of(1), new int[] { 1 })) {
			assertThat(Scalar.readings(value)).isEmpty();
			assertThat(Scalar.exact(value)).isNull();
		}
	}

	@Test
	void aWholeNumberIsOneWhateverItsTypeAndSpelling() {
		for (Object two : List.of((byte) 2, (short) 2, 2, BigInteger.TWO, new BigDecimal("2.00"),
				new BigDecimal("20E-1"), new BigDecimal("0.2E+1"))) {
			assertThat(exact(two)).isEqualTo(new Scalar(Scalar.Kind.NUMBER, 2L));
		}
		assertThat(exact(new BigDecimal("0E-900")).value()).isEqualTo(0L);
		assertThat(exact(new BigDecimal("1E+18")).value()).isEqualTo(1_000_000_000_000_000_000L);
		assertThat(exact(new BigDecimal("9223372036854775807")).value()).isEqualTo(Long.MAX_VALUE);
		assertThat(exact(new BigDecimal("9223372036854775808")).value()).isEqualTo(0x1p63);
		assertThat(exact(BigInteger.ONE.shiftLeft(63)).value()).isEqualTo(0x1p63);
	}

	/** Written out, their digits would fill the heap. */
	@Test
	void aNumberWithAHugeExponentIsNotWrittenOut() {
		assertThat(exact(new BigDecimal("1E+1000000000")).value()).isEqualTo(Double.POSITIVE_INFINITY);
		assertThat(exact(new BigDecimal("-1E+1000000000")).value()).isEqualTo(Double.NEGATIVE_INFINITY);
		assertThat(exact(new BigDecimal("1E-1000000000")).value()).isEqualTo(0.0);
		assertThat(exact(new BigDecimal("0E+1000000000")).isSame(exact(0))).isTrue();
	}

	@Test
	void longsAndDoublesCompareWithoutRounding() {
		long big = (1L << 53) + 1;
		assertThat(exact(big).compareTo(exact((double) big))).as("the double is one less").isPositive();
		assertThat(exact((double) big).compareTo(exact(big))).isNegative();
		assertThat(exact(Long.MAX_VALUE).compareTo(exact(0x1p63))).isNegative();
		assertThat(exact(Long.MIN_VALUE).compareTo(exact(-0x1p63))).isZero();
		assertThat(exact(Long.MIN_VALUE).compareTo(exact(Math.nextDown(-0x1p63)))).isPositive();
		assertThat(exact(-1).compareTo(exact(-1.5))).isPositive();
		assertThat(exact(-1).compareTo(exact(-0.5))).isNegative();
		assertThat(exact(0).compareTo(exact(-0.0))).isZero();
		assertThat(exact(Long.MAX_VALUE).compareTo(exact(Double.POSITIVE_INFINITY))).isNegative();
	}

	@Test
	void twoStringsOfOneInstantAreDifferentAndADateIsTheSameAsBoth() {
		Scalar one = exact("2026-11-20T12:00");
		Scalar other = exact("2026-11-20T13:00+01:00");
		assertThat(one.isSame(other)).isFalse();
		assertThat(one.isSame(exact(NOON))).isTrue();
		assertThat(exact(NOON).isSame(other)).isTrue();
		assertThat(exact(NOON).isSame(exact("noon"))).isFalse();
		assertThat(exact(1).isSame(exact(true))).isFalse();
		assertThat(exact(1).isSame(exact("1"))).isFalse();
	}

	@Test
	void theBytesOfInstantsSortAsTheInstantsDo() {
		Random random = seeded();
		for (int i = 0; i < 2_000; i++) {
			Instant left = instant(random);
			Instant right = random.nextBoolean() ? instant(random) : left.plusNanos(random.nextInt(3) - 1);
			assertThat(Integer.signum(Arrays.compareUnsigned(Scalar.sqlValue(left), Scalar.sqlValue(right))))
				.as("%s and %s", left, right)
				.isEqualTo(Integer.signum(left.compareTo(right)));
		}
	}

	private static Instant instant(Random random) {
		return Instant.ofEpochSecond(random.nextLong() >> (31 + random.nextInt(30)), random.nextInt(1_000_000_000));
	}

	@Test
	void numbersAndTextsCompareAsInSqlite() throws SQLException {
		Random random = seeded();
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
				PreparedStatement statement = connection.prepareStatement("SELECT ?1 < ?2, ?1 = ?2")) {
			for (int i = 0; i < 2_000; i++) {
				boolean text = random.nextBoolean();
				Scalar left = exact(text ? text(random) : number(random));
				Scalar right = exact(text ? text(random) : number(random));
				statement.setObject(1, left.sqlValue());
				statement.setObject(2, right.sqlValue());
				try (ResultSet row = statement.executeQuery()) {
					int expected = row.getBoolean(1) ? -1 : row.getBoolean(2) ? 0 : 1;
					assertThat(Integer.signum(left.compareTo(right))).as("%s and %s", left, right).isEqualTo(expected);
				}
			}
		}
	}

	private static Object number(Random random) {
		long integer = random.nextLong() >> random.nextInt(64);
		return switch (random.nextInt(4)) {
			case 0 -> integer;
			case 1 -> (double) integer;
			case 2 -> integer + 0.5;
			default -> Math.nextUp((double) integer);
		};
	}

	/** Few characters, so that many beginnings are the same. */
	private static String text(Random random) {
		StringBuilder text = new StringBuilder();
		for (int length = random.nextInt(4); length > 0; length--) {
			text.appendCodePoint(new int[] { 'a', 'b', 0xE9, 0xFFFD, 0xFFFF, 0x10000, 0x1F600 }[random.nextInt(7)]);
		}
		return text.toString();
	}

	@Test
	void halfOfASurrogatePairIsReplacedAndAWholeOneKept() {
		assertThat(Scalar.wellFormed("a\uD83D\uDE00b")).isEqualTo("a\uD83D\uDE00b");
		assertThat(Scalar.wellFormed("cut \uD83D")).isEqualTo("cut \uFFFD");
		assertThat(Scalar.wellFormed("\uDE00\uD83D")).isEqualTo("\uFFFD\uFFFD");
		assertThat(Scalar.wellFormed("\uD83D\uD83D\uDE00")).isEqualTo("\uFFFD\uD83D\uDE00");
		assertThat(exact("cut \uD83D").isSame(exact("cut \uFFFD"))).isTrue();
	}

	private static Random seeded() {
		long seed = Long.getLong("hnsw.test.seed", System.nanoTime());
		System.out.println("ScalarTests seed " + seed);
		return new Random(seed);
	}

}

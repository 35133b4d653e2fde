package io.github.hnswspring.vectorstore.filter;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;

/** Metadata of all kinds, at random. */
public final class RandomMetadata {

	static final List<String> KEYS = List.of("a", "b", "a.b", "b.a", "a.b.a", "", "a b", "nowhere");

	static final List<Object> VALUES = Arrays.asList(null, true, false, 0, 1, 1L, -1, (byte) 1, (short) 2, 1.0, 0.0,
			-0.0, 1.5, 1.5f, 0.1f, 0.1, new BigDecimal("0.1"), new BigDecimal("1.000"), new BigDecimal("1E+400"),
			BigInteger.ONE, BigInteger.ONE.shiftLeft(80), Double.NaN, Float.NaN, Double.POSITIVE_INFINITY,
			Double.NEGATIVE_INFINITY, 1L << 53, (1L << 53) + 1, (double) (1L << 53), Long.MAX_VALUE, Long.MAX_VALUE - 1,
			0x1p63, Long.MIN_VALUE, -0x1p63, Double.MIN_VALUE, "", "a", "b", "a'b", "\"; DROP TABLE attribute", "1",
			"1.0", "true", "\uFFFF", "\uD83D\uDE00", "\uD83D", "\uFFFD", "a\u0000b", "2026-11-20",
			"2026-11-20T00:00:00Z", "2026-11-20T00:00:00.000Z", "2026-11-20T01:00:00+01:00", "2026-11-20T00:00",
			"2026-11-20x", "2026-13-40", "2026", Instant.parse("2026-11-20T00:00:00Z"),
			Instant.parse("2026-11-20T00:00:00.000000001Z"), Instant.EPOCH, Instant.MIN, Instant.MAX, new Date(0),
			Date.from(Instant.parse("2026-11-20T00:00:00Z")), LocalDate.of(2026, 11, 20),
			LocalDateTime.of(2026, 11, 20, 0, 0), OffsetDateTime.parse("2026-11-20T01:00:00+01:00"), new UUID(1, 2),
			new UUID(1, 2).toString(), Duration.ofMinutes(1), "PT1M", ExpressionType.AND, "AND", 'a', new int[] { 1 },
			List.of(), new Object());

	/** Two days, spelled in many ways. */
	private static final List<Object> DATES = List.of("2026-11-20", "2026-11-20T00:00", "2026-11-20T00:00:00",
			"2026-11-20T00:00:00Z", "2026-11-20T00:00:00z", "2026-11-20T00:00:00.000Z", "2026-11-20T00:00:00+00:00",
			"2026-11-20T01:00:00+01:00", "2026-11-19T23:00:00-01:00", "2026-11-20T00:00:00.000000001Z", "2026-11-21",
			"2026-11-21T00:00:00Z", "2026-11-20T24:00:00Z", "2026-13-40", "2026-11-20x", " 2026-11-20",
			Instant.parse("2026-11-20T00:00:00Z"), Instant.parse("2026-11-20T00:00:00.000000001Z"),
			Date.from(Instant.parse("2026-11-20T00:00:00Z")), LocalDate.of(2026, 11, 20), LocalDate.of(2026, 11, 21),
			OffsetDateTime.parse("2026-11-20T01:00:00+01:00"), 2026, 20261120L);

	private RandomMetadata() {
	}

	/**
	 * Makes a map.
	 * @param random decides
	 * @param depth how deep maps and lists may be nested
	 * @return metadata
	 */
	public static Map<String, Object> of(Random random, int depth) {
		Map<String, Object> metadata = new HashMap<>();
		for (int i = random.nextInt(4); i >= 0; i--) {
			metadata.put(KEYS.get(random.nextInt(KEYS.size() - 1)), value(random, depth));
		}
		return metadata;
	}

	/** A date, or a string that is one or nearly one. */
	static Object date(Random random) {
		return DATES.get(random.nextInt(DATES.size()));
	}

	static Object value(Random random, int depth) {
		int kind = (depth == 0) ? 9 : random.nextInt(10);
		if (kind == 0) {
			return of(random, depth - 1);
		}
		if (kind < 3) {
			return values(random, depth - 1);
		}
		return VALUES.get(random.nextInt(VALUES.size()));
	}

	static List<Object> values(Random random, int depth) {
		List<Object> values = new ArrayList<>();
		for (int i = random.nextInt(4); i > 0; i--) {
			values.add(value(random, depth));
		}
		return values;
	}

}

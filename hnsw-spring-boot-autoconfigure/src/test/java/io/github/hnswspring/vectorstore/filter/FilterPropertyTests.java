package io.github.hnswspring.vectorstore.filter;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.SQLException;
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

import org.junit.jupiter.api.Test;

import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.Expression;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random filters over random metadata: SQLite and {@link FilterEvaluator} agree on every
 * document, with documents added and deleted in between.
 */
class FilterPropertyTests {

	private static final List<String> KEYS = List.of("a", "b", "a.b", "b.a", "a.b.a", "", "a b", "nowhere");

	private static final List<Object> VALUES = Arrays.asList(null, true, false, 0, 1, 1L, -1, (byte) 1, (short) 2, 1.0,
			0.0, -0.0, 1.5, 1.5f, 0.1f, 0.1, new BigDecimal("0.1"), new BigDecimal("1.000"), new BigDecimal("1E+400"),
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

	@Test
	void sqliteAndTheEvaluatorAgree() throws SQLException {
		long seed = Long.getLong("hnsw.test.seed", System.nanoTime());
		System.out.println("FilterPropertyTests seed " + seed);
		Random random = new Random(seed);
		int matched = 0;
		for (int round = 0; round < 40; round++) {
			try (FilterDatabase database = new FilterDatabase()) {
				Map<Long, Map<String, Object>> documents = new HashMap<>();
				for (int step = 0; step < 120; step++) {
					change(random, database, documents);
					Expression filter = expression(random, 3);
					FilterEvaluator evaluator = new FilterEvaluator(filter);
					List<Long> expected = documents.entrySet()
						.stream()
						.filter((document) -> evaluator.matches(document.getValue()))
						.map(Map.Entry::getKey)
						.sorted()
						.toList();
					assertThat(database.select(filter))
						.as("seed %s round %s step %s: %s over %s", seed, round, step, filter, documents)
						.isEqualTo(expected);
					matched += expected.size();
				}
			}
		}
		assertThat(matched).as("filters that match something").isGreaterThan(1_000);
	}

	private static void change(Random random, FilterDatabase database, Map<Long, Map<String, Object>> documents)
			throws SQLException {
		int kind = random.nextInt(4);
		if (kind == 0 && !documents.isEmpty()) {
			Long key = documents.keySet().iterator().next();
			documents.remove(key);
			database.delete(key);
		}
		else if (kind < 3) {
			Map<String, Object> metadata = metadata(random, 3);
			documents.put(database.add(metadata), metadata);
		}
	}

	private static Map<String, Object> metadata(Random random, int depth) {
		Map<String, Object> metadata = new HashMap<>();
		for (int i = random.nextInt(4); i >= 0; i--) {
			metadata.put(KEYS.get(random.nextInt(KEYS.size() - 1)), value(random, depth));
		}
		return metadata;
	}

	private static Object value(Random random, int depth) {
		int kind = (depth == 0) ? 9 : random.nextInt(10);
		if (kind == 0) {
			return metadata(random, depth - 1);
		}
		if (kind < 3) {
			return values(random, depth - 1);
		}
		return VALUES.get(random.nextInt(VALUES.size()));
	}

	private static List<Object> values(Random random, int depth) {
		List<Object> values = new ArrayList<>();
		for (int i = random.nextInt(4); i > 0; i--) {
			values.add(value(random, depth));
		}
		return values;
	}

	private static Expression expression(Random random, int depth) {
		ExpressionType[] types = ExpressionType.values();
		ExpressionType type = types[random.nextInt(types.length)];
		if (depth == 0) {
			while (type == ExpressionType.AND || type == ExpressionType.OR || type == ExpressionType.NOT) {
				type = types[random.nextInt(types.length)];
			}
		}
		Filter.Key key = new Filter.Key(quoted(random, KEYS.get(random.nextInt(KEYS.size()))));
		return switch (type) {
			case AND, OR -> new Expression(type, operand(random, depth), operand(random, depth));
			case NOT -> new Expression(type, operand(random, depth));
			case ISNULL, ISNOTNULL -> new Expression(type, key);
			case IN, NIN -> new Expression(type, key, new Filter.Value(values(random, 1)));
			default -> new Expression(type, key, new Filter.Value(value(random, 1)));
		};
	}

	private static Filter.Operand operand(Random random, int depth) {
		Expression expression = expression(random, depth - 1);
		return random.nextBoolean() ? expression : new Filter.Group(expression);
	}

	private static String quoted(Random random, String key) {
		return switch (random.nextInt(4)) {
			case 0 -> "\"" + key + "\"";
			case 1 -> "'" + key + "'";
			default -> key;
		};
	}

}

package io.github.hnswspring.vectorstore.filter;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;

import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.Expression;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random filters over random metadata: SQLite and {@link FilterEvaluator} agree on every
 * document, with documents added and deleted in between, and {@link AttributeCheck} finds
 * nothing to complain about.
 */
class FilterPropertyTests {

	private static final ExpressionType[] COMPARISONS = { ExpressionType.EQ, ExpressionType.NE, ExpressionType.IN,
			ExpressionType.NIN, ExpressionType.LT, ExpressionType.LTE, ExpressionType.GT, ExpressionType.GTE };

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
					Expression filter = RandomFilters.expression(random);
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
				AttributeCheck check = new AttributeCheck();
				documents.forEach(check::expect);
				assertThat(check.isSound(database::prepare, (key) -> false))
					.as("seed %s round %s: %s", seed, round, documents)
					.isTrue();
			}
		}
		assertThat(matched).as("filters that match something").isGreaterThan(1_000);
	}

	/**
	 * Values that are mostly dates of a few instants, spelled in many ways, alone and in
	 * lists. What two strings are to each other is told by {@code String.equals}, not by
	 * code under test.
	 */
	@Test
	void stringsThatLookLikeDatesEqualOnlyThemselves() throws SQLException {
		long seed = Long.getLong("hnsw.test.seed", System.nanoTime());
		System.out.println("FilterPropertyTests dates seed " + seed);
		Random random = new Random(seed);
		int matched = 0;
		for (int round = 0; round < 40; round++) {
			try (FilterDatabase database = new FilterDatabase()) {
				Map<Long, Object> values = new HashMap<>();
				for (int i = 0; i < 40; i++) {
					Object value = dates(random);
					values.put(database.add(Map.of("at", value)), value);
				}
				for (int step = 0; step < 60; step++) {
					ExpressionType type = COMPARISONS[random.nextInt(COMPARISONS.length)];
					boolean many = type == ExpressionType.IN || type == ExpressionType.NIN;
					Object wanted = many ? List.of(RandomMetadata.date(random), RandomMetadata.date(random))
							: dates(random);
					Expression filter = new Expression(type, new Filter.Key("at"), new Filter.Value(wanted));
					FilterEvaluator evaluator = new FilterEvaluator(filter);
					List<Long> selected = database.select(filter);
					for (Map.Entry<Long, Object> document : values.entrySet()) {
						boolean matches = selected.contains(document.getKey());
						Supplier<String> what = () -> "seed " + seed + ": " + filter + " over " + document.getValue();
						assertThat(matches).as(what).isEqualTo(evaluator.matches(Map.of("at", document.getValue())));
						List<?> stored = asList(document.getValue());
						List<?> operand = asList(wanted);
						if (areStrings(stored) && areStrings(operand)) {
							switch (type) {
								case IN -> assertThat(matches).as(what).isEqualTo(haveOneInCommon(stored, operand));
								case NIN -> assertThat(matches).as(what).isEqualTo(!haveOneInCommon(stored, operand));
								case EQ -> assertThat(matches).as(what)
									.isEqualTo(equal(document.getValue(), stored, wanted, operand));
								case NE -> assertThat(matches).as(what)
									.isEqualTo(!equal(document.getValue(), stored, wanted, operand));
								default -> {
								}
							}
						}
						matched += matches ? 1 : 0;
					}
				}
			}
		}
		assertThat(matched).as("filters that match something").isGreaterThan(1_000);
	}

	private static boolean equal(Object value, List<?> stored, Object wanted, List<?> operand) {
		return (wanted instanceof List) ? value instanceof List && !operand.isEmpty() && stored.containsAll(operand)
				: haveOneInCommon(stored, operand);
	}

	private static boolean haveOneInCommon(List<?> one, List<?> other) {
		return one.stream().anyMatch(other::contains);
	}

	private static boolean areStrings(List<?> values) {
		return values.stream().allMatch(String.class::isInstance);
	}

	private static List<?> asList(Object value) {
		return (value instanceof List<?> list) ? list : List.of(value);
	}

	private static Object dates(Random random) {
		return switch (random.nextInt(8)) {
			case 0 -> List.of();
			case 1 -> List.of(RandomMetadata.date(random));
			case 2 -> List.of(RandomMetadata.date(random), RandomMetadata.date(random));
			default -> RandomMetadata.date(random);
		};
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
			Map<String, Object> metadata = RandomMetadata.of(random, 3);
			documents.put(database.add(metadata), metadata);
		}
	}

}

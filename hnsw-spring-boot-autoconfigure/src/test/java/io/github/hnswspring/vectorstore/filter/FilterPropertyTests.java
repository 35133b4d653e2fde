package io.github.hnswspring.vectorstore.filter;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

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
				AttributeCheck check = new AttributeCheck();
				documents.forEach(check::expect);
				assertThat(check.isSound(database::prepare, (key) -> false))
					.as("seed %s round %s: %s", seed, round, documents)
					.isTrue();
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
			Map<String, Object> metadata = RandomMetadata.of(random, 3);
			documents.put(database.add(metadata), metadata);
		}
	}

	private static Expression expression(Random random, int depth) {
		ExpressionType[] types = ExpressionType.values();
		ExpressionType type = types[random.nextInt(types.length)];
		if (depth == 0) {
			while (type == ExpressionType.AND || type == ExpressionType.OR || type == ExpressionType.NOT) {
				type = types[random.nextInt(types.length)];
			}
		}
		Filter.Key key = new Filter.Key(
				quoted(random, RandomMetadata.KEYS.get(random.nextInt(RandomMetadata.KEYS.size()))));
		return switch (type) {
			case AND, OR -> new Expression(type, operand(random, depth), operand(random, depth));
			case NOT -> new Expression(type, operand(random, depth));
			case ISNULL, ISNOTNULL -> new Expression(type, key);
			case IN, NIN -> new Expression(type, key, new Filter.Value(RandomMetadata.values(random, 1)));
			default -> new Expression(type, key, new Filter.Value(RandomMetadata.value(random, 1)));
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

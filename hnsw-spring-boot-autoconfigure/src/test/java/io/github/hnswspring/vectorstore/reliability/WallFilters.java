package io.github.hnswspring.vectorstore.reliability;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.filter.Scope;

import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;

/**
 * Filters as somebody would make them up who wants to see more than is allowed: of any
 * shape, built by hand, malformed now and then. Confined to one test.
 */
final class WallFilters {

	private static final List<String> KEYS = List.of("tenant", "tenant", "tenant", "user", "number", "note", "nothing",
			"\"tenant\"", "'tenant'", "tenant.tenant", "scope", "id", "parent_document_id", "", "Tenant");

	private static final List<Object> VALUES = List.of("acme", "Acme", "acme ", 1, 1L, 1.0, 1.5, "1", true, "true",
			"2024-01-01", Instant.parse("2024-01-01T00:00:00Z"), "e\u0301", "\u00e9", List.of("acme", "Acme"),
			List.of(), Double.NaN, "bob", "book", 3, Map.of("tenant", "acme"), "{\"tenant\":\"acme\"}", 'x',
			Scope.of(Map.of("tenant", "Acme")), Scope.of(Map.of("tenant", "acme")));

	private static final List<String> TEXTS = List.of("tenant == 'acme'", "tenant == 'Acme' OR tenant == 'acme'",
			"NOT (tenant == 'nobody')", "nothing IS NULL", "tenant IS NOT NULL AND number >= 3", "tenant != 'acme'",
			"tenant IN ['acme', 'Acme', 1] OR user == 'bob'", "NOT (NOT (number == 1))", "tenant == 'acme' OR",
			"((((number == 2))))", "scope == 'everything'", "tenant == 'acme' OR 1 == 1",
			"\"tenant\" == 1 OR number == 0", "tenant == 'x\\' OR tenant == \\'acme'");

	private final Random random;

	WallFilters(Random random) {
		this.random = random;
	}

	private <T> T any(List<T> all) {
		return all.get(this.random.nextInt(all.size()));
	}

	Object value() {
		return any(VALUES);
	}

	String text() {
		return any(TEXTS);
	}

	Filter.Expression expression(int depth) {
		if (depth > 0 && this.random.nextInt(3) > 0) {
			return switch (this.random.nextInt(5)) {
				case 0 -> new Filter.Expression(ExpressionType.AND, operand(depth - 1), operand(depth - 1));
				case 1 -> new Filter.Expression(ExpressionType.NOT, operand(depth - 1));
				default -> new Filter.Expression(ExpressionType.OR, operand(depth - 1), operand(depth - 1));
			};
		}
		ExpressionType type = any(
				List.of(ExpressionType.EQ, ExpressionType.EQ, ExpressionType.NE, ExpressionType.IN, ExpressionType.NIN,
						ExpressionType.GT, ExpressionType.LTE, ExpressionType.ISNULL, ExpressionType.ISNOTNULL));
		return switch (type) {
			case IN, NIN -> new Filter.Expression(type, new Filter.Key(any(KEYS)),
					new Filter.Value(Arrays.asList(any(VALUES), any(VALUES))));
			case ISNULL, ISNOTNULL -> new Filter.Expression(type, new Filter.Key(any(KEYS)));
			default -> new Filter.Expression(type, new Filter.Key(any(KEYS)), new Filter.Value(any(VALUES)));
		};
	}

	private Filter.@Nullable Operand operand(int depth) {
		return switch (this.random.nextInt(60)) {
			case 0 -> null;
			case 1 -> new Filter.Key("tenant");
			case 2 -> new Filter.Group(null);
			case 3, 4, 5, 6, 7, 8 -> new Filter.Group(expression(depth));
			default -> expression(depth);
		};
	}

}

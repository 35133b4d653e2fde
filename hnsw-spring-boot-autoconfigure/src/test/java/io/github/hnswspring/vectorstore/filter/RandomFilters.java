package io.github.hnswspring.vectorstore.filter;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

import io.github.hnswspring.vectorstore.metadata.MetadataCodec;

import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.Expression;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;

/** Random filters over random metadata. */
public final class RandomFilters {

	private RandomFilters() {
	}

	/** Metadata that can be stored, as it comes back. */
	public static Map<String, Object> metadata(Random random) {
		MetadataCodec codec = new MetadataCodec();
		while (true) {
			Map<String, Object> metadata = new HashMap<>(RandomMetadata.of(random, 3));
			metadata.values().removeIf(Objects::isNull);
			try {
				AttributeWriter.check(metadata);
				return codec.decode(codec.encode(metadata));
			}
			catch (IllegalArgumentException ex) {
				// The next one may do.
			}
		}
	}

	public static Expression expression(Random random) {
		return expression(random, 3);
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

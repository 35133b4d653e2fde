package io.github.hnswspring.replica.attach;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Sees that JSON gives the numbers of metadata back as they were: it has no word for
 * infinity, and decimals come back as doubles, which hold about 16 digits. A number that
 * comes back as another one would make filters find what they should not. Stateless.
 */
final class ExactNumbers {

	private ExactNumbers() {
	}

	/**
	 * Compares metadata with what came back.
	 * @param metadata as somebody has them
	 * @param back what was read of their JSON
	 * @throws IllegalArgumentException if a number is another one; names it
	 */
	static void require(Map<String, Object> metadata, Map<String, Object> back) {
		metadata.forEach((key, value) -> compare(key, value, back.get(key)));
	}

	private static void compare(String path, @Nullable Object value, @Nullable Object back) {
		if (value instanceof Number number) {
			if (!(back instanceof Number other) || !isEqual(number, other)) {
				throw new IllegalArgumentException("the number " + number + " in its metadata '" + path
						+ "' would come back from JSON as " + back + "; use one that a double holds, or a text");
			}
		}
		else if (value instanceof Map<?, ?> map && back instanceof Map<?, ?> others) {
			map.forEach((key, each) -> compare(path + "." + key, each, others.get(String.valueOf(key))));
		}
		else if (value instanceof Iterable<?> values && back instanceof List<?> others) {
			Iterator<?> other = others.iterator();
			for (Object each : values) {
				compare(path + "[]", each, other.hasNext() ? other.next() : null);
			}
		}
		else if (value != null && value.getClass().isArray() && back instanceof List<?> others) {
			for (int i = 0; i < Math.min(Array.getLength(value), others.size()); i++) {
				compare(path + "[" + i + "]", Array.get(value, i), others.get(i));
			}
		}
	}

	/** As numbers, whatever their classes are. */
	private static boolean isEqual(Number number, Number other) {
		try {
			return new BigDecimal(number.toString()).compareTo(new BigDecimal(other.toString())) == 0;
		}
		catch (NumberFormatException ex) {
			return false;
		}
	}

}

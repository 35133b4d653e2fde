package io.github.hnswspring.vectorstore.metadata;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Primitive arrays as text: their elements separated by blanks. They are payload, so
 * their text is compact instead of a JSON list. Thread-safe: stateless.
 */
final class PrimitiveArrays {

	private PrimitiveArrays() {
	}

	static String write(short[] values) {
		StringBuilder text = new StringBuilder(values.length * 4);
		for (short value : values) {
			separate(text).append(value);
		}
		return text.toString();
	}

	static String write(int[] values) {
		StringBuilder text = new StringBuilder(values.length * 6);
		for (int value : values) {
			separate(text).append(value);
		}
		return text.toString();
	}

	static String write(long[] values) {
		StringBuilder text = new StringBuilder(values.length * 8);
		for (long value : values) {
			separate(text).append(value);
		}
		return text.toString();
	}

	static String write(float[] values) {
		StringBuilder text = new StringBuilder(values.length * 11);
		for (float value : values) {
			separate(text).append(value);
		}
		return text.toString();
	}

	static String write(double[] values) {
		StringBuilder text = new StringBuilder(values.length * 20);
		for (double value : values) {
			separate(text).append(value);
		}
		return text.toString();
	}

	static String write(boolean[] values) {
		StringBuilder text = new StringBuilder(values.length * 6);
		for (boolean value : values) {
			separate(text).append(value);
		}
		return text.toString();
	}

	static short[] shorts(String text) {
		String[] parts = split(text);
		ByteBuffer buffer = ByteBuffer.allocate(parts.length * Short.BYTES);
		for (String part : parts) {
			buffer.putShort(Short.parseShort(part));
		}
		short[] values = new short[parts.length];
		buffer.flip().asShortBuffer().get(values);
		return values;
	}

	static int[] ints(String text) {
		return Arrays.stream(split(text)).mapToInt(Integer::parseInt).toArray();
	}

	static long[] longs(String text) {
		return Arrays.stream(split(text)).mapToLong(Long::parseLong).toArray();
	}

	static float[] floats(String text) {
		String[] parts = split(text);
		float[] values = new float[parts.length];
		for (int i = 0; i < parts.length; i++) {
			values[i] = Float.parseFloat(parts[i]);
		}
		return values;
	}

	static double[] doubles(String text) {
		return Arrays.stream(split(text)).mapToDouble(Double::parseDouble).toArray();
	}

	static boolean[] booleans(String text) {
		String[] parts = split(text);
		boolean[] values = new boolean[parts.length];
		for (int i = 0; i < parts.length; i++) {
			values[i] = isTrue(parts[i]);
		}
		return values;
	}

	/** The JDK would take everything else for false. */
	private static boolean isTrue(String part) {
		if (part.equalsIgnoreCase("true") || part.equalsIgnoreCase("false")) {
			return Boolean.parseBoolean(part);
		}
		throw new IllegalArgumentException("expected true or false, got '" + part + "'");
	}

	private static StringBuilder separate(StringBuilder text) {
		return text.isEmpty() ? text : text.append(' ');
	}

	private static String[] split(String text) {
		return text.isEmpty() ? new String[0] : text.split(" ");
	}

}

package io.github.hnswspring.vectorstore.filter;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * One way to compare a metadata or filter value. Thread-safe: immutable.
 *
 * @param kind what it can be compared with
 * @param value a Long (BOOLEAN, NUMBER), Double (NUMBER, never NaN), Instant or String
 */
record Scalar(Kind kind, Object value) {

	/** What half a surrogate pair counts as. */
	static final char REPLACEMENT = '\uFFFD';

	private static final double TWO_TO_THE_63 = 0x1p63;

	/**
	 * What is comparable with what. The ordinals are stored: add at the end, never
	 * reorder.
	 */
	enum Kind {

		/** A value that is there and compares with nothing. */
		PRESENT,

		BOOLEAN,

		NUMBER,

		INSTANT,

		/** Text that is no ISO-8601 date. */
		TEXT,

		/** Text that has an {@link #INSTANT} beside it. */
		TEXT_OF_INSTANT

	}

	/**
	 * All the ways a value can be compared: none if it cannot, two for a string that is
	 * an ISO-8601 date (the instant first), otherwise one.
	 */
	static List<Scalar> readings(Object value) {
		if (value instanceof String text) {
			return readings(text);
		}
		if (value instanceof Boolean bool) {
			return List.of(new Scalar(Kind.BOOLEAN, bool ? 1L : 0L));
		}
		if (value instanceof Number number) {
			Number exact = number(number);
			return (exact instanceof Double d && d.isNaN()) ? List.of() : List.of(new Scalar(Kind.NUMBER, exact));
		}
		if (value instanceof Enum<?> constant) {
			return readings(constant.name());
		}
		if (value instanceof CharSequence || value instanceof Character) {
			return readings(value.toString());
		}
		if (value instanceof UUID || value instanceof URI || value instanceof LocalTime || value instanceof Duration) {
			return List.of(new Scalar(Kind.TEXT, wellFormed(value.toString())));
		}
		Instant instant = instant(value);
		return (instant == null) ? List.of() : List.of(new Scalar(Kind.INSTANT, instant));
	}

	/**
	 * The one way a value is compared with {@code ==} and {@code in}: a string by its
	 * text, though it be a date.
	 * @return the reading, or {@code null} if the value compares with nothing
	 */
	static @Nullable Scalar exact(Object value) {
		List<Scalar> readings = readings(value);
		return readings.isEmpty() ? null : readings.get(readings.size() - 1);
	}

	/**
	 * Whether two values are the same to {@code ==}. Text is the same if it is spelled
	 * so; only a date that is none but a date is compared with a string as an instant.
	 * @param other another {@link #exact} reading
	 */
	boolean isSame(Scalar other) {
		if (this.value instanceof String && other.value instanceof String) {
			return this.value.equals(other.value);
		}
		if (this.kind == other.kind) {
			return compareTo(other) == 0;
		}
		Instant instant = instant();
		return instant != null && instant.equals(other.instant());
	}

	/** The instant this stands for, if it is a date or spells one. */
	@Nullable Instant instant() {
		if (this.value instanceof Instant instant) {
			return instant;
		}
		return (this.kind == Kind.TEXT_OF_INSTANT) ? IsoInstant.parse((String) this.value) : null;
	}

	private static List<Scalar> readings(String text) {
		Instant instant = IsoInstant.parse(text);
		if (instant == null) {
			return List.of(new Scalar(Kind.TEXT, wellFormed(text)));
		}
		return List.of(new Scalar(Kind.INSTANT, instant), new Scalar(Kind.TEXT_OF_INSTANT, text));
	}

	private static Number number(Number number) {
		if (number instanceof Integer || number instanceof Long || number instanceof Short || number instanceof Byte
				|| number instanceof AtomicInteger || number instanceof AtomicLong) {
			return number.longValue();
		}
		if (number instanceof BigInteger integer) {
			return (integer.bitLength() < Long.SIZE) ? (Number) integer.longValue() : (Number) integer.doubleValue();
		}
		if (number instanceof BigDecimal decimal) {
			return number(decimal);
		}
		return number.doubleValue();
	}

	/** Guards against 1E+1000000000, whose digits would fill the heap if written out. */
	private static Number number(BigDecimal decimal) {
		boolean mayBeLong = (long) decimal.precision() - decimal.scale() <= 19 && decimal.scale() <= 1_000;
		if (mayBeLong && decimal.signum() == 0) {
			return 0L;
		}
		if (mayBeLong && decimal.stripTrailingZeros().scale() <= 0) {
			BigInteger integer = decimal.toBigIntegerExact();
			if (integer.bitLength() < Long.SIZE) {
				return integer.longValue();
			}
		}
		return decimal.doubleValue();
	}

	private static @Nullable Instant instant(Object value) {
		if (value instanceof Instant instant) {
			return instant;
		}
		if (value instanceof Date date) {
			// Not toInstant(): java.sql.Date refuses it.
			return Instant.ofEpochMilli(date.getTime());
		}
		if (value instanceof OffsetDateTime dateTime) {
			return dateTime.toInstant();
		}
		if (value instanceof ZonedDateTime dateTime) {
			return dateTime.toInstant();
		}
		if (value instanceof LocalDateTime dateTime) {
			return dateTime.toInstant(ZoneOffset.UTC);
		}
		if (value instanceof LocalDate date) {
			return date.atStartOfDay(ZoneOffset.UTC).toInstant();
		}
		return null;
	}

	/**
	 * The value as SQLite stores and compares it. An instant takes 12 bytes that sort as
	 * it does: biased seconds, then nanoseconds, big-endian.
	 */
	Object sqlValue() {
		return (this.value instanceof Instant instant) ? sqlValue(instant) : this.value;
	}

	static byte[] sqlValue(Instant instant) {
		return ByteBuffer.allocate(12)
			.putLong(instant.getEpochSecond() ^ Long.MIN_VALUE)
			.putInt(instant.getNano())
			.array();
	}

	/**
	 * Compares two values of comparable kinds as SQLite does.
	 * @param other a reading of the same kind, or both of text
	 * @return negative, zero or positive
	 */
	int compareTo(Scalar other) {
		if (this.value instanceof Instant instant) {
			return instant.compareTo((Instant) other.value);
		}
		if (this.value instanceof String text) {
			return compareCodePoints(text, (String) other.value);
		}
		return compareNumbers((Number) this.value, (Number) other.value);
	}

	private static int compareNumbers(Number left, Number right) {
		if (left instanceof Long a) {
			return (right instanceof Long b) ? Long.compare(a, b) : compareExactly(a, (Double) right);
		}
		if (right instanceof Long b) {
			return -compareExactly(b, (Double) left);
		}
		double a = (Double) left;
		double b = (Double) right;
		return (a < b) ? -1 : (a > b) ? 1 : 0;
	}

	private static int compareExactly(long integer, double real) {
		if (real >= TWO_TO_THE_63) {
			return -1;
		}
		if (real < -TWO_TO_THE_63) {
			return 1;
		}
		long whole = (long) real;
		if (integer != whole) {
			return Long.compare(integer, whole);
		}
		// Below 2^53 the conversion back is exact, above there is no fraction to lose.
		return (real > whole) ? -1 : (real < whole) ? 1 : 0;
	}

	private static int compareCodePoints(String left, String right) {
		int length = Math.min(left.length(), right.length());
		for (int i = 0; i < length; i++) {
			char a = left.charAt(i);
			char b = right.charAt(i);
			if (a != b) {
				// A surrogate belongs to a code point beyond all others.
				if (Character.isSurrogate(a) != Character.isSurrogate(b)) {
					return Character.isSurrogate(a) ? 1 : -1;
				}
				return a - b;
			}
		}
		return left.length() - right.length();
	}

	/**
	 * Text as SQLite can hold it: half a surrogate pair counts as U+FFFD in filters (the
	 * metadata itself keeps it).
	 */
	static String wellFormed(String text) {
		StringBuilder repaired = null;
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (!Character.isSurrogate(c)) {
				continue;
			}
			if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
				i++;
				continue;
			}
			repaired = (repaired != null) ? repaired : new StringBuilder(text);
			repaired.setCharAt(i, REPLACEMENT);
		}
		return (repaired == null) ? text : repaired.toString();
	}

}

package io.github.hnswspring.vectorstore.metadata;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * The types JSON alone would lose, each with its tag and its text. The tags are part of
 * the stored format: add new ones, never change one. Thread-safe: immutable.
 */
enum TypedValue {

	BYTE("$byte", Byte.class, Byte::valueOf),

	SHORT("$short", Short.class, Short::valueOf),

	/** Longs in the range of an int; others are plain JSON numbers. */
	LONG("$long", Long.class, Long::valueOf),

	FLOAT("$float", Float.class, Float::valueOf),

	/** NaN and the infinities; others are plain JSON numbers. */
	DOUBLE("$double", Double.class, Double::valueOf),

	BIG_INTEGER("$bigInteger", BigInteger.class, BigInteger::new),

	BIG_DECIMAL("$bigDecimal", BigDecimal.class, TypedValue::decimal, BigDecimal::new),

	CHARACTER("$char", Character.class, TypedValue::character),

	INSTANT("$instant", Instant.class, Instant::parse),

	DATE("$date", Date.class, (date) -> date.toInstant().toString(), (text) -> Date.from(Instant.parse(text))),

	LOCAL_DATE("$localDate", LocalDate.class, LocalDate::parse),

	LOCAL_TIME("$localTime", LocalTime.class, LocalTime::parse),

	LOCAL_DATE_TIME("$localDateTime", LocalDateTime.class, LocalDateTime::parse),

	OFFSET_DATE_TIME("$offsetDateTime", OffsetDateTime.class, OffsetDateTime::parse),

	ZONED_DATE_TIME("$zonedDateTime", ZonedDateTime.class, ZonedDateTime::parse),

	DURATION("$duration", Duration.class, Duration::parse),

	UUID("$uuid", UUID.class, java.util.UUID::fromString),

	URI("$uri", URI.class, java.net.URI::create),

	BYTES("$bytes", byte[].class, Base64.getEncoder()::encodeToString, Base64.getDecoder()::decode),

	SHORTS("$shorts", short[].class, PrimitiveArrays::write, PrimitiveArrays::shorts),

	INTS("$ints", int[].class, PrimitiveArrays::write, PrimitiveArrays::ints),

	LONGS("$longs", long[].class, PrimitiveArrays::write, PrimitiveArrays::longs),

	FLOATS("$floats", float[].class, PrimitiveArrays::write, PrimitiveArrays::floats),

	DOUBLES("$doubles", double[].class, PrimitiveArrays::write, PrimitiveArrays::doubles),

	BOOLEANS("$booleans", boolean[].class, PrimitiveArrays::write, PrimitiveArrays::booleans),

	CHARS("$chars", char[].class, String::new, String::toCharArray);

	private static final Map<Class<?>, TypedValue> BY_TYPE = new HashMap<>();

	private static final Map<String, TypedValue> BY_TAG = new HashMap<>();

	static {
		for (TypedValue type : values()) {
			BY_TYPE.put(type.type, type);
			BY_TAG.put(type.tag, type);
		}
	}

	private final String tag;

	private final Class<?> type;

	private final Function<Object, String> write;

	private final Function<String, ?> read;

	<T> TypedValue(String tag, Class<T> type, Function<String, T> read) {
		this(tag, type, Object::toString, read);
	}

	<T> TypedValue(String tag, Class<T> type, Function<T, String> write, Function<String, T> read) {
		this.tag = tag;
		this.type = type;
		this.write = (value) -> write.apply(type.cast(value));
		this.read = read;
	}

	/**
	 * The type of exactly this class: a subclass of Date such as a Timestamp would come
	 * back as something else, so it is not taken for a Date.
	 */
	static @Nullable TypedValue of(Object value) {
		return BY_TYPE.get(value.getClass());
	}

	static @Nullable TypedValue forTag(String tag) {
		return BY_TAG.get(tag);
	}

	String tag() {
		return this.tag;
	}

	/** Whether the text reads better as a JSON number than as a string. */
	boolean isPlainNumber(String text) {
		return switch (this) {
			case BYTE, SHORT, LONG -> true;
			case FLOAT -> Character.isDigit(text.charAt(text.length() - 1));
			default -> false;
		};
	}

	String toText(Object value) {
		return this.write.apply(value);
	}

	Object fromText(String text) {
		return this.read.apply(text);
	}

	@Override
	public String toString() {
		return this.tag;
	}

	/** The JDK writes exponents it does not read. */
	private static String decimal(BigDecimal decimal) {
		long exponent = decimal.precision() - 1L - decimal.scale();
		if (exponent > Integer.MAX_VALUE) {
			throw new IllegalArgumentException(
					"its exponent is " + exponent + ", at most " + Integer.MAX_VALUE + " can be read again");
		}
		return decimal.toString();
	}

	private static Character character(String text) {
		if (text.length() != 1) {
			throw new IllegalArgumentException("expected one character, got " + text.length());
		}
		return text.charAt(0);
	}

}

package io.github.hnswspring.vectorstore.metadata;

import io.github.hnswspring.vectorstore.Limits;

import java.util.Map;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Turns document metadata into JSON that a person can read, and back into the same Java
 * types. Thread-safe: it holds limits only.
 * <p>
 * The format: what JSON tells apart by itself is written plainly. {@code "text"} is a
 * String, {@code true} a Boolean, {@code 42} an Integer, {@code 4200000000} (beyond the
 * range of an int) a Long, {@code 1.5} (with a point or an exponent) a Double, {@code []}
 * a List, <code>{}</code> a Map. Any other type is an object with one member whose name
 * begins with {@code $}: <code>{"$long": 42}</code>,
 * <code>{"$instant": "2026-11-20T08:00:00Z"}</code>, <code>{"$double": "NaN"}</code>. A
 * nested map that has such a key itself is wrapped in <code>{"$map": {...}}</code>. The
 * outermost object is never read as a tag.
 * <p>
 * Types that come back as what they were: String, Boolean, Character, Byte, Short,
 * Integer, Long, Float, Double (NaN, the infinities and -0.0 too), BigInteger,
 * BigDecimal, Instant, java.util.Date, LocalDate, LocalTime, LocalDateTime,
 * OffsetDateTime, ZonedDateTime, Duration, UUID, URI, the primitive arrays
 * {@code byte[] short[] int[] long[] float[] double[] boolean[] char[]}, Map with String
 * keys, List, and {@code null}. Chosen conversions: an enum comes back as the String of
 * its {@code name()}, a java.sql.Timestamp as an Instant, a Set as a LinkedHashSet, any
 * other Collection and any array of objects as a List. Every other type is refused.
 */
public final class MetadataCodec {

	/** The deepest nesting of maps and lists that is stored, the outer map included. */
	public static final int MAX_DEPTH = Limits.MAX_METADATA_DEPTH;

	/** The longest JSON text of one document's metadata, in characters. */
	public static final int DEFAULT_MAX_CHARACTERS = 1_048_576;

	private final JsonFactory factory;

	private final int maxCharacters;

	private final int maxDepth;

	/**
	 * A codec that refuses texts longer than {@link #DEFAULT_MAX_CHARACTERS}.
	 */
	public MetadataCodec() {
		this(DEFAULT_MAX_CHARACTERS, MAX_DEPTH);
	}

	/**
	 * A codec with its own limits on one document's metadata.
	 * @param maxCharacters the longest JSON text written, at least 2
	 * @param maxDepth the deepest nesting written, 1 to {@link #MAX_DEPTH}; deeper text
	 * that is stored already can be read
	 */
	public MetadataCodec(int maxCharacters, int maxDepth) {
		if (maxCharacters < 2) {
			throw new IllegalArgumentException("maxCharacters must be at least 2 (an empty object), was "
					+ maxCharacters + "; leave it out for " + DEFAULT_MAX_CHARACTERS);
		}
		if (maxDepth < 1 || maxDepth > MAX_DEPTH) {
			throw new IllegalArgumentException("maxDepth must be 1 (no nesting) to " + MAX_DEPTH + ", was " + maxDepth);
		}
		this.maxCharacters = maxCharacters;
		this.maxDepth = maxDepth;
		// What is stored was within the limits when written, but a limit may be lowered
		// later: reading is bounded by the largest text SQLite would hold, not by ours.
		StreamReadConstraints constraints = StreamReadConstraints.builder()
			.maxNestingDepth(MAX_DEPTH * 2 + 4)
			.maxStringLength(Integer.MAX_VALUE)
			.maxNameLength(Integer.MAX_VALUE)
			.maxNumberLength(4096)
			.build();
		// Names are the user's: interning and canonicalizing them would keep every name
		// ever seen alive.
		this.factory = JsonFactory.builder()
			.disable(JsonFactory.Feature.INTERN_PROPERTY_NAMES)
			.disable(JsonFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
			.streamReadConstraints(constraints)
			.build();
	}

	/**
	 * Writes metadata as JSON.
	 * @param metadata the metadata of one document
	 * @return the JSON text, always an object
	 * @throws IllegalArgumentException if a value has a type that is not supported, maps
	 * nest deeper than the limit (or contain themselves), or the text would be longer
	 * than the limit; the message names the path of the key
	 */
	public String encode(Map<String, ?> metadata) {
		return new MetadataWriter(this.factory, this.maxCharacters, this.maxDepth).write(metadata);
	}

	/**
	 * Reads metadata written by {@link #encode}, or by a person who followed its format.
	 * @param json the JSON text of one object
	 * @return a new, mutable map in the order of the text
	 * @throws IllegalArgumentException if the text is not an object in this format
	 */
	public Map<String, Object> decode(String json) {
		if (json.equals("{}")) {
			return MetadataReader.newMap();
		}
		try (JsonParser parser = this.factory.createParser(ObjectReadContext.empty(), json)) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				throw new IllegalArgumentException(
						"Stored metadata must be a JSON object, but the text begins with " + parser.currentToken());
			}
			Map<String, Object> metadata = new MetadataReader(parser).readObject();
			if (parser.nextToken() != null) {
				throw new IllegalArgumentException(
						"Stored metadata must be one JSON object, but more text follows it: " + parser.currentToken());
			}
			return metadata;
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("Stored metadata is not valid JSON: " + ex.getOriginalMessage()
					+ "; correct the metadata column of this document, or add the document again", ex);
		}
	}

}

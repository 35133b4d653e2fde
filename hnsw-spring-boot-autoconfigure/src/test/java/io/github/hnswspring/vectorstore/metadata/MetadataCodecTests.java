package io.github.hnswspring.vectorstore.metadata;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.sql.Timestamp;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What {@link MetadataCodec} gives back is what it was given.
 */
class MetadataCodecTests {

	private final MetadataCodec codec = new MetadataCodec();

	static Stream<Object> exactValues() {
		return Stream.of("", "text", "line\nbreak \"quoted\" \\ \u0000 \u001f", "\uD83D\uDE00", "cut \uD83D",
				"\uDE00 cut", "\uDE00\uD83D", true, false, 'x', '\uD83D', (byte) -128, (short) 32767, 0, -1,
				Integer.MAX_VALUE, Integer.MIN_VALUE, 0L, 42L, Integer.MAX_VALUE + 1L, Long.MAX_VALUE, Long.MIN_VALUE,
				1.5f, -0.0f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NaN, Float.POSITIVE_INFINITY,
				Float.NEGATIVE_INFINITY, 1.0, -0.0, 0.1, 1e300, 1e-300, Double.MIN_VALUE, Double.MAX_VALUE, Double.NaN,
				Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, BigInteger.ONE.shiftLeft(200), BigInteger.ZERO,
				new BigDecimal("1.20"), new BigDecimal("1E+40"), Instant.EPOCH, Instant.MAX, Instant.MIN,
				Instant.parse("2026-11-20T08:00:00.123456789Z"), new Date(0), new Date(1704637752148L), new Date(-1),
				LocalDate.of(2026, 11, 20), LocalDate.MIN, LocalTime.of(8, 30, 1, 2),
				LocalDateTime.of(2026, 11, 20, 8, 30), OffsetDateTime.parse("2026-11-20T08:00:00+05:30"),
				ZonedDateTime.of(2026, 10, 25, 2, 30, 0, 0, ZoneId.of("Europe/Vienna")), Duration.ofMillis(-1501),
				new UUID(1, 2), URI.create("file:///a%20b.md"), List.of(), List.of("a", 1, 2L, 3.0, 4f, true),
				List.of(List.of(), List.of(List.of("deep"))), Map.of(), Map.of("a", 1L),
				Map.of("a", Map.of("b", List.of(1))), Map.of("$long", 5), Map.of("$", "x"),
				Map.of("$map", Map.of("$map", Map.of())), Map.of("a", 1, "$set", 2), Set.of(), Set.of("a"),
				List.of(Set.of(1L), Map.of("$date", new Date(5))));
	}

	@ParameterizedTest
	@MethodSource("exactValues")
	void returnsTheSameValueOfTheSameType(Object value) {
		Object read = roundTrip(value);
		assertThat(read).isEqualTo(value);
		if (!(value instanceof List || value instanceof Map || value instanceof Set)) {
			assertThat(read).hasSameClassAs(value);
		}
	}

	@Test
	void returnsPrimitiveArraysOfTheSameType() {
		assertThat(roundTrip(new byte[] { -1, 0, 1 })).isEqualTo(new byte[] { -1, 0, 1 });
		assertThat(roundTrip(new short[] { -1, Short.MAX_VALUE })).isEqualTo(new short[] { -1, Short.MAX_VALUE });
		assertThat(roundTrip(new int[] { 1, Integer.MIN_VALUE })).isEqualTo(new int[] { 1, Integer.MIN_VALUE });
		assertThat(roundTrip(new long[] { 1, Long.MIN_VALUE })).isEqualTo(new long[] { 1, Long.MIN_VALUE });
		assertThat(roundTrip(new float[] { 0.1f, Float.NaN, -0f })).isEqualTo(new float[] { 0.1f, Float.NaN, -0f });
		assertThat(roundTrip(new double[] { 0.1, Double.NEGATIVE_INFINITY }))
			.isEqualTo(new double[] { 0.1, Double.NEGATIVE_INFINITY });
		assertThat(roundTrip(new boolean[] { true, false })).isEqualTo(new boolean[] { true, false });
		assertThat(roundTrip(new char[] { 'a', ' ', '\u0000' })).isEqualTo(new char[] { 'a', ' ', '\u0000' });
		assertThat(roundTrip(new float[0])).isEqualTo(new float[0]);
	}

	@Test
	void convertsEnumsObjectArraysAndOtherCollectionsAsDocumented() {
		assertThat(roundTrip(DayOfWeek.FRIDAY)).isEqualTo("FRIDAY");
		assertThat(roundTrip(new String[] { "a", "b" })).isEqualTo(List.of("a", "b"));
		assertThat(roundTrip(new java.util.ArrayDeque<>(List.of(1, 2)))).isEqualTo(List.of(1, 2));
	}

	@Test
	void keepsNullsWhereverTheyStand() {
		Map<String, Object> metadata = new HashMap<>();
		metadata.put("missing", null);
		metadata.put("list", Arrays.asList("a", null));
		metadata.put("map", new TreeMap<>(Collections.singletonMap("x", null)));
		assertThat(this.codec.decode(this.codec.encode(metadata))).isEqualTo(metadata);
	}

	@Test
	void acceptsAnyStringAsKeyAndKeepsTheOrder() {
		Map<String, Object> metadata = new LinkedHashMap<>();
		for (String key : List.of("z", "", " ", "a.b", "$long", "$map", "\"", "\uD83D", "\n", "schl\u00fcssel")) {
			metadata.put(key, 1);
		}
		assertThat(this.codec.decode(this.codec.encode(metadata)).keySet())
			.containsExactlyElementsOf(metadata.keySet());
	}

	@Test
	void writesPlainTypesAsPlainJson() {
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("source", "guide.md");
		metadata.put("page", 3);
		metadata.put("score", 0.5);
		metadata.put("tags", List.of("a", "b"));
		metadata.put("bytes", 42L);
		metadata.put("created", Instant.EPOCH);
		assertThat(this.codec.encode(metadata)).isEqualTo("""
				{"source":"guide.md","page":3,"score":0.5,"tags":["a","b"],"bytes":{"$long":42},\
				"created":{"$instant":"1970-01-01T00:00:00Z"}}""");
	}

	@Test
	void aTimestampOfADatabaseIsAnInstant() {
		Instant at = Instant.parse("2026-11-20T08:00:00.123456789Z");
		assertThat(this.codec.encode(Map.of("at", Timestamp.from(at)))).isEqualTo(this.codec.encode(Map.of("at", at)));
	}

	@Test
	void refusesUnsupportedTypesNamingPathTypeAndRemedy() {
		Map<String, Object> metadata = Map.of("author", Map.of("names", List.of("x", new StringBuilder("y"))));
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.encode(metadata))
			.withMessageContaining("'author.names[1]'")
			.withMessageContaining("java.lang.StringBuilder")
			.withMessageContaining("toString()");
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.encode(Map.of("m", Map.of(1, "x"))))
			.withMessageContaining("'m'")
			.withMessageContaining("java.lang.Integer");
	}

	/** Found by fuzzing: it was stored, and could never be read again. */
	@Test
	void refusesDecimalsThatTheJdkWritesButDoesNotRead() {
		BigDecimal largest = new BigDecimal(BigInteger.TEN, -(Integer.MAX_VALUE - 1));
		assertThat(this.codec.decode(this.codec.encode(Map.of("n", largest)))).isEqualTo(Map.of("n", largest));
		BigDecimal larger = new BigDecimal(BigInteger.TEN, -Integer.MAX_VALUE);
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.encode(Map.of("n", larger)))
			.withMessageContaining("'n'")
			.withMessageContaining("2147483648");
	}

	@Test
	void refusesNestingBeyondTheLimitAndCycles() {
		assertThat(this.codec.decode(this.codec.encode(nested(MetadataCodec.MAX_DEPTH)))).isNotEmpty();
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.encode(nested(MetadataCodec.MAX_DEPTH + 1)))
			.withMessageContaining("deeper than 32");
		List<Object> cycle = new ArrayList<>();
		cycle.add(cycle);
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.encode(Map.of("cycle", cycle)))
			.withMessageContaining("deeper than 32");
	}

	@Test
	void refusesTextBeyondTheLimit() {
		MetadataCodec small = new MetadataCodec(20, MetadataCodec.MAX_DEPTH);
		assertThat(small.encode(Map.of("key", "x".repeat(10)))).hasSize(20);
		assertThatIllegalArgumentException().isThrownBy(() -> small.encode(Map.of("key", "x".repeat(11))))
			.withMessageContaining("20");
		assertThatIllegalArgumentException().isThrownBy(() -> small.encode(Map.of("key", "x".repeat(50))))
			.withMessageContaining("'key'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "1", "null", "{", "{\"a\":}", "{}{}", "{\"a\":{\"$nope\":1}}",
			"{\"a\":{\"$long\":\"x\"}}", "{\"a\":{\"$long\":1,\"b\":2}}", "{\"a\":{\"$long\":null}}",
			"{\"a\":{\"$long\":[1]}}", "{\"a\":{\"$map\":1}}", "{\"a\":{\"$set\":{}}}", "{\"a\":{\"$char\":\"\"}}",
			"{\"a\":{\"$bytes\":\"?\"}}", "{\"a\":NaN}" })
	void refusesTextThatIsNotInTheFormat(String json) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.decode(json))
			.withMessageContaining("Stored metadata");
	}

	@Test
	void refusesDeeplyNestedTextWithoutOverflowingTheStack() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.codec.decode("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}"));
	}

	@Test
	void readsIntegersAPersonTypedThatFitNoLong() {
		assertThat(this.codec.decode("{\"n\": 123456789012345678901234567890}")).containsEntry("n",
				new BigInteger("123456789012345678901234567890"));
	}

	@Test
	void returnsRandomMetadataUnchanged() {
		long seed = System.nanoTime();
		System.out.println("MetadataCodecTests seed " + seed);
		Random random = new Random(seed);
		List<Object> scalars = exactValues().toList();
		for (int round = 0; round < 2_000; round++) {
			Map<String, Object> metadata = randomMap(random, scalars, 4);
			assertThat(this.codec.decode(this.codec.encode(metadata))).as("seed %s round %s", seed, round)
				.isEqualTo(metadata);
		}
	}

	private Object roundTrip(Object value) {
		return this.codec.decode(this.codec.encode(Map.of("key", value))).get("key");
	}

	private static Map<String, Object> nested(int depth) {
		Map<String, Object> map = new HashMap<>(Map.of("leaf", 1));
		for (int level = 1; level < depth; level++) {
			map = new HashMap<>(Map.of((level % 2 == 0) ? "k" : "$k", map));
		}
		return map;
	}

	private static Map<String, Object> randomMap(Random random, List<Object> scalars, int depth) {
		Map<String, Object> map = new LinkedHashMap<>();
		int size = random.nextInt(5);
		for (int i = 0; i < size; i++) {
			String key = (random.nextInt(8) == 0 ? "$" : "") + Character.toString(random.nextInt(0x300));
			map.put(key, (depth > 0 && random.nextInt(4) == 0) ? randomMap(random, scalars, depth - 1)
					: scalars.get(random.nextInt(scalars.size())));
		}
		return map;
	}

}

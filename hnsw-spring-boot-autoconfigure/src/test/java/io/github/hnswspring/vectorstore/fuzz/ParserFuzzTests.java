package io.github.hnswspring.vectorstore.fuzz;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

import io.github.hnswspring.vectorstore.filter.FilterEvaluator;
import io.github.hnswspring.vectorstore.filter.FilterTextParser;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Filter text and stored metadata that make no sense: understood or refused with an
 * {@link IllegalArgumentException}, in no time.
 */
class ParserFuzzTests {

	private static final long SLOW_NANOS = 5_000_000_000L;

	/** So that some are understood and some are refused, however slow the machine is. */
	private static final int LEAST = 1_000;

	private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

	private static final List<String> FILTERS = List.of("country == 'BG' && year >= 2020",
			"(year >= 2020 OR country == \"BG\") AND city NIN ['Sofia', 'Plovdiv']",
			"isOpen == true AND NOT x in [1, 2]", "price >= -15.6 and price <= +20.13",
			"a IS NOT NULL or not (b IS NULL)", "author.name == 'it\\'s'", "NOT (a == 1 OR NOT (b == 2L))",
			"WHERE when == '2026-11-20T08:00:00Z'");

	private static final List<String> FILTER_TOKENS = List.of("(", ")", "[", "]", "NOT ", " AND ", " OR ", " IN ",
			" NIN ", "==", "!=", ">=", "<", "'", "\"", "\\", ",", ".", "-", "9", "99999999999999999999", "1e999", "1L",
			"null", "true", " IS NULL", "WHERE ", "&&", "||", "\u0000", "\ud83d", "\n", "\u2028", "a==1", "'x'");

	private static final List<String> METADATA = List.of("{\"a\":1,\"b\":\"x\",\"c\":[1,2.5,true,null]}",
			"{\"l\":{\"$long\":42},\"i\":{\"$instant\":\"2026-11-20T08:00:00Z\"},\"d\":{\"$double\":\"NaN\"}}",
			"{\"m\":{\"$map\":{\"$long\":1}},\"n\":{\"deep\":{\"er\":[{\"x\":{}}]}}}",
			"{\"u\":{\"$uuid\":\"123e4567-e89b-12d3-a456-426614174000\"},\"f\":{\"$floats\":\"1.5 2.5\"}}",
			"{\"b\":{\"$bytes\":\"AQID\"},\"s\":{\"$set\":[1,2]},\"n\":{\"$bigDecimal\":\"1.50\"}}");

	private static final List<String> METADATA_TOKENS = List.of("{", "}", "[", "]", ",", ":", "\"", "\\", "\\u12",
			"\"$long\":", "\"$int\":", "\"$short\":", "\"$byte\":", "\"$char\":", "\"$float\":", "\"$double\":",
			"\"$bigInteger\":", "\"$bigDecimal\":", "\"$instant\":", "\"$date\":", "\"$localDate\":", "\"$localTime\":",
			"\"$zonedDateTime\":", "\"$duration\":", "\"$uuid\":", "\"$uri\":", "\"$bytes\":", "\"$ints\":",
			"\"$set\":", "\"$map\":", "{\"a\":", "[[", "null", "true", "1", "-", "1e999999999", "-0.0",
			"123456789012345678901234567890", "\"1e2147483647\"", "\"P9999999999D\"", "\"::\"", "\u0000", "\ud83d");

	@Test
	void filterTextFromFixedAndNewSeeds() throws IOException {
		filters(1, 1000);
		filters(System.nanoTime(), 1500);
	}

	@Test
	void metadataFromFixedAndNewSeeds() throws IOException {
		metadata(1, 1000);
		metadata(System.nanoTime(), 1500);
	}

	@Test
	@Tag("reliability-long")
	void forMinutes() throws IOException {
		filters(System.nanoTime(), 60_000);
		metadata(System.nanoTime(), 60_000);
	}

	private static void filters(long seed, int milliseconds) throws IOException {
		Map<String, Object> document = Map.of("a", 1, "country", "BG", "year", 2024, "x", List.of(1, "y"));
		fuzz("filter texts", FILTERS, FILTER_TOKENS, seed, milliseconds,
				(text) -> new FilterEvaluator(FilterTextParser.parse(text)).matches(document));
	}

	private static void metadata(long seed, int milliseconds) throws IOException {
		MetadataCodec codec = new MetadataCodec();
		fuzz("stored metadata", METADATA, METADATA_TOKENS, seed, milliseconds, (text) -> {
			Map<String, Object> decoded = codec.decode(text);
			// What was understood can be stored again and is then the same.
			String encoded = codec.encode(decoded);
			assertThat(codec.encode(codec.decode(encoded))).isEqualTo(encoded);
		});
	}

	private static void fuzz(String what, List<String> corpus, List<String> tokens, long seed, int milliseconds,
			Consumer<String> parser) throws IOException {
		long end = System.nanoTime() + milliseconds * 1_000_000L;
		int refused = 0;
		int understood = 0;
		for (long next = seed; System.nanoTime() < end || next - seed < LEAST; next++) {
			String text = new TextMutator(corpus, tokens, new Random(next)).next();
			// Not how long it took: a machine has much else to do.
			long began = THREADS.getCurrentThreadCpuTime();
			try {
				parser.accept(text);
				understood++;
			}
			catch (IllegalArgumentException ex) {
				assertThat(ex.getMessage()).as("seed " + next).isNotBlank();
				refused++;
			}
			catch (RuntimeException | Error ex) {
				throw new AssertionError("seed " + next + ": " + ex + " for " + text, ex);
			}
			assertThat(THREADS.getCurrentThreadCpuTime() - began).as("nanoseconds, seed " + next + ": " + text)
				.isLessThan(SLOW_NANOS);
		}
		assertThat(refused).as("seed " + seed).isPositive();
		assertThat(understood).as("seed " + seed).isPositive();
		String line = "\"Text from outside is understood or refused\",\"mutated %s\",%d,%d,\"%d refused, %d understood\"%n"
			.formatted(what, refused + understood, seed, refused, understood);
		System.out.print("[reliability] " + line);
		Path directory = Files.createDirectories(Path.of("target", "reliability"));
		Files.writeString(directory.resolve("parser-fuzz.csv"), line, StandardOpenOption.CREATE,
				StandardOpenOption.APPEND);
	}

}

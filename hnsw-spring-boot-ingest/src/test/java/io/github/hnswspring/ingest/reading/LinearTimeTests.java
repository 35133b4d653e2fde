package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * No run of characters takes more than linear time, whatever it consists of. Counted is
 * how often a pattern looks at a character.
 */
class LinearTimeTests {

	private static final int LENGTH = 20_000;

	/** A pattern that looks back from each place of a run needs 10,000 for each. */
	private static final int LOOKS_AT_EACH = 60;

	private static final List<String> BEGINNINGS = List.of("", "a", "key = \"", "title:", "include::", "{{#include ",
			"display", "ifdef::", "\u001B[", "a:", "# ");

	private static final List<String> RUNS = List.of(" ", "\t", "\n", "\r\n", " \n", "a", "A", "1", ".", "-", "|", "<",
			"[", "{", "\\", "\"", ":", "=", "\u00A0", "漢", "漢 ", "\u001B[", "a:b[", "<pre >", "{{#include ", "1. ",
			"key = '");

	@Test
	void noPatternIsQuadratic() throws Exception {
		List<Pattern> patterns = patterns();
		assertThat(patterns).hasSizeGreaterThan(20);
		List<String> slow = new ArrayList<>();
		for (String run : RUNS) {
			String text = run.repeat(LENGTH / run.length());
			for (String beginning : BEGINNINGS) {
				Counted counted = new Counted(beginning + text + "\u0001");
				patterns.stream()
					.filter((pattern) -> !counted.isLinear(pattern))
					.forEach((pattern) -> slow.add(pattern + " in " + beginning + run + "…"));
			}
		}
		assertThat(slow).isEmpty();
	}

	/** What is quadratic takes hours for this. */
	@Test
	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
	void rowsSentencesAndWordsAreReadInLinearTime() {
		int length = 1_200_000;
		Reading rows = CsvReader.read("name,value\nx,\"a" + " ".repeat(length) + "b\"\ny,2\n", new LeftOuts());
		assertThat(rows.sections()).hasSize(1);
		assertThat(CsvReader.read("name,value\nx,\"a" + "\n ".repeat(length / 2) + "b\"\n", new LeftOuts())
			.sections()
			.get(0)
			.texts()).containsExactly("name,value\nx,\"a b\"");
		String names = IntStream.range(0, 60_000).mapToObj((i) -> "name").collect(Collectors.joining(","));
		assertThat(CsvReader.read(names + "\n" + "x,1\n".repeat(200_000), new LeftOuts()).sections()).hasSize(1);
		assertThat(Sentences.split("Am 1. ".repeat(length / 6))).isNotEmpty();
	}

	/**
	 * Whatever looks at all cells once for each table around them takes minutes for this.
	 */
	@Test
	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
	void tablesInTablesAreLookedAtInLinearTime() {
		for (boolean before : new boolean[] { true, false }) {
			assertThat(Jsoup.parse(nested(200, "<tr><td>a<td>b".repeat(200), before)).select("table")).hasSize(200)
				.filteredOn(HtmlTable::isData)
				.as("the last two, as far as they are tables")
				.hasSizeLessThanOrEqualTo(2);
			Reading reading = HtmlReader.read(nested(200, "<tr><td>a<td>b".repeat(5), before));
			assertThat(reading.report().characters()).as("cells of all tables").isGreaterThan(2_000);
		}
	}

	private static String nested(int depth, String cells, boolean before) {
		String begin = "<table>" + (before ? cells : "") + "<tr><td>c<td>";
		return begin.repeat(depth) + "deep" + ("</td></tr>" + (before ? "" : cells) + "</table>").repeat(depth);
	}

	private static List<Pattern> patterns() throws IOException, URISyntaxException, ReflectiveOperationException {
		Path classes = Path.of(DocumentReaders.class.getResource("DocumentReaders.class").toURI()).getParent();
		List<Pattern> patterns = new ArrayList<>();
		try (Stream<Path> files = Files.list(classes)) {
			for (Path file : files.filter((path) -> path.toString().endsWith(".class")).sorted().toList()) {
				String name = file.getFileName().toString().replace(".class", "");
				Class<?> type = Class.forName(DocumentReaders.class.getPackageName() + "." + name);
				for (Field field : type.getDeclaredFields()) {
					if (field.getType() == Pattern.class && Modifier.isStatic(field.getModifiers())) {
						field.setAccessible(true);
						patterns.add((Pattern) field.get(null));
					}
				}
			}
		}
		return patterns;
	}

	private static final class TooOftenException extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

	private static final class Counted implements CharSequence {

		private final String text;

		private long looks;

		private Counted(String text) {
			this.text = text;
		}

		boolean isLinear(Pattern pattern) {
			this.looks = 0;
			try {
				Matcher matcher = pattern.matcher(this);
				while (matcher.find()) {
					// On to the next.
				}
				pattern.matcher(this).matches();
				return true;
			}
			catch (TooOftenException | StackOverflowError ex) {
				return false;
			}
		}

		@Override
		public char charAt(int index) {
			if (++this.looks > (long) LOOKS_AT_EACH * LENGTH) {
				throw new TooOftenException();
			}
			return this.text.charAt(index);
		}

		@Override
		public int length() {
			return this.text.length();
		}

		@Override
		public CharSequence subSequence(int start, int end) {
			return this.text.substring(start, end);
		}

		@Override
		public String toString() {
			return this.text;
		}

	}

}

package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds out what stands between the values of a row. No state. */
final class CsvDelimiter {

	/** Those that are less often part of a value come first. */
	private static final char[] DELIMITERS = { ';', '\t', '|', ',' };

	private static final int SAMPLE = 50;

	private CsvDelimiter() {
	}

	/** The one that most lines have the same number of, whatever stands in the first. */
	static char of(String text) {
		List<String> lines = text.lines().filter((line) -> !line.isBlank()).limit(SAMPLE).toList();
		char best = ',';
		int most = 0;
		for (char delimiter : DELIMITERS) {
			Map<Integer, Integer> counts = new HashMap<>();
			lines.forEach((line) -> counts.merge(count(line, delimiter), 1, Integer::sum));
			counts.remove(0);
			int same = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
			if (same > most) {
				best = delimiter;
				most = same;
			}
		}
		return best;
	}

	/**
	 * How many there are outside quotation marks, which begin a value or are part of it.
	 */
	static int count(String line, char delimiter) {
		return ends(line, delimiter).size();
	}

	/** The values as they are written, with their quotation marks. */
	static List<String> values(String line, char delimiter) {
		List<String> values = new ArrayList<>();
		int start = 0;
		for (int end : ends(line, delimiter)) {
			values.add(line.substring(start, end));
			start = end + 1;
		}
		values.add(line.substring(start));
		return values;
	}

	private static List<Integer> ends(String line, char delimiter) {
		List<Integer> ends = new ArrayList<>();
		boolean quoted = false;
		boolean begins = true;
		for (int i = 0; i < line.length(); i++) {
			char c = line.charAt(i);
			if (c == '"' && (quoted || begins)) {
				quoted = !quoted;
				begins = false;
			}
			else if (!quoted && c == delimiter) {
				ends.add(i);
				begins = true;
			}
			else if (c != ' ') {
				begins = false;
			}
		}
		return ends;
	}

}

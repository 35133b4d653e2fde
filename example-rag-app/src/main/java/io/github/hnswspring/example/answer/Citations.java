package io.github.hnswspring.example.answer;

import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The citations of a text, checked against what was retrieved.
 *
 * @param text without citations of passages that do not exist
 * @param numbers the passages that are cited, ascending
 * @param removed how many citations named no passage
 */
record Citations(String text, List<Integer> numbers, int removed) {

	// Not after a letter or digit: that is an array access in some listing.
	private static final Pattern CITATION = Pattern
		.compile("(?<![\\p{L}\\p{N}_])\\[(\\d{1,4}(?:\\s?[,;]\\s?\\d{1,4}){0,20})\\]");

	static Citations check(String text, int passages) {
		TreeSet<Integer> numbers = new TreeSet<>();
		int[] removed = new int[1];
		String checked = CITATION.matcher(text).replaceAll((citation) -> {
			StringBuilder kept = new StringBuilder();
			for (String cited : citation.group(1).split("[,;]")) {
				int number = Integer.parseInt(cited.strip());
				if (number >= 1 && number <= passages) {
					numbers.add(number);
					kept.append('[').append(number).append(']');
				}
				else {
					removed[0]++;
				}
			}
			return Matcher.quoteReplacement(kept.toString());
		});
		return new Citations((removed[0] > 0) ? checked.replaceAll(" +([.,;:!?])", "$1") : checked,
				List.copyOf(numbers), removed[0]);
	}

}

package io.github.hnswspring.answer;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words of a text, folded: without case and accents, scripts without spaces by pairs
 * of characters. Two words are alike if they differ in their ends only, which takes the
 * place of stems, for no language in particular.
 */
final class Words {

	private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

	private static final Pattern MARKS = Pattern.compile("\\p{M}+");

	private static final int SHORTEST_STEM = 4;

	private static final int LONGEST_ENDING = 6;

	private Words() {
	}

	/** The different words of a text, in their order. */
	static Set<String> of(String text) {
		String folded = MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFKD)).replaceAll("");
		Set<String> words = new LinkedHashSet<>();
		Matcher matcher = WORD.matcher(folded.toLowerCase(Locale.ROOT));
		while (matcher.find()) {
			for (String run : runs(matcher.group())) {
				addRun(words, run);
			}
		}
		return words;
	}

	/** Where a script without spaces meets letters, a word ends. */
	private static List<String> runs(String word) {
		List<String> runs = new ArrayList<>();
		int start = 0;
		for (int i = 1; i < word.length(); i++) {
			if (isDense(word.charAt(i)) != isDense(word.charAt(i - 1))) {
				runs.add(word.substring(start, i));
				start = i;
			}
		}
		runs.add(word.substring(start));
		return runs;
	}

	private static void addRun(Set<String> words, String run) {
		if (!isDense(run.charAt(0)) || run.length() == 1) {
			words.add(run);
			return;
		}
		for (int i = 0; i + 2 <= run.length(); i++) {
			words.add(run.substring(i, i + 2));
		}
	}

	static boolean isDense(char c) {
		return switch (Character.UnicodeScript.of(c)) {
			case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> true;
			default -> false;
		};
	}

	/**
	 * How alike two words are.
	 * @return 1 for the same, less for the same stem, 0 for others
	 */
	static double likeness(String a, String b) {
		if (a.equals(b)) {
			return 1;
		}
		int shorter = Math.min(a.length(), b.length());
		int longer = Math.max(a.length(), b.length());
		if (shorter < SHORTEST_STEM || longer - shorter > LONGEST_ENDING) {
			return 0;
		}
		int common = 0;
		while (common < shorter && a.charAt(common) == b.charAt(common)) {
			common++;
		}
		return (common >= Math.max(SHORTEST_STEM, shorter - 2) && longer - common <= LONGEST_ENDING) ? 0.8 : 0;
	}

	static double best(String word, Set<String> words) {
		if (words.contains(word)) {
			return 1;
		}
		double best = 0;
		for (String other : words) {
			best = Math.max(best, likeness(word, other));
		}
		return best;
	}

}

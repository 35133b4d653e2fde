package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.hnswspring.ingest.reading.PdfRegionStripper.RegionText;

/**
 * Joins words that a line end has divided. Whether the hyphen is one of the word is
 * answered by the document, where the word stands elsewhere. Confined to the thread that
 * reads.
 */
final class PdfHyphens {

	private static final String HYPHENS = "-\u2010\u00AD";

	/** Bounds the memory a document made to be hard takes. */
	private static final int MAX_WORDS = 200_000;

	private static final int LONGEST_WORD = 60;

	private static final Pattern WORD = Pattern.compile("\\p{L}[\\p{L}\\p{M}]*+(?:[-\u2010][\\p{L}\\p{M}]++)*+");

	private static final Pattern FIRST = Pattern.compile("\\A[\\p{L}\\p{M}\\p{Nd}]{1,60}+");

	/** A word before these is cut short on purpose: {@code Ein- und Ausgang}. */
	private static final Set<String> BETWEEN = Set.of("und", "oder", "bzw", "sowie", "bis", "als", "noch", "and", "or",
			"to", "et", "ou", "en", "of", "y", "o", "e");

	/** They keep their hyphen in most words. */
	private static final Set<String> BEFORE_HYPHENS = Set.of("self", "well", "high", "low", "long", "short", "half",
			"cross", "all", "ex", "non", "full", "one", "two", "three", "four", "real", "open");

	private final Set<String> words = new HashSet<>();

	/** Remembers the words of a text that no line end divides. */
	void learn(String text) {
		text.lines().forEach((line) -> {
			Matcher word = WORD.matcher(line);
			while (word.find() && this.words.size() < MAX_WORDS) {
				boolean whole = word.start() > 0 && word.end() < line.length();
				if (whole) {
					this.words.add(word.group().toLowerCase(Locale.ROOT).replace('\u2010', '-'));
				}
			}
		});
	}

	/** The regions with words that a line end, or the end of a column, divided whole. */
	List<RegionText> joinRegions(List<RegionText> regions) {
		List<RegionText> joined = new ArrayList<>();
		for (RegionText region : regions) {
			RegionText former = joined.isEmpty() ? null : joined.get(joined.size() - 1);
			if (region.row()) {
				joined.add(region);
				continue;
			}
			String text = String.join("\n", join(region.text().strip().lines().toList()));
			int end = text.indexOf('\n');
			String first = (end < 0) ? text : text.substring(0, end);
			if (former != null && !former.row() && !divided(former.text(), first).isEmpty()) {
				List<String> both = join(List.of(former.text(), first));
				joined.set(joined.size() - 1, new RegionText(both.get(0), false));
				text = ((both.size() > 1) ? both.get(1) : "") + text.substring(first.length());
			}
			joined.add(new RegionText(text, false));
		}
		return joined;
	}

	/** The lines with words that were divided whole, each where it began. */
	List<String> join(List<String> lines) {
		List<String> joined = new ArrayList<>();
		for (String line : lines) {
			String former = joined.isEmpty() ? "" : joined.get(joined.size() - 1);
			String word = divided(former, line);
			if (word.isEmpty()) {
				joined.add(line);
				continue;
			}
			Matcher first = FIRST.matcher(line.stripLeading());
			int blank = line.stripLeading().indexOf(' ', first.find() ? first.end() : 0);
			String moved = (blank < 0) ? line.stripLeading() : line.stripLeading().substring(0, blank);
			boolean hyphen = word.endsWith("-");
			joined.set(joined.size() - 1, former.substring(0, former.length() - 1) + (hyphen ? "-" : "") + moved);
			if (blank >= 0) {
				joined.add(line.stripLeading().substring(blank + 1));
			}
		}
		return joined;
	}

	/**
	 * What stands before the line end, with its hyphen if it stays; empty for no word.
	 */
	private String divided(String line, String next) {
		if (line.isEmpty() || HYPHENS.indexOf(line.charAt(line.length() - 1)) < 0) {
			return "";
		}
		boolean soft = line.charAt(line.length() - 1) == '\u00AD';
		Matcher first = FIRST.matcher(next.stripLeading());
		String before = lastWord(line, line.length() - 1);
		if (before.isEmpty() || !first.find()) {
			return "";
		}
		String after = first.group().toLowerCase(Locale.ROOT);
		int end = before.codePointBefore(before.length());
		if (BETWEEN.contains(after) || !Character.isLetterOrDigit(end)) {
			return "";
		}
		return (!soft && keepsHyphen(before.toLowerCase(Locale.ROOT), after, first.group().codePointAt(0)))
				? before + "-" : before;
	}

	private static String lastWord(String line, int end) {
		int start = end;
		while (start > Math.max(0, end - LONGEST_WORD) && (Character.isLetterOrDigit(line.charAt(start - 1))
				|| Character.getType(line.charAt(start - 1)) == Character.NON_SPACING_MARK
				|| HYPHENS.indexOf(line.charAt(start - 1)) >= 0)) {
			start--;
		}
		return line.substring(start, end);
	}

	private boolean keepsHyphen(String before, String after, int first) {
		if (!Character.isLowerCase(first) || !before.codePoints().allMatch(Character::isLetter)) {
			return true;
		}
		if (this.words.contains(before + after)) {
			return false;
		}
		return this.words.contains(before + "-" + after) || BEFORE_HYPHENS.contains(before);
	}

}

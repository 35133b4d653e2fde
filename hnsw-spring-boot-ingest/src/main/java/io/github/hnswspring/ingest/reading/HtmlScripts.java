package io.github.hnswspring.ingest.reading;

import java.util.regex.Pattern;

/**
 * How raised and lowered characters are written in plain text: {@code 10^6},
 * {@code x_max}, {@code H2O}, {@code Apples[1]}, and {@code 1st} as ever. What they stand
 * behind decides; they never become part of a number or a word. No state.
 */
final class HtmlScripts {

	/** A longer one is a remark in small letters. */
	private static final int MAX_SCRIPT = 30;

	private static final Pattern BRACKETED = Pattern.compile("\\[[^\\[\\]]{0,40}+\\]|\\([^()]{0,40}+\\)");

	private static final Pattern SIMPLE = Pattern
		.compile("[-+−–]?[\\p{L}\\p{M}\\p{N}.,′'∞]{1,40}+[-+−–]?|[-+−–]{1,3}+");

	private static final Pattern ORDINAL = Pattern
		.compile("st|nd|rd|th|er|re|e|è|ère|ers|ème|me|nde?|ste|te|de|o|a|os|as", Pattern.CASE_INSENSITIVE);

	/** Titles and the like, as in {@code Mme}, {@code Dr} and {@code No}. */
	private static final Pattern TITLE = Pattern
		.compile("(?:M(?:me|mes|lle|lles|gr|r|rs)|D(?:r|re|rs)|S(?:r|ra|t|te)|[Nn](?:o|os))");

	private static final Pattern DIGITS = Pattern.compile("\\p{Nd}{1,40}+");

	private HtmlScripts() {
	}

	/**
	 * A raised text.
	 * @param before what stands before it in its line, or the end of that
	 * @param words the raised text
	 * @param after the character behind it, or a blank
	 * @param mark whether it refers to a footnote
	 */
	static String raised(String before, String words, int after, boolean mark) {
		if (words.isEmpty()) {
			return "";
		}
		if (BRACKETED.matcher(words).matches()) {
			return words;
		}
		if (isRemark(words)) {
			return remark(before, words, after);
		}
		if (mark) {
			return "[" + words + "]";
		}
		int last = last(before);
		if (isFractionSlash(after)) {
			return Character.isDigit(last) ? " " + words : words;
		}
		boolean sign = words.codePoints().noneMatch(Character::isLetterOrDigit) && !SIMPLE.matcher(words).matches();
		if (sign || last == ' ') {
			return words + blankBefore(after, last == ' ' && !sign);
		}
		if (words.equals("TM") || words.equals("SM")) {
			return words.equals("TM") ? "™" : "℠";
		}
		if ((Character.isDigit(last) && ORDINAL.matcher(words).matches())
				|| TITLE.matcher(lastWord(before) + words).matches()) {
			return words;
		}
		return "^" + simple(words) + blankBefore(after, false);
	}

	/**
	 * A lowered text.
	 * @param before what stands before it in its line, or the end of that
	 * @param words the lowered text
	 * @param after the character behind it, or a blank
	 */
	static String lowered(String before, String words, int after) {
		if (words.isEmpty() || BRACKETED.matcher(words).matches()) {
			return words;
		}
		if (isRemark(words)) {
			return remark(before, words, after);
		}
		int last = last(before);
		boolean digits = DIGITS.matcher(words).matches();
		if (last == ' ' || isFractionSlash(last)
				|| (digits && (Character.isLetter(last) || last == ')' || last == ']'))) {
			return words + blankBefore(after, false);
		}
		return "_" + simple(words) + blankBefore(after, false);
	}

	/** Words that only stand higher than others; they are kept apart from these. */
	private static boolean isRemark(String words) {
		return words.length() > MAX_SCRIPT
				|| (words.indexOf(' ') >= 0 && words.codePoints().anyMatch(Character::isLetter)
						&& words.codePoints().noneMatch((c) -> "+-−–=/*·×".indexOf(c) >= 0));
	}

	private static String remark(String before, String words, int after) {
		return ((last(before) == ' ') ? "" : " ") + words + blankBefore(after, true);
	}

	/** Parentheses around what is more than a number or a name. */
	private static String simple(String words) {
		return SIMPLE.matcher(words).matches() ? words : "(" + words + ")";
	}

	private static String blankBefore(int after, boolean letter) {
		return (Character.isDigit(after) || (letter && Character.isLetter(after))) ? " " : "";
	}

	private static boolean isFractionSlash(int character) {
		return character == '/' || character == '⁄';
	}

	/** The last character, or a blank where there is none. */
	private static int last(String before) {
		int last = before.isEmpty() ? ' ' : before.codePointBefore(before.length());
		return (Character.isWhitespace(last) || last == '\u00A0') ? ' ' : last;
	}

	private static String lastWord(String before) {
		int start = before.length();
		while (start > 0 && Character.isLetter(before.charAt(start - 1))) {
			start--;
		}
		return before.substring(start);
	}

}

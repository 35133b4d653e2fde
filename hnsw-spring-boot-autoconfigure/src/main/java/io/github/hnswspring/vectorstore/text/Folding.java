package io.github.hnswspring.vectorstore.text;

import java.text.Normalizer;
import java.util.Locale;

/**
 * Makes one spelling of those that are searched for alike: without case, and without the
 * marks that people leave out. Thread-safe: stateless.
 */
final class Folding {

	private static final char TATWEEL = '\u0640';

	/**
	 * Arabic phrases in one character, of eighteen and eight: a text of them would become
	 * as many times longer. No other stands for more than six.
	 */
	private static final String PHRASES = "\uFDFA\uFDFB";

	private Folding() {
	}

	/** Compatible characters as one, so that a full-width letter is a letter. */
	static String normalize(String text) {
		if (isAscii(text)) {
			return text;
		}
		// Each by itself: a text must not be taken apart by what else is in it.
		StringBuilder normal = new StringBuilder(text.length());
		int begin = 0;
		for (int i = 0; i < text.length(); i++) {
			if (PHRASES.indexOf(text.charAt(i)) >= 0) {
				normal.append(Normalizer.normalize(text.substring(begin, i), Normalizer.Form.NFKC));
				normal.append(text.charAt(i));
				begin = i + 1;
			}
		}
		return normal.append(Normalizer.normalize(text.substring(begin), Normalizer.Form.NFKC)).toString();
	}

	/** Lower case, and nothing that is not seen, such as a soft hyphen. */
	static String lowerCase(String token) {
		String lower = token.toLowerCase(Locale.ROOT);
		if (isAscii(lower)) {
			return lower;
		}
		StringBuilder visible = new StringBuilder(lower.length());
		Normalizer.normalize(lower, Normalizer.Form.NFC)
			.codePoints()
			.filter((point) -> Characters.isTokenCharacter(point) && Character.getType(point) != Character.FORMAT)
			.forEach(visible::appendCodePoint);
		return visible.toString();
	}

	/**
	 * Takes the marks away.
	 * @param lower as {@link #lowerCase} gives it
	 * @return the same without accents and the like; letters of scripts whose marks are
	 * vowels stay as they are
	 */
	static String withoutMarks(String lower) {
		if (isAscii(lower)) {
			return lower;
		}
		StringBuilder folded = new StringBuilder(lower.length());
		Normalizer.normalize(lower, Normalizer.Form.NFD).codePoints().forEach((point) -> append(point, folded));
		return Normalizer.normalize(folded, Normalizer.Form.NFC);
	}

	private static void append(int point, StringBuilder folded) {
		if (point == TATWEEL || isLeftOut(point)) {
			return;
		}
		String letters = switch (point) {
			case '\u00DF' -> "ss";
			case '\u00E6' -> "ae";
			case '\u0153' -> "oe";
			case '\u00F8' -> "o";
			case '\u00F0', '\u0111' -> "d";
			case '\u00FE' -> "th";
			case '\u0142' -> "l";
			case '\u0127' -> "h";
			case '\u0131' -> "i";
			case '\u03C2' -> "\u03C3";
			// Arabic and Persian letters that are written for each other.
			case '\u0649', '\u06CC' -> "\u064A";
			case '\u0629' -> "\u0647";
			case '\u06A9' -> "\u0643";
			default -> null;
		};
		if (letters != null) {
			folded.append(letters);
		}
		else {
			folded.appendCodePoint(point);
		}
	}

	private static boolean isLeftOut(int point) {
		return Character.getType(point) == Character.NON_SPACING_MARK && switch (Character.UnicodeScript.of(point)) {
			case INHERITED, LATIN, GREEK, CYRILLIC, ARABIC, HEBREW -> true;
			default -> false;
		};
	}

	private static boolean isAscii(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (text.charAt(i) >= 128) {
				return false;
			}
		}
		return true;
	}

}

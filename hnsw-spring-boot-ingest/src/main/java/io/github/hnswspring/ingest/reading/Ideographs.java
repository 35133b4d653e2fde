package io.github.hnswspring.ingest.reading;

import java.lang.Character.UnicodeScript;

/**
 * What is different about Chinese and Japanese: there are no blanks between words, so
 * where a line was wrapped, there is none either. No state.
 */
final class Ideographs {

	private static final String QUOTES_AND_DASHES = "“”‘’…—·";

	private Ideographs() {
	}

	/**
	 * Whether nothing stands between two characters when the lines they end are joined.
	 */
	static boolean areJoined(int before, int after) {
		return (isIdeograph(before) && (isIdeograph(after) || QUOTES_AND_DASHES.indexOf(after) >= 0))
				|| (isIdeograph(after) && QUOTES_AND_DASHES.indexOf(before) >= 0);
	}

	/** Whether it is written without blanks, as are its full stops and commas. */
	static boolean isIdeograph(int character) {
		if (character < 0x2E80) {
			return false;
		}
		if ((character > 0x3000 && character <= 0x303F) || character == 0x30FC
				|| (character >= 0xFF01 && character <= 0xFF9F)) {
			return true;
		}
		UnicodeScript script = UnicodeScript.of(character);
		return script == UnicodeScript.HAN || script == UnicodeScript.HIRAGANA || script == UnicodeScript.KATAKANA
				|| script == UnicodeScript.BOPOMOFO;
	}

	/** What stands between two lines of running text that are joined. */
	static String between(CharSequence before, CharSequence after) {
		return (before.isEmpty() || after.isEmpty()
				|| areJoined(Character.codePointBefore(before, before.length()), Character.codePointAt(after, 0))) ? ""
						: " ";
	}

	/** A text without the line ends, and the blanks around them, that are only wraps. */
	static String withoutWraps(String text) {
		StringBuilder kept = new StringBuilder(text.length());
		int from = 0;
		while (from < text.length()) {
			int to = from;
			boolean lineEnd = false;
			while (to < text.length() && isBlank(text.charAt(to))) {
				lineEnd |= text.charAt(to) == '\n' || text.charAt(to) == '\r';
				to++;
			}
			boolean wrap = lineEnd && !kept.isEmpty() && to < text.length()
					&& areJoined(Character.codePointBefore(kept, kept.length()), text.codePointAt(to));
			if (!wrap) {
				kept.append(text, from, to);
			}
			from = to;
			while (to < text.length() && !isBlank(text.charAt(to))) {
				to++;
			}
			kept.append(text, from, to);
			from = to;
		}
		return kept.toString();
	}

	/** How many columns of an editor a text takes: ideographs take two. */
	static int columns(CharSequence text, int from) {
		int columns = text.length() - from;
		for (int i = from; i < text.length(); i++) {
			columns += isIdeograph(text.charAt(i)) ? 1 : 0;
		}
		return columns;
	}

	private static boolean isBlank(char character) {
		return character == ' ' || character == '\t' || character == '\n' || character == '\r';
	}

}

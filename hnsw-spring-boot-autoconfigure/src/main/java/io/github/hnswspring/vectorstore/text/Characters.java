package io.github.hnswspring.vectorstore.text;

/** What a character is to the analysis. Thread-safe: stateless. */
final class Characters {

	/**
	 * What can hold the parts of a name together. SQLite is told that these belong to
	 * tokens.
	 */
	static final String JOINERS = ".-_/:+#@$";

	/** A place where a line may break: the end of a word in scripts with spaces. */
	static final int ZERO_WIDTH_SPACE = 0x200B;

	private Characters() {
	}

	/** A letter, a digit, or what belongs to one. */
	static boolean isTokenCharacter(int point) {
		if (point < 128) {
			return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z') || (point >= '0' && point <= '9');
		}
		return point != ZERO_WIDTH_SPACE && switch (Character.getType(point)) {
			case Character.UPPERCASE_LETTER, Character.LOWERCASE_LETTER, Character.TITLECASE_LETTER,
					Character.MODIFIER_LETTER, Character.OTHER_LETTER, Character.DECIMAL_DIGIT_NUMBER,
					Character.LETTER_NUMBER, Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK,
					Character.FORMAT ->
				true;
			default -> false;
		};
	}

	static boolean isJoiner(int point) {
		return point < 128 && JOINERS.indexOf(point) >= 0;
	}

	/**
	 * Whether words of its script are written without spaces between them, or with many
	 * endings, so that pairs of characters stand for words.
	 */
	static boolean isPaired(int point) {
		if (point < 0x0E00) {
			return false;
		}
		if (point == 0x30FC || point == 0x3005) {
			// Lengthens the sound, or repeats the character, before it.
			return true;
		}
		return isTokenCharacter(point) && switch (Character.UnicodeScript.of(point)) {
			case HAN, HIRAGANA, KATAKANA, HANGUL, BOPOMOFO, THAI, LAO, KHMER, MYANMAR, YI -> true;
			default -> false;
		};
	}

	/** Whether one character of the script can be a word that is asked for. */
	static boolean isWord(int point) {
		return Character.UnicodeScript.of(point) == Character.UnicodeScript.HAN || isSyllable(point);
	}

	/** Whether it is a syllable of Korean. */
	static boolean isSyllable(int point) {
		return Character.UnicodeScript.of(point) == Character.UnicodeScript.HANGUL;
	}

}

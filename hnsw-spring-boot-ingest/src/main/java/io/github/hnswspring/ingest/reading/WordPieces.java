package io.github.hnswspring.ingest.reading;

/**
 * Estimates, without the model's vocabulary and never much too low, how many word pieces
 * a text has. Ordinary English words are one piece, long and technical ones one for about
 * every four letters, every digit pair and punctuation mark one.
 */
final class WordPieces {

	private static final int LETTERS_OF_ONE_PIECE = 7;

	private static final int LETTERS_A_FURTHER_PIECE = 4;

	private WordPieces() {
	}

	static int estimate(CharSequence text) {
		int pieces = 0;
		int letters = 0;
		int digits = 0;
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			boolean caseChange = letters > 0 && Character.isUpperCase(c) && Character.isLowerCase(text.charAt(i - 1));
			if (!Character.isLetter(c) || isIdeograph(c) || caseChange) {
				pieces += piecesOfWord(letters);
				letters = 0;
			}
			if (Character.isDigit(c)) {
				digits++;
				pieces += digits % 2;
				continue;
			}
			digits = 0;
			if (isIdeograph(c) || !(Character.isLetter(c) || Character.isWhitespace(c))) {
				pieces++;
			}
			else if (Character.isLetter(c)) {
				letters++;
			}
		}
		return pieces + piecesOfWord(letters);
	}

	private static int piecesOfWord(int letters) {
		if (letters == 0) {
			return 0;
		}
		int further = Math.max(0, letters - LETTERS_OF_ONE_PIECE);
		return 1 + (further + LETTERS_A_FURTHER_PIECE - 1) / LETTERS_A_FURTHER_PIECE;
	}

	private static boolean isIdeograph(char c) {
		return Character.isIdeographic(c) || Character.isSurrogate(c);
	}

}

package io.github.hnswspring.vectorstore.write;

import java.nio.charset.StandardCharsets;

/**
 * Text without halves of surrogate pairs, which UTF-8, and so SQLite, cannot hold.
 * Stateless.
 */
final class WholeText {

	private WholeText() {
	}

	static boolean isWhole(String text) {
		return StandardCharsets.UTF_8.newEncoder().canEncode(text);
	}

	/**
	 * As it is stored: a question mark for each half, and the same text if it has none.
	 */
	static String of(String text) {
		return isWhole(text) ? text : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
	}

}

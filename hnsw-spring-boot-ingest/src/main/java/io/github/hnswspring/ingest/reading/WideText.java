package io.github.hnswspring.ingest.reading;

import java.lang.Character.UnicodeScript;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Recognises UTF-16 without a byte order mark, in any script: read the right way round it
 * is text of one script with the usual blanks and full stops, the other way round it is
 * neither. No state.
 */
final class WideText {

	private static final int LOOKED_AT = 8_192;

	private static final int MIN_BYTES = 8;

	/**
	 * Blanks, line ends and full stops, of which other charsets have none at both bytes.
	 */
	private static final String USUAL = " \n\r\t.,。、，：；？！\u3000";

	/** Text has at least one of them among so many characters. */
	private static final int USUAL_EACH = 60;

	private static final double ONE_SCRIPT = 0.8;

	private WideText() {
	}

	/** Which of the two it is, or {@code null} for any other text. */
	static @Nullable Charset charset(byte[] bytes) {
		int length = Math.min(bytes.length, LOOKED_AT) & ~1;
		if (length < MIN_BYTES) {
			return null;
		}
		int little = usual(new String(bytes, 0, length, StandardCharsets.UTF_16LE));
		int big = usual(new String(bytes, 0, length, StandardCharsets.UTF_16BE));
		if (little == big) {
			return null;
		}
		return (little > big) ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
	}

	/** How many usual characters it has, or 0 if it does not read like text. */
	private static int usual(String text) {
		Map<UnicodeScript, Integer> scripts = new EnumMap<>(UnicodeScript.class);
		int usual = 0;
		int letters = 0;
		int strange = 0;
		for (int c : text.codePoints().toArray()) {
			if (USUAL.indexOf(c) >= 0) {
				usual++;
			}
			else if (isStrange(c)) {
				strange++;
			}
			else if (Character.isLetter(c)) {
				letters++;
				scripts.merge(script(c), 1, Integer::sum);
			}
		}
		int most = scripts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
		boolean reads = strange * 100 <= text.length() && usual * USUAL_EACH >= text.length()
				&& most >= ONE_SCRIPT * letters;
		return reads ? usual : 0;
	}

	private static boolean isStrange(int c) {
		int type = Character.getType(c);
		return type == Character.UNASSIGNED || type == Character.PRIVATE_USE || type == Character.CONTROL
				|| type == Character.SURROGATE || c == 0xFFFD;
	}

	/** Japanese is one script here. */
	private static UnicodeScript script(int c) {
		UnicodeScript script = UnicodeScript.of(c);
		return (script == UnicodeScript.HIRAGANA || script == UnicodeScript.KATAKANA) ? UnicodeScript.HAN : script;
	}

}

package io.github.hnswspring.console;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;

/** Texts and metadata, cut to what a screen shows. Thread-safe: stateless. */
final class Texts {

	private static final int KEYS = 30;

	private static final int VALUE = 200;

	private Texts() {
	}

	static String text(Document document, int most) {
		String text = document.getText();
		return cut((text != null) ? text : "", most);
	}

	/** The beginning of a text, without half a character at its end. */
	static String cut(String text, int most) {
		if (text.length() <= most) {
			return text;
		}
		int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
		return text.substring(0, end) + "…";
	}

	/** Metadata as texts, which lose no digit of a number on their way into a page. */
	static Map<String, String> metadata(Map<String, Object> metadata) {
		Map<String, String> shown = new LinkedHashMap<>();
		for (Map.Entry<String, Object> entry : metadata.entrySet()) {
			if (shown.size() == KEYS) {
				shown.put("…", (metadata.size() - KEYS) + " more");
				break;
			}
			shown.put(cut(entry.getKey(), VALUE), cut(String.valueOf(entry.getValue()), VALUE));
		}
		return shown;
	}

	static @Nullable Double number(@Nullable Object value) {
		return (value instanceof Number number && Double.isFinite(number.doubleValue())) ? number.doubleValue() : null;
	}

	/** JSON has no number for what is none. */
	static @Nullable Double finite(double value) {
		return Double.isFinite(value) ? value : null;
	}

}

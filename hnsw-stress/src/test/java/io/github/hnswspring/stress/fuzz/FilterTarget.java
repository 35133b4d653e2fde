package io.github.hnswspring.stress.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.vectorstore.filter.FilterEvaluator;
import io.github.hnswspring.vectorstore.filter.FilterTextParser;

/** Filter text: a filter that says yes or no, or an {@link IllegalArgumentException}. */
public final class FilterTarget {

	private static final Map<String, Object> DOCUMENT = Map.of("a", 1, "country", "BG", "year", 2024, "x",
			List.of(1, "y"), "price", 1.5, "isOpen", true);

	private FilterTarget() {
	}

	/**
	 * Called by the fuzzer.
	 * @param data the text in UTF-8
	 */
	public static void fuzzerTestOneInput(byte[] data) {
		String text = new String(data, StandardCharsets.UTF_8);
		try {
			new FilterEvaluator(FilterTextParser.parse(text)).matches(DOCUMENT);
		}
		catch (IllegalArgumentException ex) {
			Refusals.check(ex);
		}
	}

}

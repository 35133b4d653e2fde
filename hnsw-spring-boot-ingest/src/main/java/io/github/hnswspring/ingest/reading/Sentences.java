package io.github.hnswspring.ingest.reading;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Cuts text at line ends and after full stops, question and exclamation marks that are
 * followed by a space and something that may begin a sentence.
 */
public final class Sentences {

	private static final Pattern END = Pattern.compile(
			"(?<=[.!?])(?<!\\b(?:e\\.g|i\\.e|etc|vs|cf|approx|Fig|No|Mr|Mrs|Ms|Dr|Prof|St|\\p{Lu})\\.)\\s+(?=[\\p{Lu}\\p{N}\"'`(\\[])|\\n+");

	private Sentences() {
	}

	public static List<String> split(String text) {
		return END.splitAsStream(text).map(String::strip).filter((sentence) -> !sentence.isEmpty()).toList();
	}

}

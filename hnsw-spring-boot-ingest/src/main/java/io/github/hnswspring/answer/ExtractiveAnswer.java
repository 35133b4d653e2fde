package io.github.hnswspring.answer;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What the documents say about a question.
 *
 * @param question the question
 * @param quotes the parts of the answer, best first; empty if nothing answers the
 * question well enough: then the passages are the best there is to read
 * @param passages the passages, best first, those that are quoted among them; empty if
 * nothing was found
 * @param missingNames names in the question, such as properties, classes, error codes or
 * versions, that stand in no passage that is quoted, or in no passage at all if nothing
 * is quoted; so the answer may be about something else
 * @param missingWords other words of the question that stand in no passage of the store,
 * and have nothing like them in what is quoted, at most five
 */
public record ExtractiveAnswer(String question, List<Quote> quotes, List<AnswerPassage> passages,
		List<String> missingNames, List<String> missingWords) {

	/** Copies. */
	public ExtractiveAnswer {
		quotes = List.copyOf(quotes);
		passages = List.copyOf(passages);
		missingNames = List.copyOf(missingNames);
		missingWords = List.copyOf(missingWords);
	}

	/**
	 * Whether there is no answer, only passages to read.
	 * @return {@code true} if nothing is quoted
	 */
	public boolean abstained() {
		return this.quotes.isEmpty();
	}

	/**
	 * The quotes as plain text, each followed by the number of its passage in brackets.
	 * @return one paragraph for each quote; empty if there is no answer
	 */
	public String text() {
		return this.quotes.stream()
			.map((quote) -> quote.text() + ((quote.kind() == QuoteKind.PROSE) ? " [" : "\n[") + quote.passage() + "]")
			.collect(Collectors.joining("\n\n"));
	}

}

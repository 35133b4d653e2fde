package io.github.hnswspring.answer;

import java.util.List;

import org.springframework.util.Assert;

/**
 * A part of an answer: what one passage says, word for word.
 *
 * @param kind what it is
 * @param text what is quoted: the spans, a line end between two of them
 * @param passage the number of the passage it stands in, counted from 1
 * @param spans where in the text of that passage, ascending; several if something between
 * them is left out, such as the other rows of a table
 */
public record Quote(QuoteKind kind, String text, int passage, List<Span> spans) {

	/** Checks and copies. */
	public Quote {
		spans = List.copyOf(spans);
		Assert.notEmpty(spans, "A quote needs at least one span of its passage");
	}

	/**
	 * A stretch of a passage's text.
	 *
	 * @param start the first character
	 * @param end behind the last character
	 */
	public record Span(int start, int end) {

		/** Checks. */
		public Span {
			Assert.isTrue(start >= 0 && start < end,
					() -> "A span must begin at 0 or later and hold a character, but is " + start + " to " + end);
		}

	}

}

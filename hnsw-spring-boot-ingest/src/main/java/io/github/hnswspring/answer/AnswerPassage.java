package io.github.hnswspring.answer;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;

/**
 * A passage that an answer rests on, or that is shown instead of one.
 *
 * @param number how quotes name it, counted from 1, best first
 * @param document the passage as the store returned it, with its id and metadata
 * @param similarity how similar it is to the question by meaning, at most 1
 */
public record AnswerPassage(int number, Document document, double similarity) {

	/**
	 * What it says.
	 * @return the text in which the spans of {@link Quote quotes} count
	 */
	public String text() {
		return Objects.requireNonNullElse(this.document.getText(), "");
	}

	/**
	 * The headings above it.
	 * @return the heading path, or {@code null} if there is none
	 */
	public @Nullable String section() {
		Object section = this.document.getMetadata().get(PassageKeys.SECTION);
		return (section != null) ? section.toString() : null;
	}

}

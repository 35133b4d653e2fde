package io.github.hnswspring.example.answer;

import java.util.List;

import io.github.hnswspring.answer.Quote;
import org.jspecify.annotations.Nullable;

/**
 * An answer with what it rests on.
 *
 * @param mode how it was made
 * @param text the words, with citations like {@code [1]}, each of which names a passage
 * @param citations the numbers of the passages that are cited, ascending
 * @param passages all passages that were retrieved
 * @param quotes what is quoted, word for word; empty if a chat model has written the
 * answer
 * @param note what a reader should know about this answer, or {@code null}
 */
public record Answer(Mode mode, String text, List<Integer> citations, List<Passage> passages, List<Quote> quotes,
		@Nullable String note) {

	Answer withNote(@Nullable String other) {
		return new Answer(this.mode, this.text, this.citations, this.passages, this.quotes, other);
	}

	/** How an answer is made. */
	public enum Mode {

		/** Written by a chat model from the passages. */
		GENERATED,
		/** Quotes of the passages, word for word. */
		EXTRACTIVE

	}

}

package io.github.hnswspring.example.answer;

import java.util.List;

/**
 * What arrives while a question is being answered: first the passages, then the text bit
 * by bit, at the end the whole answer with its citations checked.
 */
public sealed interface AnswerPart {

	/**
	 * What was searched for in place of a question that follows another one.
	 *
	 * @param question complete in itself
	 */
	record Rewritten(String question) implements AnswerPart {
	}

	/**
	 * The retrieved passages.
	 *
	 * @param passages best first
	 */
	record Sources(List<Passage> passages) implements AnswerPart {
	}

	/**
	 * A bit more of the text, its citations not yet checked.
	 *
	 * @param text to be appended
	 */
	record Text(String text) implements AnswerPart {
	}

	/**
	 * The end.
	 *
	 * @param answer takes the place of all the text before
	 */
	record Done(Answer answer) implements AnswerPart {
	}

}

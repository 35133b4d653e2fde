package io.github.hnswspring.example.answer;

import java.util.List;

import reactor.core.publisher.Flux;

/**
 * Answers questions from the store.
 */
public sealed interface Answerer permits GeneratedAnswerer, ExtractiveAnswerer {

	/** How answers are made. */
	Answer.Mode mode();

	/** The name of the chat model, empty if there is none. */
	default String modelName() {
		return "";
	}

	/**
	 * Answers a question.
	 * @param question the question
	 * @return {@link AnswerPart.Rewritten} if it follows another one and was completed,
	 * {@link AnswerPart.Sources}, any number of {@link AnswerPart.Text},
	 * {@link AnswerPart.Done}; or an error, {@link ChatModelException} if the chat model
	 * is to blame
	 */
	Flux<AnswerPart> answer(Question question);

	/**
	 * What arrives while a question is being answered: first the passages, then the text
	 * bit by bit, at the end the whole answer with its citations checked.
	 */
	sealed interface AnswerPart {

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

}

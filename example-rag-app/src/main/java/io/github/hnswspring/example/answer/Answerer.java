package io.github.hnswspring.example.answer;

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

}

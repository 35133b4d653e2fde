package io.github.hnswspring.example.answer;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.stereotype.Component;

/**
 * Answers with what a reader should know beside them: that there was nothing to search
 * in, or that the question does not suit the embedding model.
 * <p>
 * Thread-safe: keeps no state between calls.
 */
@Component
public class Answers {

	private final Answerer answerer;

	private final PassageSearch search;

	private final QuestionNotes notes;

	Answers(Answerer answerer, PassageSearch search, QuestionNotes notes) {
		this.answerer = answerer;
		this.search = search;
		this.notes = notes;
	}

	/**
	 * Answers a question.
	 * @param question the question
	 * @return its parts, as {@link Answerer#answer} says
	 */
	public Flux<AnswerPart> answer(Question question) {
		String nothing = this.search.whyThereIsNothing(question);
		if (nothing != null) {
			Answer answer = new Answer(this.answerer.mode(), nothing, List.of(), List.of(), null);
			return Flux.just(new AnswerPart.Sources(List.of()), new AnswerPart.Done(answer));
		}
		String note = this.notes.about(question.text());
		return this.answerer.answer(question)
			.map((part) -> (part instanceof AnswerPart.Done done) ? noted(done.answer(), note) : part);
	}

	private static AnswerPart noted(Answer answer, @Nullable String note) {
		String all = Stream.of(note, answer.note()).filter(Objects::nonNull).collect(Collectors.joining(" "));
		return new AnswerPart.Done(answer.withNote(all.isEmpty() ? null : all));
	}

}

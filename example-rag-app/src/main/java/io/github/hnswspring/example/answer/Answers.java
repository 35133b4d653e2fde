package io.github.hnswspring.example.answer;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.hnswspring.answer.ExtractiveAnswers;
import io.github.hnswspring.example.answer.Answerer.AnswerPart;
import io.github.hnswspring.vectorstore.DocumentStore;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.stereotype.Component;

/**
 * Passages and answers, with what a reader should know beside them: that there was
 * nothing to search in, or that the question does not suit the embedding model.
 * <p>
 * Thread-safe: keeps no state between calls.
 */
@Component
public record Answers(Answerer answerer, ExtractiveAnswers quotes, DocumentStore documents, QuestionNotes notes) {

	/**
	 * The passages that answer a question, best first: those that an answer would quote
	 * from, however little they resemble it.
	 */
	public List<Passage> search(Question question) {
		return this.quotes.answer(question.search(0)).passages().stream().map(Passage::of).toList();
	}

	/**
	 * Answers a question.
	 * @param question the question
	 * @return its parts, as {@link Answerer#answer} says
	 */
	public Flux<AnswerPart> answer(Question question) {
		String nothing = whyThereIsNothing(question.filter());
		if (nothing != null) {
			Answer answer = new Answer(this.answerer.mode(), nothing, List.of(), List.of(), List.of(), null);
			return Flux.just(new AnswerPart.Sources(List.of()), new AnswerPart.Done(answer));
		}
		String note = this.notes.about(question.text());
		return this.answerer.answer(question)
			.map((part) -> (part instanceof AnswerPart.Done done) ? noted(done.answer(), note) : part);
	}

	/**
	 * Tells a question that nothing resembles from one that had nothing to be compared
	 * with.
	 */
	@Nullable String whyThereIsNothing(Filter.@Nullable Expression filter) {
		if (((filter != null) ? this.documents.count(filter) : this.documents.count()) > 0) {
			return null;
		}
		return (this.documents.count() > 0)
				? "The chosen documents, or the filter, leave no passage to search in. Choose others, or all."
				: "There are no documents to search in yet. Add some first.";
	}

	private static AnswerPart noted(Answer answer, @Nullable String note) {
		String all = Stream.of(note, answer.note()).filter(Objects::nonNull).collect(Collectors.joining(" "));
		return new AnswerPart.Done(answer.withNote(all.isEmpty() ? null : all));
	}

}

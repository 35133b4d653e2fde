package io.github.hnswspring.example.answer;

import java.util.List;

import io.github.hnswspring.answer.ExtractiveAnswer;
import io.github.hnswspring.answer.ExtractiveAnswers;
import io.github.hnswspring.answer.Quote;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Answers without a chat model: with what the passages say, word for word.
 * <p>
 * Thread-safe: keeps no state between calls.
 */
record ExtractiveAnswerer(ExtractiveAnswers answers, double threshold) implements Answerer {

	private static final String NOTE = "Extractive answer: quoted from the documents, chosen by similarity. "
			+ "Configure a chat model (profile ollama or openai) for a written one.";

	private static final String NOTHING = "Nothing in the documents is similar enough to this question.";

	private static final String UNSURE = "No passage answers this question well enough to be quoted. "
			+ "These are the most similar ones.";

	@Override
	public Answer.Mode mode() {
		return Answer.Mode.EXTRACTIVE;
	}

	@Override
	public Flux<AnswerPart> answer(Question question) {
		return Flux.<AnswerPart>defer(() -> {
			Answer answer = answer(this.answers.answer(question.search(this.threshold)));
			return Flux.just(new AnswerPart.Sources(answer.passages()), new AnswerPart.Text(answer.text()),
					new AnswerPart.Done(answer));
		}).subscribeOn(Schedulers.boundedElastic());
	}

	private Answer answer(ExtractiveAnswer answer) {
		List<Passage> passages = answer.passages().stream().map(Passage::of).toList();
		String text = !answer.abstained() ? answer.text() : passages.isEmpty() ? NOTHING : UNSURE;
		List<Integer> citations = answer.quotes().stream().map(Quote::passage).distinct().sorted().toList();
		return new Answer(mode(), text, citations, passages, answer.quotes(), note(answer));
	}

	private static String note(ExtractiveAnswer answer) {
		String names = answer.missingNames().isEmpty() ? ""
				: (answer.abstained() ? " No passage has " : " What is quoted does not have ")
						+ String.join(", ", answer.missingNames()) + ".";
		String words = answer.missingWords().isEmpty() ? ""
				: " No passage mentions " + String.join(", ", answer.missingWords()) + ".";
		return NOTE + names + words;
	}

}

package io.github.hnswspring.example.answer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.github.hnswspring.ingest.reading.Sentences;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

import org.springframework.ai.embedding.EmbeddingModel;

/**
 * Answers without a chat model: of the best passages, the sentences most similar to the
 * question, word for word, each with its citation.
 * <p>
 * Thread-safe: keeps no state between calls.
 */
final class ExtractiveAnswerer implements Answerer {

	private static final int MAX_SENTENCES = 4;

	/** Embedding one costs about 3 ms on one core. */
	private static final int MAX_CANDIDATES = 48;

	private static final Pattern END = Pattern.compile("[.!?…][\"'”’»)`*_]*$");

	private static final int MIN_LENGTH = 25;

	private static final int MAX_LENGTH = 500;

	/** Sentences this much less similar than the best one add noise. */
	private static final double MAX_GAP = 0.22;

	/** Two sentences this similar say the same. */
	private static final double SAME = 0.9;

	/** How much of a sentence's score is its passage's. */
	private static final double PASSAGE_WEIGHT = 0.3;

	private static final String NOTE = "Extractive answer: sentences quoted from the documents, chosen by similarity. "
			+ "Configure a chat model (profile ollama or openai) for a written one.";

	private static final String NOTHING = "Nothing in the documents is similar enough to this question.";

	private record Candidate(Passage passage, String sentence) {
	}

	private record Scored(Candidate candidate, float[] vector, double score) {
	}

	private final PassageSearch search;

	private final EmbeddingModel model;

	private final double threshold;

	ExtractiveAnswerer(PassageSearch search, EmbeddingModel model, double threshold) {
		this.search = search;
		this.model = model;
		this.threshold = threshold;
	}

	@Override
	public Answer.Mode mode() {
		return Answer.Mode.EXTRACTIVE;
	}

	@Override
	public Flux<AnswerPart> answer(Question question) {
		return Flux.<AnswerPart>create((sink) -> {
			List<Passage> passages = this.search.search(question, this.threshold);
			sink.next(new AnswerPart.Sources(passages));
			Answer answer = extract(question.text(), passages);
			sink.next(new AnswerPart.Text(answer.text()));
			sink.next(new AnswerPart.Done(answer));
			sink.complete();
		}).subscribeOn(Schedulers.boundedElastic());
	}

	private Answer extract(String question, List<Passage> passages) {
		List<Candidate> candidates = candidates(passages);
		if (candidates.isEmpty()) {
			String text = passages.isEmpty() ? NOTHING : "The best passages hold no whole sentences; see below.";
			return new Answer(mode(), text, List.of(), passages, NOTE);
		}
		List<Scored> chosen = choose(score(question, candidates));
		String text = chosen.stream()
			.map((scored) -> scored.candidate().sentence() + " [" + scored.candidate().passage().number() + "]")
			.collect(Collectors.joining("\n\n"));
		List<Integer> citations = chosen.stream()
			.map((scored) -> scored.candidate().passage().number())
			.distinct()
			.sorted()
			.toList();
		return new Answer(mode(), text, citations, passages, NOTE);
	}

	private static List<Candidate> candidates(List<Passage> passages) {
		Set<String> seen = new LinkedHashSet<>();
		List<Candidate> candidates = new ArrayList<>();
		for (Passage passage : passages) {
			for (String sentence : Sentences.split(withoutTables(passage.text()))) {
				String plain = sentence.replaceFirst("^(?:[-*+•>|]|\\d{1,3}[.)])\\s+", "");
				if (candidates.size() < MAX_CANDIDATES && isProse(plain) && seen.add(plain)) {
					candidates.add(new Candidate(passage, plain));
				}
			}
		}
		return candidates;
	}

	/**
	 * A row says nothing without the heads of its columns; a chunk may begin inside one.
	 */
	private static String withoutTables(String text) {
		return text.lines()
			.filter((line) -> !line.startsWith("|") && !line.endsWith("|"))
			.collect(Collectors.joining("\n"));
	}

	/** A whole sentence rather than a heading, a lead-in, a listing or a remnant. */
	private static boolean isProse(String sentence) {
		if (!END.matcher(sentence).find()) {
			return false;
		}
		long letters = sentence.chars().filter((c) -> Character.isLetter(c) || c == ' ').count();
		return sentence.length() >= MIN_LENGTH && sentence.length() <= MAX_LENGTH
				&& letters * 10 > sentence.length() * 8L && sentence.indexOf(' ') > 0;
	}

	private List<Scored> score(String question, List<Candidate> candidates) {
		List<String> texts = new ArrayList<>();
		texts.add(question);
		// With its heading, as in the store: many sentences do not name their subject.
		candidates.forEach((candidate) -> {
			String section = candidate.passage().section();
			texts.add((section != null) ? section + "\n\n" + candidate.sentence() : candidate.sentence());
		});
		List<float[]> vectors = this.model.embed(texts);
		List<Scored> scored = new ArrayList<>();
		for (int i = 0; i < candidates.size(); i++) {
			double similarity = cosine(vectors.get(0), vectors.get(i + 1));
			double score = (1 - PASSAGE_WEIGHT) * similarity + PASSAGE_WEIGHT * candidates.get(i).passage().score();
			scored.add(new Scored(candidates.get(i), vectors.get(i + 1), score));
		}
		return scored;
	}

	private static List<Scored> choose(List<Scored> scored) {
		List<Scored> ranked = scored.stream().sorted(Comparator.comparingDouble(Scored::score).reversed()).toList();
		double best = ranked.get(0).score();
		List<Scored> chosen = new ArrayList<>();
		for (Scored next : ranked) {
			boolean repeats = chosen.stream().anyMatch((other) -> cosine(other.vector(), next.vector()) > SAME);
			if (chosen.size() < MAX_SENTENCES && next.score() >= best - MAX_GAP && !repeats) {
				chosen.add(next);
			}
		}
		return chosen;
	}

	private static double cosine(float[] a, float[] b) {
		double dot = 0;
		double aa = 0;
		double bb = 0;
		for (int i = 0; i < a.length; i++) {
			dot += (double) a[i] * b[i];
			aa += (double) a[i] * a[i];
			bb += (double) b[i] * b[i];
		}
		return (aa == 0 || bb == 0) ? 0 : dot / Math.sqrt(aa * bb);
	}

}

package io.github.hnswspring.answer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;

/**
 * Ranks what could be quoted: by meaning, which takes the embedding model, and by the
 * words it shares with the question. Confined to the thread that answers.
 */
final class UnitRanking {

	/** What the embedding model is asked for one question at most. */
	static final int MOST_COMPARED = 120;

	/** Of a long listing the beginning says what it is about. */
	private static final int COMPARED_CHARACTERS = 500;

	/** How much meaning counts beside words; 0.5 and 0.8 do no better. */
	private static final double MEANING = 0.65;

	private static final double WORDS = 1 - MEANING;

	/** How much of its passage's score a sentence has. */
	private static final double PASSAGE = 0.15;

	/** For a sentence with a name of the question. */
	private static final double NAMED = 0.1;

	/** For a sentence that has some name: what is asked for often is one. */
	private static final double NAMES_SOMETHING = 0.04;

	/** For a sentence that has a number beside a word of a question for one. */
	private static final double VALUED = 0.1;

	/** For a listing if the question asks for code. */
	private static final double CODE_WANTED = 0.15;

	/** Rows share words with many questions and answer few. */
	private static final double ROW = -0.05;

	/** For a sentence that leads to another one, or hardly is one. */
	private static final double LEADS = -0.1;

	private static final int SHORT = 40;

	private record Compared(Stretch stretch, Unit unit, String text) {

		double promise() {
			return this.unit.share / 2 + this.stretch.likely;
		}

	}

	private final EmbeddingModel model;

	private final Retrieval retrieval;

	UnitRanking(EmbeddingModel model, Retrieval retrieval) {
		this.model = model;
		this.retrieval = retrieval;
	}

	/** Gives each unit a score, and each stretch one that knows its units. */
	void rank(String question) {
		List<Compared> all = new ArrayList<>();
		for (Stretch stretch : this.retrieval.stretches()) {
			stretch.units.forEach((unit) -> all.add(prepared(stretch, unit)));
		}
		all.sort(Comparator.comparingDouble(Compared::promise).reversed());
		List<Compared> compared = all.subList(0, Math.min(all.size(), MOST_COMPARED));
		if (!compared.isEmpty()) {
			float[] asked = this.model.embed(question);
			List<float[]> vectors = this.model.embed(compared.stream().map(this::content).toList());
			for (int i = 0; i < compared.size(); i++) {
				Compared one = compared.get(i);
				one.unit.similarity = cosine(asked, vectors.get(i));
				one.unit.score = score(one);
			}
		}
		this.retrieval.stretches().forEach(this::rank);
	}

	private void rank(Stretch stretch) {
		double best = stretch.units.stream().mapToDouble((unit) -> unit.score).max().orElse(0);
		stretch.score = stretch.likely + best / 2 + this.retrieval.terms().share(stretch.words) / 5;
	}

	private Compared prepared(Stretch stretch, Unit unit) {
		String text = unit.context(stretch.text) + unit.text(stretch.text);
		unit.share = this.retrieval.terms().share(Words.of(stretch.section + '\n' + text));
		// With its heading, as in the store: many sentences do not name their subject.
		String headed = stretch.section.isEmpty() ? text : stretch.section + "\n\n" + text;
		int most = headed.length() - text.length() + COMPARED_CHARACTERS;
		return new Compared(stretch, unit, headed.substring(0, Math.min(headed.length(), most)));
	}

	/** Some models want to know that a text is a passage. */
	private String content(Compared compared) {
		return Objects.requireNonNullElse(this.model.getEmbeddingContent(new Document(compared.text)), "");
	}

	private double score(Compared compared) {
		Unit unit = compared.unit;
		String text = unit.text(compared.stretch.text);
		double score = MEANING * unit.similarity + WORDS * unit.share + PASSAGE * compared.stretch.likely;
		score += this.retrieval.names().stream().anyMatch((name) -> Names.isIn(name, text)) ? NAMED : 0;
		score += this.retrieval.terms().isValuedIn(text) ? VALUED : 0;
		return score + switch (unit.kind) {
			case CODE -> this.retrieval.terms().askForCode() ? CODE_WANTED : 0;
			case TABLE -> ROW + namesSomething(text);
			case LIST -> namesSomething(text);
			case PROSE -> ((text.endsWith(":") || text.length() < SHORT) ? LEADS : 0) + namesSomething(text);
		};
	}

	private static double namesSomething(String text) {
		return Names.of(text).isEmpty() ? 0 : NAMES_SOMETHING;
	}

	static double cosine(float[] a, float[] b) {
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

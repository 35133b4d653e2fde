package io.github.hnswspring.answer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;

public final class ExtractiveAnswers {

	public static String debug = "";

	private final VectorStore store;

	private final EmbeddingModel model;

	private final PassageKeys keys;

	public ExtractiveAnswers(VectorStore store, EmbeddingModel model, String documentKey, String positionKey) {
		this.store = store;
		this.model = model;
		this.keys = new PassageKeys(documentKey, positionKey);
	}

	public ExtractiveAnswer answer(String question) {
		return answer(SearchRequest.builder().query(question).topK(5).build());
	}

	public ExtractiveAnswer answer(SearchRequest request) {
		String question = request.getQuery();
		Retrieval retrieval = Retrieval.of(this.store, request, this.keys);
		score(question, retrieval);
		List<Stretch> best = retrieval.stretches()
			.stream()
			.sorted(Comparator.comparingDouble((Stretch stretch) -> -stretch.score))
			.limit(request.getTopK())
			.toList();
		List<AnswerPassage> passages = new ArrayList<>();
		for (Stretch stretch : best) {
			passages.add(new AnswerPassage(passages.size() + 1, stretch.hit, stretch.text, Stretch.similarity(stretch.hit)));
		}
		Unit top = best.stream().flatMap((s) -> s.units.stream()).max(Comparator.comparingDouble((Unit u) -> u.score)).orElse(null);
		double maxCos = best.stream().flatMap((s) -> s.units.stream()).mapToDouble((u) -> u.similarity).max().orElse(0);
		double dense = best.stream().mapToDouble((s) -> Stretch.similarity(s.hit)).max().orElse(0);
		double cov = best.stream().mapToDouble((s) -> retrieval.terms().share(s.words)).max().orElse(0);
		double ucov = best.stream().flatMap((s) -> s.units.stream()).mapToDouble((u) -> u.cover).max().orElse(0);
		debug = String.format("%.3f cos %.3f dense %.3f cov %.3f ucov %.3f", top == null ? 0 : top.score, maxCos, dense, cov, ucov);
		return new ExtractiveAnswer(question, Quoting.quotes(best), passages, retrieval.missing());
	}

	private void score(String question, Retrieval retrieval) {
		record Asked(Stretch stretch, Unit unit, String text) {
		}
		List<Asked> asked = new ArrayList<>();
		QuestionTerms terms = retrieval.terms();
		for (Stretch stretch : retrieval.stretches()) {
			for (Unit unit : stretch.units) {
				String text = unit.text(stretch.text);
				String context = unit.context(stretch.text);
				unit.cover = Tuning.COVSEC * terms.share(Words.of(stretch.section + '\n' + context + '\n' + text))
						+ (1 - Tuning.COVSEC) * terms.share(Words.of(text));
				String all = (context.isEmpty() ? "" : context + '\n') + text;
				all = (all.length() > 500) ? all.substring(0, 500) : all;
				asked.add(new Asked(stretch, unit, stretch.section.isEmpty() ? all : stretch.section + "\n\n" + all));
			}
		}
		asked.sort(Comparator.comparingDouble((Asked a) -> -(a.unit.cover * 0.5 + a.stretch.likely)));
		List<Asked> compared = asked.subList(0, Math.min(asked.size(), Tuning.UNITS));
		if (compared.isEmpty()) {
			return;
		}
		float[] vector = this.model.embed(question);
		List<float[]> vectors = this.model.embed(compared.stream().map(Asked::text).toList());
		for (int i = 0; i < compared.size(); i++) {
			Unit unit = compared.get(i).unit;
			Stretch stretch = compared.get(i).stretch;
			unit.similarity = cosine(vector, vectors.get(i));
			unit.score = Tuning.UCOS * unit.similarity + Tuning.UCOV * unit.cover + Tuning.UPAS * stretch.likely;
			String t = unit.text(stretch.text);
			if (!retrieval.names().isEmpty() && retrieval.names().stream().anyMatch((n) -> Names.isIn(n, t))) {
				unit.score += 0.1;
			}
			unit.score -= switch (unit.kind) {
				case TABLE -> Tuning.TABLE;
				case CODE -> Tuning.CODE;
				case LIST -> Tuning.LIST;
				case PROSE -> t.endsWith(":") || t.length() < 40 ? Tuning.SHORT : 0;
			};
			if (unit.kind == QuoteKind.CODE && retrieval.asksForCode()) {
				unit.score += Tuning.INTENT;
			}
			if (unit.kind != QuoteKind.CODE && Names.any(t)) {
				unit.score += Tuning.EXACT;
			}
		}
		for (Stretch stretch : retrieval.stretches()) {
			double best = stretch.units.stream().mapToDouble((unit) -> unit.score).max().orElse(0);
			stretch.score = stretch.likely + Tuning.PU * best + Tuning.PS * terms.share(stretch.words);
		}
	}

	static double cosine(float[] a, float[] b) {
		double dot = 0, aa = 0, bb = 0;
		for (int i = 0; i < a.length; i++) {
			dot += (double) a[i] * b[i];
			aa += (double) a[i] * a[i];
			bb += (double) b[i] * b[i];
		}
		return (aa == 0 || bb == 0) ? 0 : dot / Math.sqrt(aa * bb);
	}

}

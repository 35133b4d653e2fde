package io.github.hnswspring.answer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchMode;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.util.Assert;

public final class ExtractiveAnswers {
	public static final ThreadLocal<String> DEBUG = new ThreadLocal<>();

	private final VectorStore store;

	private final EmbeddingModel model;

	public ExtractiveAnswers(VectorStore store, EmbeddingModel model) {
		this.store = store;
		this.model = model;
	}

	public ExtractiveAnswer answer(String question) {
		return answer(SearchRequest.builder().query(question).topK(5).build());
	}

	static final class Found {
		final Document document; final String text; final String section; final Set<String> words; double dense; double bm25; double first; double score; double rank;
		List<Scored> units = List.of();
		Found(Document d, int rank) {
			this.document = d;
			this.text = Objects.requireNonNullElse(d.getText(), "");
			Object s = d.getMetadata().get(PassageKeys.SECTION);
			this.section = (s != null) ? s.toString() : "";
			Object src = d.getMetadata().get(PassageKeys.SOURCE);
			this.words = Words.of(this.section + "\n" + src + "\n" + this.text);
			Object dense = d.getMetadata().get(HitMetadata.DENSE_SCORE);
			this.dense = (dense instanceof Double v) ? v : Objects.requireNonNullElse(d.getScore(), 0.0);
			Object t = d.getMetadata().get(HitMetadata.TEXT_SCORE);
			this.bm25 = (t instanceof Double v) ? v : 0;
			this.rank = rank;
		}
	}

	static final class Scored {
		final Unit unit; double score; double cos; double cover; boolean used;
		Scored(Unit u) { this.unit = u; }
	}

	public ExtractiveAnswer answer(SearchRequest request) {
		String question = request.getQuery();
		List<String> names = Names.of(question);
		HnswSearchRequest search = HnswSearchRequest.of(request).withTopK(Math.max(Tuning.POOL, request.getTopK())).withMode(SearchMode.HYBRID).withTextFallback();
		List<Document> docs = this.store.similaritySearch(search);
		List<Found> pool = new ArrayList<>();
		for (Document d : docs) {
			pool.add(new Found(d, pool.size() + 1));
		}
		if (pool.isEmpty()) {
			return new ExtractiveAnswer(question, List.of(), List.of(), names);
		}
		QuestionTerms terms = new QuestionTerms(question, pool.stream().map((f) -> f.words).toList());
		double maxBm = pool.stream().mapToDouble((f) -> f.bm25).max().orElse(0);
		List<String> present = names.stream().filter((n) -> pool.stream().anyMatch((f) -> Names.isIn(n, f.section + "\n" + f.text))).toList();
		List<String> missing = names.stream().filter((n) -> !present.contains(n)).toList();
		for (Found f : pool) {
			double name = present.isEmpty() ? 0 : (double) present.stream().filter((n) -> Names.isIn(n, f.section + "\n" + f.text)).count() / present.size();
			f.first = Tuning.PD * f.dense + Tuning.PC * terms.share(f.words) + Tuning.PT * ((maxBm > 0) ? f.bm25 / maxBm : 0)
					+ Tuning.PR * 10 / (10 + f.rank) + Tuning.NAME * name;
		}
		List<Found> read = pool.stream().sorted(Comparator.comparingDouble((Found f) -> f.first).reversed()).limit(Tuning.READ).toList();
		float[] q = this.model.embed(question);
		List<String> texts = new ArrayList<>();
		List<Scored> all = new ArrayList<>();
		for (Found f : read) {
			f.units = Unit.of(f.text, TextBlock.of(f.text)).stream().map(Scored::new).toList();
			for (Scored s : f.units) {
				if (all.size() < Tuning.UNITS) {
					all.add(s);
					String t = s.unit.text(f.text);
					String u = (s.unit.context().isEmpty() ? "" : s.unit.context() + "\n") + ((t.length() > 500) ? t.substring(0, 500) : t);
					s.cover = terms.share(Words.of(f.section + "\n" + s.unit.context() + "\n" + t)) * 0.5 + 0.5 * terms.share(Words.of(t));
					texts.add(f.section.isEmpty() ? u : f.section + "\n\n" + u);
				}
			}
		}
		List<float[]> vectors = this.model.embed(texts);
		int at = 0;
		for (Found f : read) {
			for (Scored s : f.units) {
				if (at < vectors.size() && all.get(at) == s) {
					s.cos = cosine(q, vectors.get(at++));
					s.score = Tuning.UCOS * s.cos + Tuning.UCOV * s.cover + Tuning.UPAS * f.first;
				}
			}
			f.score = f.first + Tuning.PU * f.units.stream().mapToDouble((s) -> s.score).max().orElse(0);
		}
		List<Found> best = read.stream().sorted(Comparator.comparingDouble((Found f) -> f.score).reversed()).limit(request.getTopK()).toList();
		List<AnswerPassage> passages = new ArrayList<>();
		for (Found f : best) {
			passages.add(new AnswerPassage(passages.size() + 1, f.document, f.dense));
		}
		List<Quote> quotes = choose(best);
		return new ExtractiveAnswer(question, quotes, passages, missing);
	}

	private static List<Quote> choose(List<Found> best) {
		record Ref(int passage, Scored s) {
		}
		List<Ref> refs = new ArrayList<>();
		for (int p = 0; p < best.size(); p++) {
			for (Scored s : best.get(p).units) {
				refs.add(new Ref(p, s));
			}
		}
		refs.sort(Comparator.comparingDouble((Ref r) -> r.s.score).reversed());
		List<Quote> quotes = new ArrayList<>();
		int chars = 0;
		double top = refs.isEmpty() ? 0 : refs.get(0).s.score;
		for (Ref r : refs) {
			if (quotes.size() >= Tuning.QUOTES || r.s.score < top - Tuning.GAP || chars > Tuning.CHARS) {
				break;
			}
			if (r.s.used) {
				continue;
			}
			Found f = best.get(r.passage);
			List<Quote.Span> spans = expand(f, r.s);
			StringBuilder text = new StringBuilder();
			for (Quote.Span span : spans) {
				text.append(text.isEmpty() ? "" : "\n").append(f.text, span.start(), span.end());
			}
			String t = text.toString();
			if (quotes.stream().anyMatch((o) -> o.text().contains(t))) continue;
			chars += t.length();
			quotes.add(new Quote(r.s.unit.kind(), t, r.passage + 1, spans));
		}
		return quotes;
	}

	private static List<Quote.Span> expand(Found f, Scored s) {
		int i = f.units.indexOf(s);
		int from = i, to = i;
		s.used = true;
		QuoteKind kind = s.unit.kind();
		int max = (kind == QuoteKind.PROSE) ? 3 : 8;
		int limit = (kind == QuoteKind.PROSE) ? 600 : 700;
		while (to - from + 1 < max) {
			Scored before = (from > 0) ? f.units.get(from - 1) : null;
			Scored after = (to + 1 < f.units.size()) ? f.units.get(to + 1) : null;
			if (before != null && (before.used || before.unit.kind() != kind)) before = null;
			if (after != null && (after.used || after.unit.kind() != kind)) after = null;
			if (before != null && f.units.get(to).unit.end() - before.unit.start() > limit) before = null;
			if (after != null && after.unit.end() - f.units.get(from).unit.start() > limit) after = null;
			if (before == null && after == null) break;
			if (after == null || (before != null && before.score > after.score)) { from--; before.used = true; }
			else { to++; after.used = true; }
		}
		List<Quote.Span> spans = new ArrayList<>();
		Unit first = f.units.get(from).unit;
		if (!first.context().isEmpty()) {
			int c = f.text.indexOf(first.context());
			if (c >= 0 && c + first.context().length() <= first.start()) spans.add(new Quote.Span(c, c + first.context().length()));
		}
		spans.add(new Quote.Span(first.start(), f.units.get(to).unit.end()));
		return spans;
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

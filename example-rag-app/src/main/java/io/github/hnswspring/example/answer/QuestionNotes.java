package io.github.hnswspring.example.answer;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.github.hnswspring.embeddings.OnnxEmbeddingModel;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.da.DanishAnalyzer;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.es.SpanishAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.it.ItalianAnalyzer;
import org.apache.lucene.analysis.nl.DutchAnalyzer;
import org.apache.lucene.analysis.pt.PortugueseAnalyzer;
import org.apache.lucene.analysis.sv.SwedishAnalyzer;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.stereotype.Component;

/**
 * Says what keeps the embedding model from understanding a question. Known are the models
 * inside the process; of others, nothing is said.
 * <p>
 * Thread-safe: immutable.
 */
@Component
class QuestionNotes {

	/** Words that carry no subject, by which short texts give away their language. */
	private static final Map<String, CharArraySet> WORDS = new LinkedHashMap<>();
	static {
		WORDS.put("English", EnglishAnalyzer.getDefaultStopSet());
		WORDS.put("German", GermanAnalyzer.getDefaultStopSet());
		WORDS.put("French", FrenchAnalyzer.getDefaultStopSet());
		WORDS.put("Spanish", SpanishAnalyzer.getDefaultStopSet());
		WORDS.put("Italian", ItalianAnalyzer.getDefaultStopSet());
		WORDS.put("Portuguese", PortugueseAnalyzer.getDefaultStopSet());
		WORDS.put("Dutch", DutchAnalyzer.getDefaultStopSet());
		WORDS.put("Swedish", SwedishAnalyzer.getDefaultStopSet());
		WORDS.put("Danish", DanishAnalyzer.getDefaultStopSet());
	}

	/** One such word may be a name, or belong to two languages. */
	private static final int ENOUGH = 2;

	private static final Set<String> QUESTION_WORDS = Set.of("what", "how", "why", "when", "where", "who", "which",
			"does", "do", "can", "i", "my");

	private final EmbeddingModel model;

	QuestionNotes(EmbeddingModel model) {
		this.model = model;
	}

	@Nullable String about(String question) {
		if (!(this.model instanceof OnnxEmbeddingModel local)) {
			return null;
		}
		int tokens = local.tokenCount(question);
		int limit = local.model().maxTokens();
		if (tokens > limit) {
			return "The question is longer than the embedding model reads: it has " + tokens + " tokens of at most "
					+ limit + ", and its end was not searched for by meaning. Ask in fewer words.";
		}
		String language = language(question);
		boolean chinese = local.model().modelName().contains("zh");
		if (chinese || language.equals("English")) {
			return null;
		}
		return "The embedding model knows English, and this question seems to be in " + language
				+ "; passages are found by their words rather than by meaning. Ask in English if they do not fit.";
	}

	static String language(String question) {
		long letters = question.codePoints().filter(Character::isLetter).count();
		long latin = question.codePoints()
			.filter((c) -> Character.isLetter(c) && Character.UnicodeScript.of(c) == Character.UnicodeScript.LATIN)
			.count();
		if (latin * 2 < letters) {
			return "another script";
		}
		String[] words = question.toLowerCase(Locale.ROOT).split("[^\\p{L}]+");
		String best = "English";
		long most = Math.max(ENOUGH - 1, Arrays.stream(words).filter((word) -> isEnglish(word)).count());
		for (Map.Entry<String, CharArraySet> language : WORDS.entrySet()) {
			long known = Arrays.stream(words).filter(language.getValue()::contains).count();
			if (known >= most) {
				best = (known > most) ? language.getKey() : (best.equals("English") ? best : "another language");
				most = known;
			}
		}
		return best;
	}

	private static boolean isEnglish(String word) {
		return QUESTION_WORDS.contains(word) || EnglishAnalyzer.getDefaultStopSet().contains(word);
	}

}

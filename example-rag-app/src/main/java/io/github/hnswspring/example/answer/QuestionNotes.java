package io.github.hnswspring.example.answer;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.hnswspring.embeddings.OnnxEmbeddingModel;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.WordlistLoader;
import org.apache.lucene.analysis.snowball.SnowballFilter;
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
record QuestionNotes(EmbeddingModel model) {

	private static final String ENGLISH = "english";

	/** Words that carry no subject, by which short texts give away their language. */
	private static final Map<String, CharArraySet> WORDS = Stream
		.of(ENGLISH, "danish", "dutch", "finnish", "french", "german", "hungarian", "italian", "norwegian",
				"portuguese", "spanish", "swedish")
		.collect(Collectors.toMap(Function.identity(), QuestionNotes::words));

	/** One such word may be a name, or belong to two languages. */
	private static final int ENOUGH = 2;

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
		if (local.model().modelName().contains("zh") || isEnglish(question)) {
			return null;
		}
		return "The embedding model knows English, and this question seems to be in another language; passages are "
				+ "found by their words rather than by meaning. Ask in English if they do not fit.";
	}

	static boolean isEnglish(String question) {
		double latin = question.codePoints()
			.filter(Character::isLetter)
			.mapToDouble((letter) -> (Character.UnicodeScript.of(letter) == Character.UnicodeScript.LATIN) ? 1 : 0)
			.average()
			.orElse(1);
		String[] words = question.toLowerCase(Locale.ROOT).split("[^\\p{L}]+");
		long english = known(words, ENGLISH);
		long most = WORDS.keySet().stream().mapToLong((language) -> known(words, language)).max().orElse(0);
		return latin >= 0.5 && (most < ENOUGH || english == most);
	}

	private static long known(String[] words, String language) {
		CharArraySet known = WORDS.getOrDefault(language, CharArraySet.EMPTY_SET);
		return Arrays.stream(words).filter(known::contains).count();
	}

	private static CharArraySet words(String language) {
		try (InputStream words = SnowballFilter.class.getResourceAsStream(language + "_stop.txt")) {
			return WordlistLoader
				.getSnowballWordSet(new InputStreamReader(Objects.requireNonNull(words), StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Lucene's list of " + language + " words cannot be read", ex);
		}
	}

}

package io.github.hnswspring.answer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchMode;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;

/**
 * Finds words of a question that no passage of the store has, in any inflection the text
 * index knows: the question may be about something that the documents do not know. A word
 * that says in another way what is quoted is none of them. Confined to the thread that
 * answers.
 */
final class MissingWords {

	private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}]+");

	/**
	 * What questions about anything are made of: a few documents may well not have them,
	 * which tells nothing.
	 */
	private static final Set<String> GENERAL = Set.of(("run running use used using work works working set make made "
			+ "start stop find give take put keep tell mean happen need want try go come turn switch change add remove "
			+ "delete create support supported allow allowed enable disable handle look see know think help let call ask "
			+ "say able possible anything something everything nothing thing things way ways kind sort also still already "
			+ "just very new old good best better more most less other same different certain before after during while "
			+ "until because about like instead please thanks difference purpose reason problem question answer machen "
			+ "macht gibt geht gehen nutzen verwenden funktioniert laeuft lauft stellen einstellen andern loschen finden "
			+ "brauche braucht passiert bedeutet moglich faire fait utiliser marche trouver changer besoin hacer usar "
			+ "funciona cambiar fare usare funziona")
		.split(" "));

	private static final Pattern ENDING = Pattern.compile("(?:s|ed|ing)$");

	private static final int MOST = 5;

	private static final int SHORTEST = 3;

	/** So many words of what is quoted are compared, some 100 in most answers. */
	private static final int MOST_COMPARED = 150;

	/**
	 * From this similarity on, one word says what another does: "erase" and "forget", but
	 * not "laptop" and "machine".
	 */
	private static final double ALIKE = 0.56;

	/** A proper name has no other words for it. */
	private static final double ALIKE_NAME = 0.7;

	private final VectorStore store;

	private final EmbeddingModel model;

	private final Retrieval retrieval;

	MissingWords(VectorStore store, EmbeddingModel model, Retrieval retrieval) {
		this.store = store;
		this.model = model;
		this.retrieval = retrieval;
	}

	/** The words as they are written in the question. */
	List<String> of(SearchRequest request, List<Quote> quotes) {
		List<String> missing = new ArrayList<>();
		Set<String> asked = new LinkedHashSet<>();
		this.retrieval.asked().forEach((name) -> asked.addAll(Words.of(name)));
		Matcher words = WORD.matcher(request.getQuery());
		boolean first = true;
		while (words.find() && missing.size() < MOST) {
			String written = words.group();
			boolean name = !first && Character.isUpperCase(written.codePointAt(0));
			first = false;
			Set<String> folded = Words.of(written);
			String word = (folded.size() == 1) ? folded.iterator().next() : "";
			if (isContent(word) && asked.add(word) && !this.retrieval.mentions(word) && isNowhere(word, request)
					&& !isSaidOtherwise(word, quotes, name ? ALIKE_NAME : ALIKE)) {
				missing.add(written);
			}
		}
		return missing;
	}

	/** Adverbs in -ly say how, not what. */
	private static boolean isContent(String word) {
		return word.length() >= SHORTEST && !Words.isDense(word.charAt(0)) && !Character.isDigit(word.charAt(0))
				&& QuestionTerms.isTelling(word) && !word.endsWith("ly") && !GENERAL.contains(word)
				&& !GENERAL.contains(ENDING.matcher(word).replaceFirst(""));
	}

	private boolean isNowhere(String word, SearchRequest request) {
		try {
			return this.store
				.similaritySearch(HnswSearchRequest
					.of(SearchRequest.from(request).query(word).topK(1).similarityThresholdAll().build())
					.withMode(SearchMode.TEXT))
				.isEmpty();
		}
		catch (IllegalStateException ex) {
			// Without a text index nobody knows.
			return false;
		}
	}

	private boolean isSaidOtherwise(String word, List<Quote> quotes, double alike) {
		Set<String> quoted = new LinkedHashSet<>();
		quotes.forEach((quote) -> quoted.addAll(Words.of(quote.text())));
		List<String> compared = quoted.stream()
			.filter((other) -> other.length() >= SHORTEST && QuestionTerms.isTelling(other))
			.limit(MOST_COMPARED)
			.toList();
		if (compared.isEmpty()) {
			return false;
		}
		float[] vector = this.model.embed(word);
		return this.model.embed(compared).stream().anyMatch((other) -> UnitRanking.cosine(vector, other) >= alike);
	}

}

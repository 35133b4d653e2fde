package io.github.hnswspring.answer;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words of a question, each with how much it tells: the rarer it is among the
 * passages that were found, the more. Words that only make a question of it, in the
 * commoner languages, tell nothing.
 */
final class QuestionTerms {

	private static final Set<String> EMPTY_WORDS = Set
		.copyOf(List.of(("a an the of to in on at by for from with without into as is "
				+ "are was were be been am do does did doing have has had can could may might must shall should will would "
				+ "i me my we us our you your he she it its they them their this that these those there here and or not no "
				+ "if then than so but what which who whom whose when where why how much many long often get gets got "
				+ "der die das den dem des ein eine einen einem einer eines und oder nicht kein keine ist sind war waren "
				+ "wird werden wurde hat haben kann koennen konnen muss mussen darf ich mir mich du wir uns ihr sie er es "
				+ "was wer wie wo wann warum welche welcher welches welchen womit wozu wieviel viel viele im in am an auf "
				+ "aus bei mit nach von vom zu zum zur fur uber unter durch ohne als wenn man sich "
				+ "le la les un une des du de et ou ne pas est sont je tu il elle nous vous ils que qui quoi quel quelle "
				+ "quels quelles comment pourquoi quand combien dans sur avec pour par ce cette ces se en au aux "
				+ "el los las una unos unas del y o no es son yo que quien cual cuales como cuando cuanto donde por para con "
				+ "en se al lo il gli un uno e di che chi come quando dove perche quanto per con")
			.split(" ")));

	private static final Set<String> CODE_WORDS = Set.of("code", "example", "snippet", "show", "look", "syntax",
			"program", "listing", "beispiel", "quelltext", "programm", "zeige", "zeig", "exemple", "ejemplo", "codigo",
			"esempio", "codice");

	/** The answer may be a number: which version, how many, how long. */
	private static final Pattern ASKS_FOR_VALUE = Pattern.compile(
			"(?<!\\p{L})(?:which|what|how (?:many|much|long|large|big|often|old|high|fast)|welche[rsnm]?|"
					+ "wie (?:viele?|lange?|gro(?:ss|\u00df)|oft|hoch|alt)|quel(?:le)?s?|combien|cu[a\u00e1]l(?:es)?|"
					+ "cu[a\u00e1]nt[oa]s?|qual[ei]?|quant[oiae])(?!\\p{L})",
			Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

	/** A word and a number, with one word between them at most. */
	private static final Pattern WORD_AND_NUMBER = Pattern
		.compile("(?<!\\p{L})(\\p{L}{2,40}+)(?:\\s{1,3}\\p{L}{1,40}+)?\\s{1,3}v?\\p{Nd}");

	/** So many words tell what a question is about. */
	private static final int MOST = 64;

	private final Map<String, Double> weights = new LinkedHashMap<>();

	private final double total;

	private final boolean asksForValue;

	/**
	 * Weighs the words.
	 * @param question the question
	 * @param passages the words of each passage that was found
	 */
	QuestionTerms(String question, Collection<Set<String>> passages) {
		this.asksForValue = ASKS_FOR_VALUE.matcher(question).find();
		Set<String> all = Words.of(question);
		List<String> telling = all.stream().filter((word) -> !EMPTY_WORDS.contains(word)).toList();
		for (String word : (telling.isEmpty() ? List.copyOf(all) : telling).stream().limit(MOST).toList()) {
			double found = passages.stream().filter((words) -> Words.best(word, words) > 0).count();
			this.weights.put(word, Math.log(1 + (passages.size() + 1) / (found + 0.5)));
		}
		this.total = this.weights.values().stream().mapToDouble(Double::doubleValue).sum();
	}

	/** Whether an example is wanted. */
	boolean askForCode() {
		return this.weights.keySet().stream().anyMatch(CODE_WORDS::contains);
	}

	/** Whether a word says what a question is about. */
	static boolean isTelling(String word) {
		return !EMPTY_WORDS.contains(word) && !CODE_WORDS.contains(word);
	}

	/** Whether a text has a number beside a word of a question that asks for one. */
	boolean isValuedIn(String text) {
		if (!this.asksForValue) {
			return false;
		}
		Matcher found = WORD_AND_NUMBER.matcher(text);
		while (found.find()) {
			if (Words.of(found.group(1)).stream().anyMatch((word) -> Words.best(word, this.weights.keySet()) > 0)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * How much of the question a text has.
	 * @param words the words of the text
	 * @return 0 to 1
	 */
	double share(Set<String> words) {
		double sum = 0;
		for (Map.Entry<String, Double> term : this.weights.entrySet()) {
			sum += term.getValue() * Words.best(term.getKey(), words);
		}
		return (this.total > 0) ? sum / this.total : 0;
	}

}

package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;

/**
 * Cuts text into sentences, whatever its language. Where sentences may end is what
 * Unicode says (Standard Annex 29, as ICU has it: also after {@code 。} and {@code ؟}),
 * and line ends end them; that a full stop stands behind an abbreviation or an ordinal
 * number, and so ends nothing, is found out from the words around it.
 */
public final class Sentences {

	private static final BreakIterator UNICODE = BreakIterator.getSentenceInstance(ULocale.ROOT);

	/** Never ends a sentence, even before a capital letter. */
	private static final Set<String> ABBREVIATIONS = Set.of(
			// English
			"mr", "mrs", "ms", "dr", "prof", "rev", "hon", "st", "mt", "gen", "col", "capt", "lt", "sgt", "sen", "rep",
			"gov", "vs", "cf", "approx", "dept", "univ", "resp", "incl", "excl", "ref", "viz",
			// German and Dutch
			"hr", "fr", "frl", "dipl", "ing", "bzw", "ca", "evtl", "ggf", "inkl", "exkl", "vgl", "sog", "zzgl", "abzgl",
			"bspw", "insb", "geb", "gest", "str", "tel", "mind", "max", "min", "zw", "einschl", "dhr", "mevr", "bijv",
			// French, Spanish, Italian and Portuguese
			"mme", "mlle", "env", "éd", "sr", "sra", "srta", "dra", "ud", "uds", "dña", "dpto", "aprox", "ej", "ee",
			"uu", "av", "avda", "sig", "dott", "avv", "exmo", "exma", "ex",
			// Polish, Czech and Russian
			"ul", "np", "tzn", "św", "mgr", "inż", "tzv", "např", "им", "ул", "рис", "стр", "см");

	/** Ends no sentence if a number follows. */
	private static final Set<String> BEFORE_NUMBERS = Set.of("no", "nos", "nr", "nrn", "núm", "num", "fig", "figs",
			"abb", "tab", "art", "abs", "kap", "bd", "bde", "p", "pp", "pg", "pág", "págs", "pag", "vol", "vols",
			"chap", "ch", "cap", "sec", "sect", "eq", "ed", "aufl", "ziff", "par", "jan", "feb", "mar", "apr", "jun",
			"jul", "aug", "sep", "sept", "oct", "okt", "nov", "dec", "dez");

	private static final String MONTHS = "(?:jan|feb|febr|mär|mrz|apr|mai|jun|jul|aug|sep|sept|okt|nov|dez"
			+ "|januar|jänner|februar|märz|april|juni|juli|august|september|oktober|november|dezember"
			+ "|januari|februari|marts|maart|maj|mei|oktobra|desember|december|led(?:na|en)|únor\\w*|ledna"
			+ "|tammikuu\\w*|helmikuu\\w*|maaliskuu\\w*|huhtikuu\\w*|toukokuu\\w*|kesäkuu\\w*|heinäkuu\\w*|elokuu\\w*"
			+ "|syyskuu\\w*|lokakuu\\w*|marraskuu\\w*|joulukuu\\w*)";

	private static final Pattern MONTH = Pattern.compile(MONTHS + "\\b",
			Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);

	/** Before an ordinal number that is written with a full stop: {@code am 3.} */
	private static final Pattern BEFORE_ORDINAL = Pattern.compile(
			"(?:am|der|die|das|dem|den|des|im|ins|vom|zum|zur|beim|bis|ab|seit|jede[nrms]?|unser[enms]*|sein[enmrs]*|ihr[enmrs]*"
					+ "|den|det|fra|til|og)\\h+$",
			Pattern.CASE_INSENSITIVE);

	/** {@code z.B}, {@code U.S}, {@code т.е}: letters with full stops between them. */
	private static final Pattern LETTERS = Pattern.compile("\\p{L}{1,2}(?:\\.\\p{L}{1,3})+");

	private static final Pattern SMALL_NUMBER = Pattern.compile("\\p{Nd}{1,3}");

	private static final String OPENING = "([{\"'„“‚‘«»‹›¿¡*_`";

	private static final int LONGEST_WORD = 40;

	/**
	 * A sentence's place in a text.
	 *
	 * @param start where it begins
	 * @param end behind its last character
	 */
	public record Span(int start, int end) {

		/** The sentence itself. */
		public String of(String text) {
			return text.substring(this.start, this.end);
		}

	}

	private Sentences() {
	}

	/** The sentences of a text, without the blanks between them. */
	static List<String> split(String text) {
		return spans(text).stream().map((span) -> span.of(text)).toList();
	}

	/** Where the sentences of a text begin and end; blanks lie between them. */
	public static List<Span> spans(String text) {
		List<Span> spans = new ArrayList<>();
		BreakIterator boundaries = UNICODE.clone();
		boundaries.setText(text);
		int start = boundaries.first();
		for (int next = boundaries.next(); next != BreakIterator.DONE; next = boundaries.next()) {
			int end = next;
			while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
				end--;
			}
			// Before anything else, so that no step looks at these blanks again.
			while (start < end && Character.isWhitespace(text.charAt(start))) {
				start++;
			}
			if (next < text.length() && !isEnd(text, start, end, next)) {
				continue;
			}
			if (start < end) {
				spans.add(new Span(start, end));
			}
			start = next;
		}
		return spans;
	}

	private static boolean isEnd(String text, int start, int end, int next) {
		if (text.substring(end, next).indexOf('\n') >= 0 || end == start) {
			return true;
		}
		char last = text.charAt(end - 1);
		if (last != '.') {
			return (last != '!' && last != '?') || !Character.isLowerCase(text.codePointAt(next));
		}
		int wordStart = end - 1;
		while (wordStart > start && end - wordStart < LONGEST_WORD
				&& !Character.isWhitespace(text.charAt(wordStart - 1))) {
			wordStart--;
		}
		while (wordStart < end - 1 && OPENING.indexOf(text.charAt(wordStart)) >= 0) {
			wordStart++;
		}
		return !isAbbreviation(text.substring(wordStart, end - 1), text.codePointAt(next))
				&& !isOrdinal(text, start, wordStart, end, next);
	}

	private static boolean isAbbreviation(String word, int next) {
		if (word.isEmpty()) {
			return false;
		}
		if (word.codePointCount(0, word.length()) == 1 && Character.isAlphabetic(word.codePointAt(0))
				&& !Character.isIdeographic(word.codePointAt(0))) {
			return true;
		}
		String lower = word.toLowerCase(Locale.ROOT);
		return ABBREVIATIONS.contains(lower) || LETTERS.matcher(word).matches()
				|| (Character.isDigit(next) && BEFORE_NUMBERS.contains(lower));
	}

	/** A number that begins an item, or one of a day, an edition, a floor. */
	private static boolean isOrdinal(String text, int start, int wordStart, int end, int next) {
		if (!SMALL_NUMBER.matcher(text.substring(wordStart, end - 1)).matches()) {
			return false;
		}
		Matcher month = MONTH.matcher(text).region(next, Math.min(text.length(), next + LONGEST_WORD));
		return wordStart == start || month.lookingAt()
				|| BEFORE_ORDINAL.matcher(text.substring(Math.max(start, wordStart - 10), wordStart)).find();
	}

}

package io.github.hnswspring.vectorstore.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * Takes texts apart into the tokens they are found by, the same way for documents and for
 * questions. It knows no language: a word is a run of letters and digits, without case
 * and, beside how it is written, without accents. A name such as {@code a.b.c},
 * {@code --flag}, {@code E0599} or {@code maxIdleTime} is a token as a whole and by its
 * parts. Scripts without spaces are taken by pairs of characters. With a language there
 * are stems as well. Thread-safe; takes time and memory in proportion to the text.
 */
public final class TextAnalysis {

	/** Has to change when other tokens come out: then texts are analysed anew. */
	private static final int VERSION = 2;

	/** Characters of a token; what is longer is found by its beginning. */
	static final int MAX_TOKEN = 64;

	/**
	 * Different tokens of a question that are looked up, the rarest of which count: more
	 * than a question has that is not beyond the usual limit.
	 */
	static final int MAX_TERMS = 10_000;

	private final @Nullable String language;

	private final @Nullable Supplier<UnaryOperator<String>> stemmers;

	private TextAnalysis(@Nullable String language, @Nullable Supplier<UnaryOperator<String>> stemmers) {
		this.language = language;
		this.stemmers = stemmers;
	}

	/**
	 * The analysis for texts of a language.
	 * @param language its tag, such as {@code de}, or {@code null} for no stems
	 * @return the analysis
	 * @throws IllegalArgumentException if there are no stems for the language
	 * @throws IllegalStateException if the library that makes them is not there
	 */
	public static TextAnalysis of(@Nullable String language) {
		return (language != null) ? new TextAnalysis(language, Stemmers.of(language)) : new TextAnalysis(null, null);
	}

	/** What tokens depend on; texts analysed under another one must be analysed anew. */
	String fingerprint() {
		return fingerprint(VERSION);
	}

	private String fingerprint(int version) {
		return version + ((this.language != null) ? ":" + this.language : "");
	}

	/**
	 * Whether texts were analysed for the same language, by this version or an earlier
	 * one, so that most tokens are the same.
	 * @param other a fingerprint
	 */
	boolean reads(String other) {
		for (int version = 1; version <= VERSION; version++) {
			if (other.equals(fingerprint(version))) {
				return true;
			}
		}
		return false;
	}

	/** The tokens of a document. */
	TextTokens document(String text) {
		StringBuilder words = new StringBuilder();
		StringBuilder stems = new StringBuilder();
		StringBuilder identifiers = new StringBuilder();
		analyse(text, true, new TokenSink() {

			@Override
			public void word(String token) {
				append(words, token);
			}

			@Override
			public void stem(String token) {
				append(stems, token);
			}

			@Override
			public void identifier(String token) {
				append(identifiers, token);
			}

		});
		return new TextTokens(words.toString(), stems.toString(), identifiers.toString());
	}

	private static void append(StringBuilder column, String token) {
		if (!column.isEmpty()) {
			column.append(' ');
		}
		column.append(token);
	}

	/** The different terms of a question, in their order. */
	Collection<QueryTerm> question(String text) {
		Map<String, QueryTerm> terms = new LinkedHashMap<>();
		analyse(text, false, new TokenSink() {

			@Override
			public void word(String token) {
				add(token, QueryTerm.Kind.WORD);
			}

			@Override
			public void stem(String token) {
				add(token, QueryTerm.Kind.STEM);
			}

			@Override
			public void identifier(String token) {
				add(token, QueryTerm.Kind.IDENTIFIER);
			}

			private void add(String token, QueryTerm.Kind kind) {
				if (kind == QueryTerm.Kind.STEM) {
					// Among the stems the same letters may be another word's.
					putIfRoom("stem " + token, new QueryTerm(token, kind));
				}
				else if (kind == QueryTerm.Kind.IDENTIFIER || !terms.containsKey(token)) {
					putIfRoom(token, new QueryTerm(token, kind));
				}
			}

			private void putIfRoom(String name, QueryTerm term) {
				if (terms.size() < MAX_TERMS || terms.containsKey(name)) {
					terms.put(name, term);
				}
			}

		});
		return terms.values();
	}

	/** Which of a question's terms a document has. */
	TextMatch match(String question, String document) {
		TextTokens tokens = document(document);
		Set<String> names = new HashSet<>(Arrays.asList((tokens.words() + ' ' + tokens.identifiers()).split(" ")));
		Set<String> stems = new HashSet<>(Arrays.asList(tokens.stems().split(" ")));
		Set<String> found = new LinkedHashSet<>();
		Set<String> missing = new LinkedHashSet<>();
		for (QueryTerm term : question(question)) {
			boolean isStem = term.kind() == QueryTerm.Kind.STEM;
			if ((isStem ? stems : names).contains(term.token())) {
				found.add(term.token());
			}
			else if (!isStem) {
				missing.add(term.token());
			}
		}
		missing.removeAll(found);
		return new TextMatch(List.copyOf(found), List.copyOf(missing));
	}

	private void analyse(String text, boolean document, TokenSink sink) {
		UnaryOperator<String> stemmer = (this.stemmers != null) ? this.stemmers.get() : null;
		String normal = Folding.normalize(text);
		NameReader names = new NameReader(normal, stemmer, sink);
		int position = 0;
		while (position < normal.length()) {
			int point = normal.codePointAt(position);
			if (Characters.isPaired(point)) {
				position = pairs(normal, position, document, sink);
			}
			else if (Characters.isTokenCharacter(point) || Characters.isJoiner(point)) {
				position = names.read(position);
			}
			else {
				position += Character.charCount(point);
			}
		}
	}

	/**
	 * Overlapping pairs of the characters of a run; a lone one is given as it is. Of two
	 * Korean syllables the second may be a particle, so a question asks for the first one
	 * alone, too.
	 */
	private static int pairs(String text, int begin, boolean document, TokenSink sink) {
		int position = begin;
		int first = text.codePointAt(begin);
		int before = -1;
		int length = 0;
		while (position < text.length()) {
			int point = text.codePointAt(position);
			if (point == Characters.ZERO_WIDTH_SPACE && before >= 0) {
				// Where a line may break, which says nothing of words here.
				position++;
				continue;
			}
			if (!Characters.isPaired(point)) {
				break;
			}
			position += Character.charCount(point);
			int lower = Character.toLowerCase(point);
			if (before >= 0) {
				sink.word(Character.toString(before) + Character.toString(lower));
			}
			if (document && Characters.isWord(lower)) {
				sink.word(Character.toString(lower));
			}
			before = lower;
			length++;
		}
		if (length == 1 && !(document && Characters.isWord(before))) {
			sink.word(Character.toString(before));
		}
		if (length == 2 && !document && Characters.isSyllable(first)) {
			sink.word(Character.toString(first));
		}
		return position;
	}

}

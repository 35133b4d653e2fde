package io.github.hnswspring.vectorstore.text;

import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * Reads a word or a name: runs of letters and digits, the segments, between which there
 * may be joiners. Confined to the analysis of one text.
 */
final class NameReader {

	private final String text;

	private final @Nullable UnaryOperator<String> stemmer;

	private final TokenSink sink;

	NameReader(String text, @Nullable UnaryOperator<String> stemmer, TokenSink sink) {
		this.text = text;
		this.stemmer = stemmer;
		this.sink = sink;
	}

	/**
	 * Reads one name.
	 * @param begin where a token character or a joiner is
	 * @return where the next one may begin
	 */
	int read(int begin) {
		int first = skipJoiners(begin);
		if (first == this.text.length() || !isSegmentCharacter(this.text.codePointAt(first))) {
			return first;
		}
		StringBuilder whole = new StringBuilder(prefix(begin, first));
		boolean name = !whole.isEmpty();
		int position = first;
		while (true) {
			int end = segmentEnd(position);
			name |= segment(this.text.substring(position, end), whole);
			int next = skipJoiners(end);
			boolean more = next < this.text.length() && isSegmentCharacter(this.text.codePointAt(next));
			String joiner = this.text.substring(end, next);
			if (more && (joiner.length() == 1 || joiner.equals("::") || joiner.equals("__"))) {
				append(whole, joiner);
				name = true;
				position = next;
				continue;
			}
			String suffix = suffix(joiner);
			append(whole, suffix);
			if (name || !suffix.isEmpty()) {
				this.sink.identifier(cut(whole.toString()));
			}
			// What follows the name may be the beginning of another one, as in a--b.
			return end + suffix.length();
		}
	}

	private static boolean isSegmentCharacter(int point) {
		return Characters.isTokenCharacter(point) && !Characters.isPaired(point);
	}

	private int skipJoiners(int position) {
		int end = position;
		while (end < this.text.length() && Characters.isJoiner(this.text.charAt(end))) {
			end++;
		}
		return end;
	}

	private int segmentEnd(int position) {
		int end = position;
		while (end < this.text.length() && isSegmentCharacter(this.text.codePointAt(end))) {
			end += Character.charCount(this.text.codePointAt(end));
		}
		return end;
	}

	/** What belongs to a name of the joiners before it, as in --flag, .NET, @Bean. */
	private String prefix(int begin, int first) {
		if (first == begin) {
			return "";
		}
		char last = this.text.charAt(first - 1);
		int from = switch (last) {
			case '-' -> (first - begin > 1 && this.text.charAt(first - 2) == '-') ? first - 2 : first - 1;
			case '_' -> startOf('_', begin, first);
			case '.', '@', '$', '#' -> first - 1;
			default -> first;
		};
		return this.text.substring(from, first);
	}

	private int startOf(char joiner, int begin, int first) {
		int from = first;
		while (from > begin && first - from < MAX_REPEATED && this.text.charAt(from - 1) == joiner) {
			from--;
		}
		return from;
	}

	private static final int MAX_REPEATED = 2;

	/** What belongs to a name of the joiners after it, as in c++, c#. */
	private static String suffix(String joiners) {
		if (joiners.startsWith("++") || joiners.startsWith("__")) {
			return joiners.substring(0, 2);
		}
		return joiners.startsWith("#") || joiners.startsWith("_") ? joiners.substring(0, 1) : "";
	}

	/**
	 * Gives the tokens of a segment.
	 * @param whole is continued
	 * @return whether the segment alone is a name
	 */
	private boolean segment(String segment, StringBuilder whole) {
		String lower = Folding.lowerCase(segment);
		String folded = word(lower);
		append(whole, folded);
		stem(lower);
		return parts(segment);
	}

	private String word(String lower) {
		String folded = Folding.withoutMarks(lower);
		if (!folded.isEmpty()) {
			this.sink.word(cut(folded));
		}
		if (!folded.equals(lower)) {
			this.sink.word(cut(lower));
		}
		return folded;
	}

	private void stem(String lower) {
		if (this.stemmer != null && lower.length() <= TextAnalysis.MAX_TOKEN) {
			String stem = Folding.withoutMarks(this.stemmer.apply(lower));
			if (!stem.isEmpty()) {
				this.sink.stem(stem);
			}
		}
	}

	/** Splits where small letters turn large, and between letters and digits. */
	private boolean parts(String segment) {
		int begin = 0;
		int position = 0;
		boolean split = false;
		while (position < segment.length()) {
			int point = segment.codePointAt(position);
			int next = position + Character.charCount(point);
			if (next < segment.length() && isBoundary(segment, position, point, next)) {
				split = true;
				part(segment.substring(begin, next));
				begin = next;
			}
			position = next;
		}
		if (split) {
			part(segment.substring(begin));
		}
		return split;
	}

	private static boolean isBoundary(String segment, int position, int point, int next) {
		int following = segment.codePointAt(next);
		if (Character.isDigit(point) != Character.isDigit(following)) {
			return Character.isLetterOrDigit(point) && Character.isLetterOrDigit(following);
		}
		if (Character.isLowerCase(point)) {
			return Character.isUpperCase(following);
		}
		if (!Character.isUpperCase(point)) {
			return false;
		}
		if (isPlural(segment, next)) {
			return position > 0 && Character.isUpperCase(segment.codePointBefore(position));
		}
		int afterwards = next + Character.charCount(following);
		return Character.isUpperCase(following) && afterwards < segment.length()
				&& Character.isLowerCase(segment.codePointAt(afterwards)) && !isPlural(segment, afterwards);
	}

	/** Whether there is the s of several, as in PDFs. */
	private static boolean isPlural(String segment, int position) {
		return segment.charAt(position) == 's'
				&& (position + 1 == segment.length() || !Character.isLowerCase(segment.codePointAt(position + 1)));
	}

	/** Single letters would be found everywhere. */
	private void part(String part) {
		if (part.length() > 1 || Character.isDigit(part.charAt(0))) {
			String lower = Folding.lowerCase(part);
			word(lower);
			stem(lower);
		}
	}

	private static void append(StringBuilder whole, String part) {
		if (whole.length() <= TextAnalysis.MAX_TOKEN) {
			whole.append(part);
		}
	}

	private static String cut(String token) {
		if (token.length() <= TextAnalysis.MAX_TOKEN) {
			return token;
		}
		int end = TextAnalysis.MAX_TOKEN;
		return token.substring(0, Character.isHighSurrogate(token.charAt(end - 1)) ? end - 1 : end);
	}

}

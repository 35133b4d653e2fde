package io.github.hnswspring.example.questions;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Something a right answer has to say.
 *
 * @param spellings any of which is accepted
 */
record Fact(List<String> spellings) {

	private static final Pattern SINGLE_QUOTES = Pattern.compile("[‘’]");

	private static final Pattern DOUBLE_QUOTES = Pattern.compile("[“”]");

	private static final Pattern DASHES = Pattern.compile("[−–—]");

	/** Marks of Markdown and AsciiDoc; an underscore inside a name is no mark. */
	private static final Pattern MARKS = Pattern.compile("[`*]|(?<!\\w)_+|_+(?!\\w)");

	private static final Pattern BLANKS = Pattern.compile("\\s+");

	static Fact parse(String spellings) {
		return new Fact(Arrays.stream(spellings.split("\\|")).map(Fact::normalised).toList());
	}

	/**
	 * Whether a text says it, whatever its case, line breaks and markup.
	 * @param normalised the text, as {@link #normalised} returns it
	 */
	boolean standsIn(String normalised) {
		return this.spellings.stream().anyMatch(normalised::contains);
	}

	/**
	 * The text as it is compared: one case, one blank, plain quotes and dashes, no
	 * markup.
	 */
	static String normalised(String text) {
		String plain = SINGLE_QUOTES.matcher(text).replaceAll("'");
		plain = DOUBLE_QUOTES.matcher(plain).replaceAll("\"");
		plain = DASHES.matcher(plain).replaceAll("-");
		plain = MARKS.matcher(plain).replaceAll("");
		return BLANKS.matcher(plain).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
	}

	@Override
	public String toString() {
		return String.join(" | ", this.spellings);
	}

}

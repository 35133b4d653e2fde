package io.github.hnswspring.answer;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names in a question that are not words of a language: {@code server.port},
 * {@code maxIdleTime}, {@code E0599}, {@code --flag}, {@code @Bean}, {@code a::b}, or
 * what stands in backticks. An answer that lacks them is about something else.
 */
final class Names {

	private static final int MOST = 20;

	private static final Pattern QUOTED = Pattern.compile("`([^`\\n]{1,200})`");

	/** Runs of what names are made of; their ends are trimmed afterwards. */
	private static final Pattern RUN = Pattern.compile("[\\p{L}\\p{M}\\p{N}_@$#:./\\\\+*!?-]{2,200}+(?:\\(\\))?");

	private static final Pattern EDGES = Pattern.compile("^[.:/+*?!\\\\]+|[.:/?!\\\\-]+$");

	private static final List<Pattern> SHAPES = List.of(
			// Parts joined without a space: a.b, a::b, a_b, a/b.c
			Pattern.compile(".*[\\p{L}\\p{N}](?:\\.|::|_|#)[\\p{L}\\p{N}].*"), Pattern.compile("_\\p{L}.*|.*\\p{L}_"),
			// Options and annotations
			Pattern.compile("--?\\p{L}.*"), Pattern.compile("@\\p{L}.*"),
			// Calls, and macros such as println!
			Pattern.compile("[\\p{L}\\p{N}_.:]+(?:\\(\\)|!)"),
			// An upper case letter behind a lower case one
			Pattern.compile(".*\\p{Ll}\\p{Lu}.*"),
			// Letters and digits, such as E0599 or CRC32C
			Pattern.compile("(?=.*\\p{L}.*)(?=.*\\p{Nd}.*)[\\p{Lu}\\p{Nd}-]{2,}"),
			// Words of a property, three of them or more
			Pattern.compile("[\\p{Ll}\\p{Nd}]+(?:-[\\p{Ll}\\p{Nd}]+){2,}"));

	private static final Pattern NUMBER = Pattern.compile("[\\p{Nd}.,:/-]+");

	private Names() {
	}

	static List<String> of(String question) {
		Set<String> names = new LinkedHashSet<>();
		Matcher quoted = QUOTED.matcher(question);
		while (quoted.find() && names.size() < MOST) {
			names.add(quoted.group(1).strip());
		}
		Matcher runs = RUN.matcher(quoted.reset().replaceAll(" "));
		while (runs.find() && names.size() < MOST) {
			String run = trimmed(runs.group());
			if (!run.isEmpty() && !NUMBER.matcher(run).matches()
					&& SHAPES.stream().anyMatch((shape) -> shape.matcher(run).matches())) {
				names.add(run);
			}
		}
		names.removeIf(String::isBlank);
		return List.copyOf(names);
	}

	/** The mark that ends a sentence belongs to no name; that of a macro does. */
	private static String trimmed(String run) {
		return EDGES.matcher(run.endsWith("!") && run.length() > 1 ? run.substring(0, run.length() - 1) : run)
			.replaceAll("");
	}

	/**
	 * Whether a text has a name, as it is written or in another case, not as a part of a
	 * longer word.
	 */
	static boolean isIn(String name, String text) {
		String wanted = bare(name).toLowerCase(Locale.ROOT);
		String searched = text.toLowerCase(Locale.ROOT);
		for (int at = searched.indexOf(wanted); at >= 0; at = searched.indexOf(wanted, at + 1)) {
			if (!wordAt(searched, at - 1, wanted.charAt(0))
					&& !wordAt(searched, at + wanted.length(), wanted.charAt(wanted.length() - 1))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * A call may be written with what it is called with, an annotation be named alone.
	 */
	private static String bare(String name) {
		String bare = name.endsWith("()") ? name.substring(0, name.length() - 2) : name;
		bare = (bare.startsWith("@") && bare.length() > 1) ? bare.substring(1) : bare;
		return bare.isEmpty() ? name : bare;
	}

	private static boolean wordAt(String text, int at, char beside) {
		return at >= 0 && at < text.length() && Character.isLetterOrDigit(beside)
				&& (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_');
	}

}

package io.github.hnswspring.answer;

import java.lang.Character.UnicodeScript;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names in a question that are not words of a language: {@code server.port},
 * {@code maxIdleTime}, {@code E0599}, {@code --flag}, {@code @Bean}, {@code a::b},
 * numbers and versions, or what stands in backticks. An answer that lacks them is about
 * something else.
 */
final class Names {

	private static final int MOST = 20;

	private static final Pattern QUOTED = Pattern.compile("`([^`\\n]{1,200})`");

	/** Runs of what names are made of; their ends are trimmed afterwards. */
	private static final Pattern RUN = Pattern
		.compile("(?:[\\p{L}\\p{M}\\p{N}_@$#:./\\\\+*!?-]|(?<=\\p{Nd}),(?=\\p{Nd})){2,200}+(?:\\(\\))?");

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

	/** An error, a year, a version; a single digit counts something, often in words. */
	private static final Pattern NUMBER = Pattern.compile("\\p{Nd}+(?:[.,:/-]\\p{Nd}+)*");

	private static final Pattern ABBREVIATION = Pattern.compile("\\p{L}(?:\\.\\p{L})+");

	/** A name of several parts, such as a property, a file or a version. */
	private static final Pattern PATH = Pattern.compile(".*[\\p{L}\\p{N}][._-][\\p{L}\\p{N}].*", Pattern.DOTALL);

	/** What joins the parts of a name, so that more of it may stand beside. */
	private static final String JOINTS = ".-_";

	private Names() {
	}

	static List<String> of(String question) {
		Set<String> names = new LinkedHashSet<>();
		Matcher quoted = QUOTED.matcher(question);
		while (quoted.find() && names.size() < MOST) {
			names.add(quoted.group(1).strip());
		}
		Matcher runs = RUN.matcher(apart(quoted.reset().replaceAll(" ")));
		while (runs.find() && names.size() < MOST) {
			String run = trimmed(runs.group());
			if (!ABBREVIATION.matcher(run).matches() && (isNumber(run) ? run.length() > 1
					: SHAPES.stream().anyMatch((shape) -> shape.matcher(run).matches()))) {
				names.add(run);
			}
		}
		names.removeIf(String::isBlank);
		return List.copyOf(names);
	}

	/**
	 * Identifiers are Latin nearly always; words of another script may stand beside them.
	 */
	private static String apart(String question) {
		StringBuilder apart = new StringBuilder();
		for (int i = 0; i < question.length(); i++) {
			boolean meet = i > 0 && Character.isLetterOrDigit(question.charAt(i))
					&& Character.isLetterOrDigit(question.charAt(i - 1))
					&& !joined(question.charAt(i - 1), question.charAt(i));
			apart.append(meet ? " " : "").append(question.charAt(i));
		}
		return apart.toString();
	}

	/** Whether two letters or digits beside each other belong to one name. */
	private static boolean joined(char a, char b) {
		if (Character.isDigit(a) || Character.isDigit(b)) {
			return !Words.isDense(a) && !Words.isDense(b);
		}
		return (Character.UnicodeScript.of(a) == UnicodeScript.LATIN) == (Character.UnicodeScript
			.of(b) == UnicodeScript.LATIN);
	}

	private static boolean isNumber(String name) {
		return NUMBER.matcher(name).matches();
	}

	/** The mark that ends a sentence belongs to no name; that of a macro does. */
	private static String trimmed(String run) {
		return EDGES.matcher(run.endsWith("!") && run.length() > 1 ? run.substring(0, run.length() - 1) : run)
			.replaceAll("");
	}

	/**
	 * Whether a text has a name, as it is written or in another case, not as a part of a
	 * longer word or name: {@code management.server.port} is not {@code server.port}.
	 */
	static boolean isIn(String name, String text) {
		String wanted = bare(name).toLowerCase(Locale.ROOT);
		String searched = text.toLowerCase(Locale.ROOT);
		boolean number = isNumber(wanted);
		boolean call = name.endsWith("()");
		boolean path = !call && (wanted.startsWith("-") || PATH.matcher(wanted).matches());
		boolean whole = path && !name.endsWith(".*");
		for (int at = searched.indexOf(wanted); at >= 0; at = searched.indexOf(wanted, at + 1)) {
			int end = at + wanted.length();
			if (!goesOn(searched, at, -1, path || number, number) && !goesOn(searched, end - 1, 1, whole, number)) {
				return true;
			}
		}
		return number && wanted.contains(",") && isIn(wanted.replace(",", ""), text);
	}

	/**
	 * A call may be written with what it is called with, an annotation be named alone.
	 */
	private static String bare(String name) {
		String bare = (name.endsWith("()") || name.endsWith(".*")) ? name.substring(0, name.length() - 2) : name;
		bare = (bare.startsWith("@") && bare.length() > 1) ? bare.substring(1) : bare;
		return bare.isEmpty() ? name : bare;
	}

	/** Whether more of the same word, name or number stands beside its edge. */
	private static boolean goesOn(String text, int edge, int step, boolean joints, boolean number) {
		int at = edge + step;
		if (at < 0 || at >= text.length() || !Character.isLetterOrDigit(text.charAt(edge))) {
			return false;
		}
		char beside = text.charAt(at);
		int further = at + step;
		char more = (further >= 0 && further < text.length()) ? text.charAt(further) : ' ';
		if (number) {
			// A unit may follow.
			return Character.isDigit(beside) || (joints && beside == '.' && Character.isDigit(more));
		}
		if (Character.isLetterOrDigit(beside)) {
			return joined(beside, text.charAt(edge));
		}
		return beside == '_' || (joints && JOINTS.indexOf(beside) >= 0 && Character.isLetterOrDigit(more)
				&& joined(more, text.charAt(edge)));
	}

}

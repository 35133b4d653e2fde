package io.github.hnswspring.ingest.reading;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the items of one list as its page says: from where, in which direction, and
 * with letters or Roman numerals. A paragraph of a law is found by them. Confined to the
 * thread that reads.
 */
final class HtmlListNumbers {

	private static final Pattern NUMBER = Pattern.compile("-?\\d{1,6}");

	private static final Pattern STYLE = Pattern.compile("list-style(?:-type)?\\s{0,9}:\\s{0,9}([a-z-]{1,30})",
			Pattern.CASE_INSENSITIVE);

	private static final Map<String, String> TYPES = Map.of("lower-alpha", "a", "lower-latin", "a", "upper-alpha", "A",
			"upper-latin", "A", "lower-roman", "i", "upper-roman", "I");

	private static final int MAX_ROMAN = 3_999;

	private static final int LETTERS = 26;

	private static final int[] VALUES = { 1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1 };

	private static final String[] NUMERALS = { "m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i" };

	private final boolean numbered;

	private final String type;

	private final int step;

	private int next;

	HtmlListNumbers(Element list) {
		this.numbered = list.nameIs("ol");
		Matcher style = STYLE.matcher(list.attr("style"));
		String named = style.find() ? TYPES.get(style.group(1)) : null;
		this.type = (named != null) ? named : list.attr("type");
		boolean reversed = list.hasAttr("reversed");
		this.step = reversed ? -1 : 1;
		Integer start = number(list.attr("start"));
		this.next = (start != null) ? start : (this.numbered && reversed) ? items(list) : 1;
	}

	private static int items(Element list) {
		return (int) list.children().stream().filter((child) -> child.nameIs("li")).count();
	}

	/** What stands before the next item. */
	String marker(Element item) {
		if (!this.numbered) {
			return "- ";
		}
		Integer value = number(item.attr("value"));
		int number = (value != null) ? value : this.next;
		this.next = number + this.step;
		return written(number, item.attr("type").isEmpty() ? this.type : item.attr("type")) + ". ";
	}

	private static @Nullable Integer number(String value) {
		return NUMBER.matcher(value.strip()).matches() ? Integer.valueOf(value.strip()) : null;
	}

	private static String written(int number, String type) {
		boolean letters = type.equals("a") || type.equals("A");
		boolean roman = (type.equals("i") || type.equals("I")) && number <= MAX_ROMAN;
		if (number <= 0 || (!letters && !roman)) {
			return String.valueOf(number);
		}
		String lower = letters ? letters(number) : roman(number);
		return Character.isUpperCase(type.charAt(0)) ? lower.toUpperCase(Locale.ROOT) : lower;
	}

	private static String letters(int number) {
		StringBuilder letters = new StringBuilder();
		for (int rest = number; rest > 0; rest = (rest - 1) / LETTERS) {
			letters.insert(0, (char) ('a' + (rest - 1) % LETTERS));
		}
		return letters.toString();
	}

	private static String roman(int number) {
		StringBuilder roman = new StringBuilder();
		int rest = number;
		for (int i = 0; i < VALUES.length; i++) {
			for (; rest >= VALUES[i]; rest -= VALUES[i]) {
				roman.append(NUMERALS[i]);
			}
		}
		return roman.toString();
	}

}

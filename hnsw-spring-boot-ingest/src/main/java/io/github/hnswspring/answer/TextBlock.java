package io.github.hnswspring.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A paragraph, list, table or listing of a passage.
 *
 * @param kind what it is
 * @param start its first character in the passage
 * @param end behind its last character
 */
record TextBlock(QuoteKind kind, int start, int end) {

	private static final Pattern BLANK = Pattern.compile("\\n[ \\t]*\\n\\s*?(?=\\S|[ \\t]+\\S)");

	private static final Pattern ITEM = Pattern.compile("\\s*(?:[-*+•–]{1,5}|\\.{1,5}|\\d{1,3}[.)]|<\\d{1,2}>)\\s+\\S.*");

	/** What no line of prose ends with, or has. */
	private static final Pattern CODE_LINE = Pattern.compile(
			".*[;{}]\\s*|\\s*[\\])}]+[;,)]*\\s*|\\s*(?://|#!|#\\[|@\\p{L}|\\$ |</?\\p{L}|import |package |use |fn |let |pub |impl ).*"
					+ "|\\s*[\\w.-]+\\s*[=:]\\s*\\S*\\s*|\\s*[\\w.:]+\\([^)]*\\)\\s*|.*(?:->|=>|&&|\\|\\||::).*");

	/**
	 * Takes a text apart. What its blocks are is seen from their lines, for a text from
	 * any reader.
	 */
	static List<TextBlock> of(String text) {
		List<TextBlock> blocks = new ArrayList<>();
		Matcher blank = BLANK.matcher(text);
		int start = 0;
		while (blank.find()) {
			add(blocks, text, start, blank.start());
			start = blank.end();
		}
		add(blocks, text, start, text.length());
		return joined(blocks);
	}

	private static void add(List<TextBlock> blocks, String text, int start, int end) {
		if (!text.substring(start, end).isBlank()) {
			int last = end;
			while (Character.isWhitespace(text.charAt(last - 1))) {
				last--;
			}
			blocks.addAll(split(text, start, last));
		}
	}

	/** A table or list may follow its introduction without an empty line between. */
	private static List<TextBlock> split(String text, int start, int end) {
		List<TextBlock> blocks = new ArrayList<>();
		int blockStart = start;
		QuoteKind kind = null;
		int lineStart = start;
		boolean code = isCode(text.substring(start, end));
		while (lineStart < end) {
			int lineEnd = text.indexOf('\n', lineStart);
			lineEnd = (lineEnd < 0 || lineEnd > end) ? end : lineEnd;
			String line = text.substring(lineStart, lineEnd);
			QuoteKind next = code ? QuoteKind.CODE : kindOf(line, kind);
			if (kind != null && next != kind) {
				blocks.add(new TextBlock(kind, blockStart, lineStart - 1));
				blockStart = lineStart;
			}
			kind = next;
			lineStart = lineEnd + 1;
		}
		if (kind != null && blockStart < end) {
			blocks.add(new TextBlock(kind, blockStart, end));
		}
		return blocks;
	}

	private static QuoteKind kindOf(String line, @org.jspecify.annotations.Nullable QuoteKind before) {
		String words = line.strip();
		if (words.startsWith("|") || (words.endsWith("|") && words.length() > 1)) {
			return QuoteKind.TABLE;
		}
		boolean goesOn = before == QuoteKind.LIST && !line.isEmpty() && Character.isWhitespace(line.charAt(0));
		return (goesOn || ITEM.matcher(line).matches()) ? QuoteKind.LIST : QuoteKind.PROSE;
	}

	private static boolean isCode(String block) {
		List<String> lines = block.lines().filter((line) -> !line.isBlank()).toList();
		long code = lines.stream()
			.filter((line) -> !ITEM.matcher(line).matches() && !line.strip().startsWith("|")
					&& CODE_LINE.matcher(line).matches())
			.count();
		return code * 2 > lines.size();
	}

	/** Listings have empty lines. */
	private static List<TextBlock> joined(List<TextBlock> blocks) {
		List<TextBlock> joined = new ArrayList<>();
		for (TextBlock block : blocks) {
			TextBlock last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
			if (last != null && last.kind == block.kind && block.kind == QuoteKind.CODE) {
				joined.set(joined.size() - 1, new TextBlock(block.kind, last.start, block.end));
			}
			else {
				joined.add(block);
			}
		}
		return joined;
	}

}

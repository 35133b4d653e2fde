package io.github.hnswspring.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import io.github.hnswspring.ingest.reading.Block;
import org.jspecify.annotations.Nullable;

/**
 * A paragraph, list, table or listing of a passage.
 *
 * @param kind what it is
 * @param headed whether the first row of a table names the columns
 * @param start its first character in the passage
 * @param end behind its last character
 */
record TextBlock(QuoteKind kind, boolean headed, int start, int end) {

	private static final Pattern BLANK_LINE = Pattern.compile("\\n\\h*\\n");

	private static final Pattern ITEM = Pattern.compile("\\h*(?:[-*+•–]|\\d{1,3}[.)])\\h+\\S.*");

	private static final int LONGEST_LINE = 300;

	/** What prose has not. */
	private static final Pattern CODE_LINE = Pattern.compile(".*[;{}]\\h*|\\h*[\\])}]+[;,)]*|\\h*</?\\p{L}.*>\\h*"
			+ "|\\h*[\\w.-]+\\h*[=:]\\h*\\S*|\\h*\\$ .*|\\h*[\\w.:]+\\([^)]*\\)\\h*");

	/** The same, further down in a longer text. */
	TextBlock shifted(int by) {
		return new TextBlock(this.kind, this.headed, this.start + by, this.end + by);
	}

	/** Whether it has further rows of a table that is cut between two passages. */
	boolean goesOn(@Nullable TextBlock before) {
		return !this.headed && before != null && before.kind == QuoteKind.TABLE && this.kind == QuoteKind.TABLE
				&& this.start == before.end + 1;
	}

	/**
	 * Takes a passage apart.
	 * @param text its text
	 * @param layout what is what, as the reader of the document saw it, or {@code null}
	 * if the passage comes from elsewhere: then it is seen from the lines
	 */
	static List<TextBlock> of(String text, @Nullable String layout) {
		return (layout != null) ? told(text, layout) : seen(text);
	}

	private static List<TextBlock> told(String text, String layout) {
		List<TextBlock> blocks = new ArrayList<>();
		int start = 0;
		for (Block block : Block.parse(text, layout)) {
			int at = text.indexOf(block.text(), start);
			start = at + block.text().length();
			QuoteKind kind = switch (block.kind()) {
				case PROSE -> QuoteKind.PROSE;
				case LIST -> QuoteKind.LIST;
				case TABLE, ROWS -> QuoteKind.TABLE;
				case CODE -> QuoteKind.CODE;
			};
			if (!block.text().isBlank()) {
				blocks.add(new TextBlock(kind, block.kind() == Block.Kind.TABLE, at, start));
			}
		}
		return blocks;
	}

	private static List<TextBlock> seen(String text) {
		List<TextBlock> blocks = new ArrayList<>();
		int start = 0;
		for (String paragraph : BLANK_LINE.split(text)) {
			int at = text.indexOf(paragraph, start);
			start = at + paragraph.length();
			String stripped = paragraph.strip();
			if (!stripped.isEmpty()) {
				int first = text.indexOf(stripped, at);
				addSeen(blocks, text, first, first + stripped.length());
			}
		}
		return blocks;
	}

	/** A table or list may follow its introduction without an empty line between. */
	private static void addSeen(List<TextBlock> blocks, String text, int start, int end) {
		boolean code = isCode(text.substring(start, end));
		QuoteKind kind = null;
		int blockStart = start;
		int lineStart = start;
		while (lineStart < end) {
			int lineEnd = text.indexOf('\n', lineStart);
			lineEnd = (lineEnd < 0 || lineEnd > end) ? end : lineEnd;
			QuoteKind next = code ? QuoteKind.CODE : kindOf(text.substring(lineStart, lineEnd), kind);
			if (kind != null && next != kind) {
				blocks.add(new TextBlock(kind, kind == QuoteKind.TABLE, blockStart, lineStart - 1));
				blockStart = lineStart;
			}
			kind = next;
			lineStart = lineEnd + 1;
		}
		if (kind != null) {
			blocks.add(new TextBlock(kind, kind == QuoteKind.TABLE, blockStart, end));
		}
	}

	private static QuoteKind kindOf(String line, @Nullable QuoteKind before) {
		String words = line.strip();
		if (words.length() > 1 && (words.startsWith("|") || words.endsWith("|"))) {
			return QuoteKind.TABLE;
		}
		boolean goesOn = before == QuoteKind.LIST && !line.isEmpty() && Character.isWhitespace(line.charAt(0));
		return (goesOn || ITEM.matcher(line).matches()) ? QuoteKind.LIST : QuoteKind.PROSE;
	}

	private static boolean isCode(String block) {
		List<String> lines = block.lines().filter((line) -> !ITEM.matcher(line).matches()).toList();
		return lines.stream()
			.filter((line) -> line.length() <= LONGEST_LINE && CODE_LINE.matcher(line).matches())
			.count() * 2 > lines.size();
	}

}

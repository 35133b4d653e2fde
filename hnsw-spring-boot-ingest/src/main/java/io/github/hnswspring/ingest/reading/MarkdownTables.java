package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.node.Node;
import org.commonmark.node.SourceSpan;
import org.jspecify.annotations.Nullable;

/**
 * Tables of Markdown with rows that have more cells than the table has columns. A page
 * shows such a row without them; here they are read, below columns without a name. Called
 * with what was parsed, whose blocks know where they stand. Thread-safe: no state.
 */
final class MarkdownTables {

	/** Cells that a wider table may get at most, for each of its characters. */
	private static final int MOST_FILLED = 4;

	private MarkdownTables() {
	}

	/**
	 * Gives tables the columns that their longest rows need.
	 * @param text what was parsed
	 * @param document what was made of it, with the places of blocks
	 * @return the text, to be parsed once more, or {@code null} if no table needs more
	 */
	static @Nullable String widened(String text, Node document, LeftOuts leftOut) {
		TreeMap<Integer, String> insertions = new TreeMap<>();
		for (Node node = document; node != null; node = next(node)) {
			if (node instanceof TableBlock table) {
				widen(text, table.getSourceSpans(), insertions, leftOut);
			}
		}
		if (insertions.isEmpty()) {
			return null;
		}
		StringBuilder widened = new StringBuilder(text.length());
		int end = 0;
		for (int place : insertions.keySet()) {
			widened.append(text, end, place).append(insertions.get(place));
			end = place;
		}
		return widened.append(text, end, text.length()).toString();
	}

	/** In the order of the text, and without recursion: blocks may lie deep. */
	private static @Nullable Node next(Node node) {
		if (node.getFirstChild() != null && !(node instanceof TableBlock)) {
			return node.getFirstChild();
		}
		Node around = node;
		while (around != null && around.getNext() == null) {
			around = around.getParent();
		}
		return (around != null) ? around.getNext() : null;
	}

	private static void widen(String text, List<SourceSpan> lines, TreeMap<Integer, String> insertions,
			LeftOuts leftOut) {
		if (lines.size() < 3) {
			return;
		}
		List<String> rows = new ArrayList<>();
		long length = 0;
		for (SourceSpan line : lines) {
			String row = text.substring(line.getInputIndex(), line.getInputIndex() + line.getLength()).stripTrailing();
			rows.add(row);
			length += row.length();
		}
		int columns = cells(rows.get(0));
		String longest = rows.get(0);
		int most = columns;
		for (String row : rows.subList(2, rows.size())) {
			int cells = cells(row);
			if (cells > most) {
				most = cells;
				longest = row;
			}
		}
		int more = most - columns;
		if (more <= 0) {
			return;
		}
		if ((long) more * rows.size() > MOST_FILLED * length) {
			leftOut.add("cells of a row", "the row has more cells than the table has columns", longest);
			return;
		}
		String header = rows.get(0);
		String delimiter = rows.get(1);
		insertions.put(lines.get(0).getInputIndex() + header.length(),
				(endsWithBar(header) ? "" : " |") + "  |".repeat(more));
		insertions.put(lines.get(1).getInputIndex() + delimiter.length(),
				endsWithBar(delimiter) ? "---|".repeat(more) : "|---".repeat(more));
	}

	/** As the parser counts them. */
	private static int cells(String row) {
		String text = row.strip();
		int bars = 0;
		for (int i = 0; i < text.length(); i++) {
			if (text.charAt(i) == '\\' && i + 1 < text.length() && text.charAt(i + 1) == '|') {
				i++;
			}
			else if (text.charAt(i) == '|') {
				bars++;
			}
		}
		return bars + 1 - (text.startsWith("|") ? 1 : 0) - (endsWithBar(text) ? 1 : 0);
	}

	private static boolean endsWithBar(String row) {
		return row.endsWith("|") && !row.endsWith("\\|");
	}

}

package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.ingest.reading.Block.Kind;
import org.jsoup.nodes.Element;
import org.jsoup.select.NodeFilter.FilterResult;

/**
 * Reads a table so that each row stays a row. Cells stand between bars, as Markdown has
 * it: the row that names the columns is written once and costs little of a chunk, and a
 * page can show the row again as one.
 */
final class HtmlTable {

	/** A cell with more text is part of a page's layout. */
	private static final int MAX_CELL = 2_000;

	/** Cells that span others are not repeated beyond; those with text are all read. */
	private static final int MAX_COLUMNS = 200;

	private static final int MAX_SPAN = 1_000;

	/** A cell with a heading and more text than this is a part of a page. */
	private static final int MAX_HEADED_CELL = 200;

	private static final int MIN_HEADED_CELLS = 4;

	private static final String HEADING = "h1, h2, h3, h4, h5, h6";

	/** So many there are around one cell that is like a part of a page. Judgments. */
	private static final int MIN_ROWS_AROUND = 4;

	private static final int MIN_CELLS_AROUND = 12;

	/** With more text even one such cell is what the page is about. */
	private static final int MAX_ODD_CELL = 10_000;

	private HtmlTable() {
	}

	/** Whether it is a table and not a way to lay out a page. */
	static boolean isData(Element table) {
		if (table.is("[role=presentation], [role=none]")) {
			return false;
		}
		int nested = nested(table);
		if (nested > 1) {
			return false;
		}
		List<Element> rows = rows(table);
		List<Element> cells = rows.stream().flatMap((row) -> cells(row).stream()).toList();
		boolean headed = table.selectFirst(HEADING) != null;
		if (headed && (cells.size() < MIN_HEADED_CELLS || rows.size() < 2)) {
			return false;
		}
		boolean listing = rows.size() == 1 && table.selectFirst("pre") != null;
		if (cells.size() < 2 || listing) {
			return false;
		}
		List<Element> odd = cells.stream().filter((cell) -> isOdd(cell, headed, nested > 0)).toList();
		return odd.isEmpty() || (odd.size() == 1 && isOneOfMany(odd.get(0), cells.size(), rows.size()));
	}

	/**
	 * How many tables lie in it, 2 for more. Nothing is looked at behind the second one,
	 * so that tables that lie in each other are each looked at twice and not as often as
	 * there are tables around them.
	 */
	private static int nested(Element table) {
		int[] nested = new int[1];
		table.filter((node, depth) -> {
			if (depth > 0 && node instanceof Element element && element.nameIs("table")) {
				nested[0]++;
			}
			return (nested[0] > 1) ? FilterResult.STOP : FilterResult.CONTINUE;
		});
		return nested[0];
	}

	/** Whether it is more likely a part of a page than a cell. */
	private static boolean isOdd(Element cell, boolean headed, boolean nested) {
		int length = HtmlReader.length(cell);
		return length > MAX_CELL || (nested && cell.selectFirst("table") != null)
				|| (headed && length > MAX_HEADED_CELL && cell.selectFirst(HEADING) != null);
	}

	/** One odd cell does not make a layout of many that are none. */
	private static boolean isOneOfMany(Element odd, int cells, int rows) {
		return rows >= MIN_ROWS_AROUND && cells > rows * 2 - 2 && cells >= MIN_CELLS_AROUND
				&& HtmlReader.length(odd) <= MAX_ODD_CELL && span(odd.attr("rowspan"), MAX_SPAN) == 1;
	}

	/** Its own, and not those of a table in a cell. */
	private static List<Element> rows(Element table) {
		return table.select("tr").stream().filter((row) -> row.closest("table") == table).toList();
	}

	private static List<Element> cells(Element row) {
		return row.select("td, th").stream().filter((cell) -> cell.closest("tr") == row).toList();
	}

	static List<Block> read(Element table) {
		List<Block> blocks = new ArrayList<>();
		Element caption = table.selectFirst("> caption");
		if (caption != null && !caption.text().isBlank()) {
			blocks.add(Block.prose(caption.text().strip()));
		}
		List<Element> rows = new ArrayList<>(rows(table));
		while (rows.size() > 1 && isTitle(rows.get(0), rows.get(1))) {
			blocks.add(Block.prose(rows.remove(0).text().strip()));
		}
		int headers = headers(rows);
		List<List<String>> cells = cells(rows, headers);
		StringBuilder text = new StringBuilder();
		if (headers > 0) {
			text.append(TableRow.of(joined(cells.subList(0, headers))));
		}
		for (List<String> row : cells.subList(headers, cells.size())) {
			if (row.stream().allMatch(String::isBlank)) {
				continue;
			}
			text.append(text.isEmpty() ? "" : "\n").append(TableRow.of(row));
		}
		if (!text.isEmpty()) {
			blocks.add(new Block((headers > 0) ? Kind.TABLE : Kind.ROWS, text.toString()));
		}
		return blocks;
	}

	/** Whether a row is one cell across all of them, above others. */
	private static boolean isTitle(Element row, Element next) {
		List<Element> cells = cells(row);
		return cells.size() == 1 && span(cells.get(0).attr("colspan"), MAX_COLUMNS) > 1
				&& span(cells.get(0).attr("rowspan"), MAX_SPAN) == 1 && !row.text().isBlank() && cells(next).size() > 1;
	}

	/** How many rows at the top name the columns. */
	private static int headers(List<Element> rows) {
		int headers = 0;
		for (Element row : rows) {
			boolean inHead = row.parent() != null && row.parent().normalName().equals("thead");
			List<Element> cells = cells(row);
			// The corner above the names of rows is often an empty cell.
			boolean allHeaders = cells.stream().anyMatch((cell) -> cell.nameIs("th"))
					&& cells.stream().allMatch((cell) -> cell.nameIs("th") || cell.text().isBlank());
			boolean blank = row.text().isBlank();
			if (blank && inHead) {
				// Markdown without names of columns: an empty row.
				return 0;
			}
			if (!inHead && !allHeaders) {
				break;
			}
			headers++;
		}
		return (headers == rows.size()) ? 0 : headers;
	}

	/** One row of several that name the columns. */
	private static List<String> joined(List<List<String>> headers) {
		List<String> names = new ArrayList<>();
		for (List<String> row : headers) {
			for (int i = 0; i < row.size(); i++) {
				if (i == names.size()) {
					names.add("");
				}
				String name = row.get(i);
				if (!name.isBlank() && !names.get(i).equals(name)) {
					names.set(i, names.get(i).isEmpty() ? name : names.get(i) + " " + name);
				}
			}
		}
		return names;
	}

	/**
	 * A cell that spans rows stands in each of them, so that each can be quoted alone.
	 * The name of several columns stands in each of these.
	 */
	private static List<List<String>> cells(List<Element> rows, int headers) {
		List<List<String>> cells = new ArrayList<>();
		Map<Integer, int[]> left = new HashMap<>();
		Map<Integer, String> above = new HashMap<>();
		for (Element row : rows) {
			List<String> texts = new ArrayList<>();
			for (Element cell : cells(row)) {
				addFromAbove(texts, left, above);
				String text = HtmlReader.cellText(cell);
				int columns = span(cell.attr("colspan"), MAX_COLUMNS);
				int height = span(cell.attr("rowspan"), MAX_SPAN);
				boolean name = cells.size() < headers;
				for (int i = 0; i < columns && (i == 0 || texts.size() < MAX_COLUMNS); i++) {
					String part = (i == 0 || name) ? text : "";
					if (height > 1 && texts.size() < MAX_COLUMNS) {
						left.put(texts.size(), new int[] { height - 1 });
						above.put(texts.size(), part);
					}
					texts.add(part);
				}
			}
			addFromAbove(texts, left, above);
			cells.add(texts);
		}
		return cells;
	}

	private static void addFromAbove(List<String> texts, Map<Integer, int[]> left, Map<Integer, String> above) {
		int[] rows = left.get(texts.size());
		while (rows != null && rows[0] > 0) {
			rows[0]--;
			texts.add(above.getOrDefault(texts.size(), ""));
			rows = left.get(texts.size());
		}
	}

	private static int span(String value, int most) {
		return value.matches("[1-9]\\d{0,5}") ? Math.min(Integer.parseInt(value), most) : 1;
	}

}

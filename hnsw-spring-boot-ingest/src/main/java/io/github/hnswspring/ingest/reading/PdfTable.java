package io.github.hnswspring.ingest.reading;

import java.util.List;

/**
 * Tells the rows of a table from lines of text, by where their cells begin. No state.
 */
final class PdfTable {

	private PdfTable() {
	}

	/** Where the table that begins in a row ends; that row if there is none. */
	static int end(List<List<PdfLine>> rows, int from) {
		int end = from;
		int head = from;
		while (end < rows.size()) {
			if (end == from || !isMoreOf(rows.get(head), rows.get(end - 1), rows.get(end))) {
				if (!isTableRow(rows, end)) {
					break;
				}
				head = end;
			}
			end++;
		}
		return end;
	}

	/** A row whose second cell, or a later one, begins where one of a neighbour does. */
	private static boolean isTableRow(List<List<PdfLine>> rows, int index) {
		return (index > 0 && haveCommonCell(rows.get(index), rows.get(index - 1)))
				|| (index + 1 < rows.size() && haveCommonCell(rows.get(index), rows.get(index + 1)));
	}

	private static boolean haveCommonCell(List<PdfLine> row, List<PdfLine> neighbour) {
		return row.stream().skip(1).anyMatch((cell) -> neighbour.stream().skip(1).anyMatch(cell::beginsLike));
	}

	/** Whether a row only continues cells of the one that began above it. */
	static boolean isMoreOf(List<PdfLine> head, List<PdfLine> above, List<PdfLine> row) {
		PdfLine first = row.get(0);
		return !first.beginsLike(head.get(0)) && first.baseline() - above.get(0).baseline() < 1.7f * first.size()
				&& row.stream().allMatch((piece) -> head.stream().skip(1).anyMatch(piece::beginsLike));
	}

}

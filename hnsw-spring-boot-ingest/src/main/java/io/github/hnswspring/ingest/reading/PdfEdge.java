package io.github.hnswspring.ingest.reading;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

import org.apache.pdfbox.text.TextPosition;

/**
 * A line at the top or the bottom of a page, apart from the text: it may be a running
 * header or footer.
 *
 * @param text the characters of the line, blanks left out
 * @param pieces the same for each stretch between wide gaps
 * @param place how far down the page it stands, in points
 */
record PdfEdge(String text, List<String> pieces, int place) {

	/** More lines are no header. */
	private static final int MAX_LINES = 3;

	/** How far the text is from a header, in units of the font's size. */
	private static final float APART = 1.8f;

	/** Headers are not larger than the text; headings are. */
	private static final float LARGER = 1.15f;

	/** The edges of a page, given the upright glyphs on it. */
	static List<PdfEdge> of(List<TextPosition> glyphs, float minGap, float wordGaps) {
		List<List<PdfLine>> rows = PdfLine.rows(
				PdfLine.segments(glyphs, minGap, wordGaps).stream().filter((line) -> !line.text().isEmpty()).toList());
		if (rows.size() < 2) {
			return List.of();
		}
		List<Float> sizes = rows.stream().map((row) -> row.get(0).size()).sorted().toList();
		float usual = sizes.get(sizes.size() / 2);
		List<PdfEdge> edges = new ArrayList<>();
		int top = linesApart(rows, 0, 1);
		int bottom = linesApart(rows, rows.size() - 1, -1);
		for (int i = 0; i < rows.size() && top + bottom < rows.size(); i++) {
			if ((i < top || i >= rows.size() - bottom) && rows.get(i).get(0).size() <= LARGER * usual) {
				edges.add(of(rows.get(i)));
			}
		}
		return edges;
	}

	/** How many lines from an edge on lie apart from the others. */
	private static int linesApart(List<List<PdfLine>> rows, int from, int step) {
		for (int lines = 1; lines <= MAX_LINES && lines < rows.size(); lines++) {
			PdfLine line = rows.get(from + step * (lines - 1)).get(0);
			PdfLine next = rows.get(from + step * lines).get(0);
			if (Math.abs(next.baseline() - line.baseline()) >= APART * Math.max(line.size(), next.size())) {
				return lines;
			}
		}
		return 0;
	}

	private static PdfEdge of(List<PdfLine> row) {
		return new PdfEdge(normal(PdfLine.join(row).text()), row.stream().map((line) -> normal(line.text())).toList(),
				Math.round(row.get(0).baseline()));
	}

	/** Characters as they are compared: without blanks, and ligatures as letters. */
	static String normal(String text) {
		return Normalizer.normalize(text, Normalizer.Form.NFKC).replaceAll("\\s+", "");
	}

}

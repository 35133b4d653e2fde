package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.apache.pdfbox.text.TextPosition;

/**
 * Takes a page apart into regions in reading order, from nothing but the places of its
 * glyphs. A region is text that is read from edge to edge; columns are regions of their
 * own, the left one first, and what reaches across them (a headline, a wide figure's
 * caption) divides them into an upper and a lower part.
 * <p>
 * A gap that runs down the page does not make columns: the cells of a table have one
 * between them, too. What tells columns of prose is that their lines are full: the next
 * line's first word would not have fitted any more.
 */
final class PdfLayout {

	/** A gap is at least this wide, in units of the font's size. */
	static final float MIN_GAP = 0.8f;

	/** And wider than the usual space between words, which may be stretched. */
	static final float WORD_GAPS = 1.8f;

	/** Columns have at least this many lines beside each other. */
	private static final int MIN_LINES = 3;

	/** A shorter piece beside another is a line that happens to have a gap there. */
	private static final int MIN_PIECE_LINES = 2;

	/** Baselines that differ by less are the same, in units of the font's size. */
	private static final float SAME_BASELINE = 0.12f;

	/** Baselines this far apart have nothing to do with each other. */
	private static final float EMPTY_STRIP = 5;

	/** How much farther apart rows of cells are than the lines in them. */
	private static final float ROW_GAP = 1.4f;

	/** Rows of cells, rather than paragraphs that happen to begin beside each other. */
	private static final int MIN_CELL_ROWS = 3;

	/** Bounds the work on a page made to be hard. */
	private static final int MAX_CANDIDATES = 32;

	private static final int MAX_DEPTH = 8;

	/**
	 * Text that is read from edge to edge, or one row of a table.
	 *
	 * @param parts the glyphs, those of a row cell by cell
	 * @param row whether it is a row, and so one line
	 */
	record Region(List<List<TextPosition>> parts, boolean row) {
	}

	/** A place where columns may be divided. */
	private record Gutter(float left, float right) {

		float center() {
			return (this.left + this.right) / 2;
		}

		float width() {
			return this.right - this.left;
		}

	}

	/** Rows that belong together: read as they are, or as two columns. */
	private record Band(List<PdfLine> left, List<PdfLine> right, List<PdfLine> full) {

		boolean isColumns() {
			return this.full.isEmpty();
		}

	}

	private final List<Region> regions = new ArrayList<>();

	private PdfLayout() {
	}

	/**
	 * Finds the regions of a page.
	 * @param page all glyphs of a page
	 * @return regions in reading order that hold every glyph once
	 */
	static List<Region> regions(List<TextPosition> page) {
		PdfLayout layout = new PdfLayout();
		Map<Float, List<TextPosition>> directions = new HashMap<>();
		List<TextPosition> nowhere = new ArrayList<>();
		for (TextPosition glyph : page) {
			boolean somewhere = Float.isFinite(glyph.getXDirAdj()) && Float.isFinite(glyph.getYDirAdj())
					&& Float.isFinite(glyph.getWidthDirAdj());
			(somewhere ? directions.computeIfAbsent(glyph.getDir(), (any) -> new ArrayList<>()) : nowhere).add(glyph);
		}
		// Text along the edge of a page comes after the text of the page.
		directions.values()
			.stream()
			.sorted(Comparator.comparingInt((List<TextPosition> glyphs) -> glyphs.size()).reversed())
			.forEach((glyphs) -> layout.add(PdfLine.segments(glyphs, MIN_GAP, WORD_GAPS), 0));
		if (!nowhere.isEmpty()) {
			layout.regions.add(new Region(List.of(nowhere), false));
		}
		return layout.regions;
	}

	/** Adds what lies between wide empty strips, one after the other. */
	private void add(List<PdfLine> segments, int depth) {
		List<PdfLine> part = new ArrayList<>();
		float above = Float.NaN;
		for (List<PdfLine> row : PdfLine.rows(segments)) {
			PdfLine line = row.get(0);
			if (line.baseline() - above > EMPTY_STRIP * line.size()) {
				addPart(part, depth);
				part = new ArrayList<>();
			}
			part.addAll(row);
			above = line.baseline();
		}
		addPart(part, depth);
	}

	private void addPart(List<PdfLine> segments, int depth) {
		List<Band> bands = (depth < MAX_DEPTH) ? bands(segments) : List.of();
		if (bands.isEmpty()) {
			addRows(segments);
			return;
		}
		for (Band band : bands) {
			if (band.isColumns()) {
				add(band.left(), depth + 1);
				add(band.right(), depth + 1);
			}
			else {
				add(band.full(), depth + 1);
			}
		}
	}

	/** The page, divided at the gutter with the most lines beside it; empty if none. */
	private static List<Band> bands(List<PdfLine> segments) {
		List<Band> best = List.of();
		int most = 0;
		for (Gutter gutter : gutters(segments)) {
			List<Band> bands = bands(segments, gutter.center());
			int lines = linesBeside(bands);
			if (lines > most && areColumns(bands)) {
				best = bands;
				most = lines;
			}
		}
		return best;
	}

	/** Where fewer segments lie than to the left and to the right, the widest first. */
	private static List<Gutter> gutters(List<PdfLine> segments) {
		TreeMap<Float, Integer> edges = new TreeMap<>();
		float size = 0;
		for (PdfLine segment : segments) {
			edges.merge(segment.left(), 1, Integer::sum);
			edges.merge(segment.right(), -1, Integer::sum);
			size += segment.size();
		}
		float minWidth = 0.6f * size / Math.max(segments.size(), 1);
		List<Gutter> gutters = new ArrayList<>();
		boolean fewer = false;
		float since = 0;
		for (Map.Entry<Float, Integer> edge : edges.entrySet()) {
			if (fewer && edge.getValue() > 0 && edge.getKey() - since >= minWidth) {
				gutters.add(new Gutter(since, edge.getKey()));
			}
			if (edge.getValue() != 0) {
				fewer = edge.getValue() < 0;
				since = edge.getKey();
			}
		}
		gutters.sort(Comparator.comparingDouble(Gutter::width).reversed());
		return gutters.subList(0, Math.min(gutters.size(), MAX_CANDIDATES));
	}

	private static List<Band> bands(List<PdfLine> segments, float gutter) {
		List<Band> bands = new ArrayList<>();
		List<PdfLine> left = new ArrayList<>();
		List<PdfLine> right = new ArrayList<>();
		List<List<PdfLine>> rows = PdfLine.rows(segments);
		for (List<PdfLine> row : rows) {
			boolean atEdge = row == rows.get(0) || row == rows.get(rows.size() - 1);
			if (reachesAcross(row, gutter) || (atEdge && isRunningHead(row, gutter))) {
				addColumns(bands, left, right);
				left = new ArrayList<>();
				right = new ArrayList<>();
				addFull(bands, row);
				continue;
			}
			for (PdfLine segment : row) {
				((segment.right() <= gutter) ? left : right).add(segment);
			}
		}
		addColumns(bands, left, right);
		return bands;
	}

	private static boolean reachesAcross(List<PdfLine> row, float gutter) {
		return row.stream().anyMatch((segment) -> segment.left() < gutter && segment.right() > gutter);
	}

	/** Words at one edge of the page and its number at the other. */
	private static boolean isRunningHead(List<PdfLine> row, float gutter) {
		PdfLine first = row.get(0);
		PdfLine last = row.get(row.size() - 1);
		return first.right() <= gutter && last.left() >= gutter && (first.isPageNumber() || last.isPageNumber());
	}

	private static void addColumns(List<Band> bands, List<PdfLine> left, List<PdfLine> right) {
		if (PdfLine.rows(left).size() >= MIN_PIECE_LINES && PdfLine.rows(right).size() >= MIN_PIECE_LINES) {
			bands.add(new Band(left, right, List.of()));
			return;
		}
		List<PdfLine> row = new ArrayList<>(left);
		row.addAll(right);
		addFull(bands, row);
	}

	private static void addFull(List<Band> bands, List<PdfLine> row) {
		if (row.isEmpty()) {
			return;
		}
		if (bands.isEmpty() || bands.get(bands.size() - 1).isColumns()) {
			bands.add(new Band(List.of(), List.of(), new ArrayList<>()));
		}
		bands.get(bands.size() - 1).full().addAll(row);
	}

	private static int linesBeside(List<Band> bands) {
		return bands.stream()
			.filter(Band::isColumns)
			.mapToInt((band) -> Math.min(PdfLine.rows(band.left()).size(), PdfLine.rows(band.right()).size()))
			.sum();
	}

	private static boolean areColumns(List<Band> bands) {
		List<PdfLine> left = bands.stream().flatMap((band) -> band.left().stream()).toList();
		List<PdfLine> right = bands.stream().flatMap((band) -> band.right().stream()).toList();
		if (linesBeside(bands) < MIN_LINES || bands.stream().anyMatch(PdfLayout::areRowsOfCells)) {
			return false;
		}
		// Of several columns on one side, the one beside the gutter is looked at.
		boolean proseLeft = isProse(left, true);
		boolean proseRight = isProse(right, false);
		return (proseLeft && proseRight) || ((proseLeft || proseRight) && !haveCommonBaselines(left, right));
	}

	/** Whether the gaps in one column are beside those in the other, every time. */
	private static boolean areRowsOfCells(Band band) {
		List<Float> left = PdfLine.rows(band.left()).stream().map((row) -> row.get(0).baseline()).toList();
		List<Float> right = PdfLine.rows(band.right()).stream().map((row) -> row.get(0).baseline()).toList();
		List<Float> both = Stream.concat(left.stream(), right.stream()).sorted().toList();
		if (both.size() < MIN_CELL_ROWS) {
			return false;
		}
		float leading = Math.min(leading(left), leading(right));
		int gaps = gaps(both, leading);
		return gaps >= MIN_CELL_ROWS - 1 && gaps(left, leading) == gaps && gaps(right, leading) == gaps
				&& left.size() + right.size() > 2 * (gaps + 1);
	}

	private static float leading(List<Float> baselines) {
		float leading = Float.MAX_VALUE;
		for (int i = 1; i < baselines.size(); i++) {
			leading = Math.min(leading, baselines.get(i) - baselines.get(i - 1));
		}
		return leading;
	}

	private static int gaps(List<Float> baselines, float leading) {
		int gaps = 0;
		for (int i = 1; i < baselines.size(); i++) {
			gaps += (baselines.get(i) - baselines.get(i - 1) > ROW_GAP * leading) ? 1 : 0;
		}
		return gaps;
	}

	private static boolean isProse(List<PdfLine> segments, boolean last) {
		List<List<PdfLine>> rows = PdfLine.rows(segments);
		return PdfLine.areProse(rows.stream().map((row) -> row.get(last ? row.size() - 1 : 0)).toList())
				|| PdfLine.areProse(rows.stream().map(PdfLine::join).toList());
	}

	/** Whether each line stands beside one, as the cells of a row do. */
	private static boolean haveCommonBaselines(List<PdfLine> left, List<PdfLine> right) {
		List<List<PdfLine>> fewer = PdfLine.rows(left);
		List<List<PdfLine>> more = PdfLine.rows(right);
		if (fewer.size() > more.size()) {
			List<List<PdfLine>> swap = fewer;
			fewer = more;
			more = swap;
		}
		List<PdfLine> others = more.stream().flatMap(List::stream).toList();
		long common = fewer.stream()
			.map((row) -> row.get(0))
			.filter((line) -> others.stream()
				.anyMatch((other) -> Math.abs(other.baseline() - line.baseline()) <= SAME_BASELINE * line.size()))
			.count();
		return common * 2 >= fewer.size();
	}

	/** Adds text that is read from edge to edge, its tables apart from the rest. */
	private void addRows(List<PdfLine> segments) {
		List<List<PdfLine>> rows = PdfLine.rows(segments);
		List<PdfLine> text = new ArrayList<>();
		int from = 0;
		while (from < rows.size()) {
			int to = PdfTable.end(rows, from);
			List<List<PdfLine>> part = rows.subList(from, Math.max(to, from + 1));
			// Two lines of justified text may have a wide gap at the same place.
			if (to > from && (part.size() > 2 || !PdfLine.areProse(part.stream().map(PdfLine::join).toList()))) {
				addText(text);
				text = new ArrayList<>();
				addTable(part);
			}
			else {
				part.forEach(text::addAll);
			}
			from += part.size();
		}
		addText(text);
	}

	private void addText(List<PdfLine> lines) {
		if (!lines.isEmpty()) {
			this.regions.add(new Region(List.of(glyphs(lines)), false));
		}
	}

	/** Adds each row of a table, cell by cell, however many lines its cells have. */
	private void addTable(List<List<PdfLine>> rows) {
		int from = 0;
		while (from < rows.size()) {
			List<PdfLine> head = rows.get(from);
			List<List<PdfLine>> cells = new ArrayList<>();
			head.forEach((cell) -> cells.add(new ArrayList<>(List.of(cell))));
			int to = from + 1;
			while (to < rows.size() && PdfTable.isMoreOf(head, rows.get(to - 1), rows.get(to))) {
				for (PdfLine piece : rows.get(to)) {
					for (int cell = 1; cell < cells.size(); cell++) {
						if (piece.beginsLike(head.get(cell))) {
							cells.get(cell).add(piece);
						}
					}
				}
				to++;
			}
			this.regions.add(new Region(cells.stream().map(PdfLayout::glyphs).toList(), true));
			from = to;
		}
	}

	private static List<TextPosition> glyphs(List<PdfLine> lines) {
		List<TextPosition> glyphs = new ArrayList<>();
		lines.forEach((line) -> glyphs.addAll(line.glyphs()));
		return glyphs;
	}

}

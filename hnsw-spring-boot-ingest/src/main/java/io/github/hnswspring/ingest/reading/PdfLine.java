package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

import org.apache.pdfbox.text.TextPosition;

/**
 * A stretch of glyphs on one baseline, as far as the next wide gap. Lengths are in points
 * of the page as it is read, downwards and to the right.
 *
 * @param glyphs in the order they are read, blanks included
 * @param left where the first one begins
 * @param right where the last one ends
 * @param baseline how far down it stands
 * @param size of the font
 * @param firstWord how wide the first word is
 * @param text the characters, blanks left out
 */
record PdfLine(List<TextPosition> glyphs, float left, float right, float baseline, float size, float firstWord,
		String text) {

	/** Glyphs whose baselines differ by less stand in one row, superscripts included. */
	private static final float SAME_ROW = 0.45f;

	/** A gap that parts words where no blank is written, in units of the font's size. */
	private static final float WORD_GAP = 0.15f;

	/** Prose has lines of at least so many characters. */
	private static final int MIN_CHARACTERS = 14;

	/** How many of the lines that do not end a sentence must be full. */
	private static final double FULL_LINES = 0.6;

	/** How many of the lines after those must begin within a sentence. */
	private static final double WITHIN_SENTENCE = 0.25;

	private static final Pattern PAGE_NUMBER = Pattern.compile(
			"(?:page|seite|p\\.|s\\.)?[-–(]?(?:\\d{1,4}|[ivxlc]{1,6})[-–)]?(?:(?:/|of|von)\\d{1,4})?",
			Pattern.CASE_INSENSITIVE);

	private static final String SENTENCE_END = ".!?:;…”\"»)";

	/**
	 * Cuts glyphs into lines at wide gaps.
	 * @param glyphs of one writing direction
	 * @param minGap how wide a gap is at least, in units of the font's size
	 * @param wordGaps how many times the usual gap between words it is at least
	 * @return from top to bottom, and from left to right
	 */
	static List<PdfLine> segments(List<TextPosition> glyphs, float minGap, float wordGaps) {
		List<List<TextPosition>> rows = glyphRows(glyphs);
		float usual = usualWordGap(rows);
		List<PdfLine> segments = new ArrayList<>();
		for (List<TextPosition> row : rows) {
			List<TextPosition> segment = new ArrayList<>();
			float right = Float.NaN;
			for (TextPosition glyph : row) {
				float gap = glyph.getXDirAdj() - right;
				if (!isBlank(glyph)) {
					if (gap >= minGap * size(glyph) && gap >= wordGaps * usual) {
						segments.add(of(segment));
						segment = new ArrayList<>();
						right = Float.NaN;
					}
					right = Float.isNaN(right) ? right(glyph) : Math.max(right, right(glyph));
				}
				segment.add(glyph);
			}
			segments.add(of(segment));
		}
		return segments;
	}

	private static List<List<TextPosition>> glyphRows(List<TextPosition> glyphs) {
		List<TextPosition> sorted = new ArrayList<>(glyphs);
		sorted.sort(Comparator.comparingDouble(TextPosition::getYDirAdj));
		List<List<TextPosition>> rows = new ArrayList<>();
		List<TextPosition> row = List.of();
		for (TextPosition glyph : sorted) {
			if (row.isEmpty() || glyph.getYDirAdj() - row.get(0).getYDirAdj() > SAME_ROW * size(glyph)) {
				row = new ArrayList<>();
				rows.add(row);
			}
			row.add(glyph);
		}
		rows.forEach((one) -> one.sort(Comparator.comparingDouble(TextPosition::getXDirAdj)));
		return rows;
	}

	/** The median, as a length. */
	private static float usualWordGap(List<List<TextPosition>> rows) {
		List<Float> gaps = new ArrayList<>();
		for (List<TextPosition> row : rows) {
			float right = Float.NaN;
			for (TextPosition glyph : row) {
				if (isBlank(glyph)) {
					continue;
				}
				float gap = glyph.getXDirAdj() - right;
				if (gap > WORD_GAP * size(glyph)) {
					gaps.add(gap);
				}
				right = right(glyph);
			}
		}
		gaps.sort(Comparator.naturalOrder());
		return gaps.isEmpty() ? 0 : gaps.get(gaps.size() / 2);
	}

	private static PdfLine of(List<TextPosition> glyphs) {
		List<TextPosition> visible = glyphs.stream().filter((glyph) -> !isBlank(glyph)).toList();
		if (visible.isEmpty()) {
			TextPosition blank = glyphs.get(0);
			return new PdfLine(glyphs, blank.getXDirAdj(), blank.getXDirAdj(), blank.getYDirAdj(), size(blank), 0, "");
		}
		StringBuilder text = new StringBuilder();
		float left = visible.get(0).getXDirAdj();
		float right = left;
		float firstWord = Float.NaN;
		float size = 0;
		for (TextPosition glyph : visible) {
			if (Float.isNaN(firstWord) && glyph.getXDirAdj() - right > WORD_GAP * size(glyph)) {
				firstWord = right - left;
			}
			right = Math.max(right, right(glyph));
			size = Math.max(size, size(glyph));
			text.append(glyph.getUnicode());
		}
		return new PdfLine(glyphs, left, right, visible.get(0).getYDirAdj(), size,
				Float.isNaN(firstWord) ? right - left : firstWord, text.toString());
	}

	/** The lines from top to bottom, those that stand beside each other together. */
	static List<List<PdfLine>> rows(List<PdfLine> lines) {
		List<PdfLine> sorted = new ArrayList<>(lines);
		sorted.sort(Comparator.comparingDouble(PdfLine::baseline));
		List<List<PdfLine>> rows = new ArrayList<>();
		List<PdfLine> row = List.of();
		for (PdfLine line : sorted) {
			if (row.isEmpty() || line.baseline() - row.get(0).baseline() > SAME_ROW * line.size()) {
				row = new ArrayList<>();
				rows.add(row);
			}
			row.add(line);
		}
		rows.forEach((one) -> one.sort(Comparator.comparingDouble(PdfLine::left)));
		return rows;
	}

	/** A row as one line, whatever gaps it has. */
	static PdfLine join(List<PdfLine> row) {
		PdfLine first = row.get(0);
		StringBuilder text = new StringBuilder();
		float right = first.right();
		List<TextPosition> glyphs = new ArrayList<>();
		for (PdfLine line : row) {
			glyphs.addAll(line.glyphs());
			text.append(line.text());
			right = Math.max(right, line.right());
		}
		return new PdfLine(glyphs, first.left(), right, first.baseline(), first.size(), first.firstWord(),
				text.toString());
	}

	/**
	 * Whether lines are those of sentences that were wrapped: the first word of the next
	 * line would not have fitted any more, and that line goes on within a sentence.
	 * @param lines from top to bottom
	 */
	static boolean areProse(List<PdfLine> lines) {
		double edge = lines.stream().mapToDouble(PdfLine::right).max().orElse(0);
		int wrapped = 0;
		int full = 0;
		int within = 0;
		for (int i = 1; i < lines.size(); i++) {
			PdfLine line = lines.get(i - 1);
			PdfLine next = lines.get(i);
			if (line.endsSentence() || next.baseline() - line.baseline() > 2.2f * line.size()) {
				continue;
			}
			wrapped++;
			if (line.right() + (WORD_GAP + 0.2) * line.size() + next.firstWord() > edge) {
				full++;
				within += next.beginsWithinSentence() ? 1 : 0;
			}
		}
		int characters = lines.stream().mapToInt((line) -> line.text().length()).sum();
		return characters >= MIN_CHARACTERS * lines.size() && full > 0 && full >= FULL_LINES * wrapped
				&& within >= WITHIN_SENTENCE * full;
	}

	boolean endsSentence() {
		return !this.text.isEmpty() && SENTENCE_END.indexOf(this.text.charAt(this.text.length() - 1)) >= 0;
	}

	boolean beginsWithinSentence() {
		return !this.text.isEmpty() && !Character.isUpperCase(this.text.codePointAt(0))
				&& Character.isLetter(this.text.codePointAt(0));
	}

	boolean isPageNumber() {
		return isPageNumber(this.text);
	}

	static boolean isPageNumber(String text) {
		return PAGE_NUMBER.matcher(text).matches();
	}

	boolean beginsLike(PdfLine other) {
		return Math.abs(this.left - other.left) < 0.3f * this.size;
	}

	private static float right(TextPosition glyph) {
		return glyph.getXDirAdj() + Math.max(glyph.getWidthDirAdj(), 0);
	}

	private static float size(TextPosition glyph) {
		float size = Math.abs(glyph.getYScale());
		return (Float.isFinite(size) && size > 0) ? size : 1;
	}

	static boolean isBlank(TextPosition glyph) {
		String text = glyph.getUnicode();
		return text == null || text.isBlank();
	}

}

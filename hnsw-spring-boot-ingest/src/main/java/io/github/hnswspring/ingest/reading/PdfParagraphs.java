package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import org.apache.pdfbox.text.TextPosition;

/**
 * Finds the gaps between lines that part paragraphs. A gap does so where it is clearly
 * wider than the usual one of the text around it, whatever font the text is set in and
 * however far apart its lines are. No state.
 * <p>
 * What is usual is told by lines that were wrapped: the next line's first word would not
 * have fitted any more. Short lines below each other say nothing about it.
 */
final class PdfParagraphs {

	/** How much wider than the usual gap one between paragraphs is. */
	private static final float WIDER = 1.3f;

	/** The usual gap where no line was wrapped, in units of the font's size. */
	private static final float USUAL = 1.15f;

	/** Lines farther apart than this are no text that was wrapped. */
	private static final float WIDEST = 3.2f;

	/** So many lines that were wrapped tell what is usual, or one within a sentence. */
	private static final int MIN_WRAPPED = 3;

	private static final float WORD_GAP = 0.35f;

	private PdfParagraphs() {
	}

	/**
	 * Finds where paragraphs end.
	 * @param glyphs of text that is read from edge to edge
	 * @return those of the lines after which a wide gap follows; compared by identity
	 */
	static Set<TextPosition> lastLines(List<TextPosition> glyphs) {
		Set<TextPosition> last = Collections.newSetFromMap(new IdentityHashMap<>());
		List<PdfLine> lines = PdfLine.segments(glyphs, Float.MAX_VALUE, 0);
		List<Float> baselines = lines.stream().map(PdfParagraphs::baseline).toList();
		float usual = usual(lines, baselines);
		for (int i = 1; i < lines.size(); i++) {
			// Beside a heading, the text's own size says what is usual.
			float size = Math.min(lines.get(i - 1).size(), lines.get(i).size());
			if (baselines.get(i) - baselines.get(i - 1) > WIDER * usual * size) {
				last.addAll(lines.get(i - 1).glyphs());
			}
		}
		return last;
	}

	/** The median of the gaps below wrapped lines, in units of the font's size. */
	private static float usual(List<PdfLine> lines, List<Float> baselines) {
		double edge = lines.stream().mapToDouble(PdfLine::right).max().orElse(0);
		List<Float> gaps = new ArrayList<>();
		boolean certain = false;
		for (int i = 1; i < lines.size(); i++) {
			PdfLine line = lines.get(i - 1);
			PdfLine next = lines.get(i);
			float size = Math.max(line.size(), next.size());
			float gap = (baselines.get(i) - baselines.get(i - 1)) / size;
			boolean wrapped = line.right() + WORD_GAP * size + next.firstWord() > edge && !line.endsSentence();
			if (wrapped && gap > 0 && gap < WIDEST) {
				gaps.add(gap);
				certain |= next.beginsWithinSentence();
			}
		}
		if (!certain && gaps.size() < MIN_WRAPPED) {
			return USUAL;
		}
		gaps.sort(null);
		return Math.max(USUAL, gaps.get((gaps.size() - 1) / 2));
	}

	/** The one most glyphs stand on: the first may be raised. */
	private static float baseline(PdfLine line) {
		List<Float> baselines = line.glyphs().stream().map(TextPosition::getYDirAdj).sorted().toList();
		return baselines.get(baselines.size() / 2);
	}

}

package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.List;

import org.apache.pdfbox.text.TextPosition;
import org.apache.pdfbox.util.Matrix;

/**
 * Text that runs neither along nor up a page: a watermark, or the words at a chart.
 *
 * @param text the words
 * @param size of the font, in points
 * @param over whether it lies across other text
 */
record PdfSlanted(String text, float size, boolean over) {

	/** In degrees; scans are crooked by less. */
	private static final double MIN_ANGLE = 5;

	/** A larger step is one to other words, in units of the font's size. */
	private static final double WORD = 1.3;

	private static final double LINE = 3;

	/** Small capitals are of one word with others. */
	private static final double OTHER_SIZE = 0.4;

	/** How high letters are, in units of the font's size. */
	private static final double HEIGHT = 0.7;

	/** Fewer may touch by chance. */
	private static final int MIN_ACROSS = 3;

	/** Bounds the work on a page made to be hard, whose text stays. */
	private static final long MAX_COMPARED = 20_000_000;

	/** Whether a glyph runs neither along nor up the page. */
	static boolean isSlanted(TextPosition glyph) {
		double angle = Math.abs(angle(glyph)) % 90;
		return Math.min(angle, 90 - angle) > MIN_ANGLE;
	}

	/**
	 * The stretches of text that such glyphs make, in the order they are drawn.
	 * @param glyphs the slanted ones of a page
	 * @param others the other ones
	 */
	static List<PdfSlanted> of(List<TextPosition> glyphs, List<TextPosition> others) {
		List<TextPosition> compared = ((long) glyphs.size() * others.size() > MAX_COMPARED) ? List.of() : others;
		List<PdfSlanted> texts = new ArrayList<>();
		StringBuilder text = new StringBuilder();
		List<TextPosition> stretch = new ArrayList<>();
		TextPosition former = null;
		for (TextPosition glyph : glyphs) {
			double step = (former == null) ? 0 : distance(former, glyph) / size(glyph);
			if (former != null && (step > LINE || Math.abs(angle(former) - angle(glyph)) > 1
					|| Math.abs(size(former) - size(glyph)) > OTHER_SIZE * size(former))) {
				add(texts, text, stretch, compared);
			}
			else if (step > WORD) {
				text.append(' ');
			}
			text.append(glyph.getUnicode());
			stretch.add(glyph);
			former = glyph;
		}
		add(texts, text, stretch, compared);
		return texts;
	}

	private static void add(List<PdfSlanted> texts, StringBuilder text, List<TextPosition> glyphs,
			List<TextPosition> others) {
		String words = text.toString().replaceAll("\\s+", " ").strip();
		if (!words.isEmpty()) {
			texts.add(new PdfSlanted(words, (float) size(glyphs.get(glyphs.size() - 1)), areOver(glyphs, others)));
		}
		text.setLength(0);
		glyphs.clear();
	}

	private static boolean areOver(List<TextPosition> glyphs, List<TextPosition> others) {
		return others.stream()
			.filter((other) -> !PdfLine.isBlank(other) && glyphs.stream()
				.anyMatch((glyph) -> !PdfLine.isBlank(glyph) && (isInside(glyph, other) || isInside(other, glyph))))
			.limit(MIN_ACROSS)
			.count() == MIN_ACROSS;
	}

	/** Whether the middle of a glyph is in the box of another, however that is turned. */
	private static boolean isInside(TextPosition glyph, TextPosition box) {
		Matrix matrix = box.getTextMatrix();
		double x = (middleX(glyph) - matrix.getTranslateX()) / size(box);
		double y = (middleY(glyph) - matrix.getTranslateY()) / size(box);
		double right = matrix.getScaleX() / size(box);
		double up = matrix.getShearY() / size(box);
		double along = x * right + y * up;
		double above = y * right - x * up;
		return along >= 0 && along * size(box) <= width(box) && above >= 0 && above <= HEIGHT;
	}

	private static double middleX(TextPosition glyph) {
		Matrix matrix = glyph.getTextMatrix();
		return (matrix.getTranslateX() + glyph.getEndX() - HEIGHT * matrix.getShearY()) / 2;
	}

	private static double middleY(TextPosition glyph) {
		Matrix matrix = glyph.getTextMatrix();
		return (matrix.getTranslateY() + glyph.getEndY() + HEIGHT * matrix.getScaleX()) / 2;
	}

	private static double width(TextPosition glyph) {
		Matrix matrix = glyph.getTextMatrix();
		return Math.hypot(glyph.getEndX() - matrix.getTranslateX(), glyph.getEndY() - matrix.getTranslateY());
	}

	private static double angle(TextPosition glyph) {
		Matrix matrix = glyph.getTextMatrix();
		return Math.toDegrees(Math.atan2(matrix.getShearY(), matrix.getScaleX()));
	}

	private static double size(TextPosition glyph) {
		Matrix matrix = glyph.getTextMatrix();
		return Math.max(Math.hypot(matrix.getShearY(), matrix.getScaleX()), 0.1);
	}

	private static double distance(TextPosition from, TextPosition to) {
		return Math.hypot(to.getTextMatrix().getTranslateX() - from.getTextMatrix().getTranslateX(),
				to.getTextMatrix().getTranslateY() - from.getTextMatrix().getTranslateY());
	}

}

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
 */
record PdfSlanted(String text, float size) {

	/** In degrees; scans are crooked by less. */
	private static final double MIN_ANGLE = 5;

	/** A larger step is one to other words, in units of the font's size. */
	private static final double WORD = 1.3;

	private static final double LINE = 3;

	/** Whether a glyph runs neither along nor up the page. */
	static boolean isSlanted(TextPosition glyph) {
		double angle = Math.abs(angle(glyph)) % 90;
		return Math.min(angle, 90 - angle) > MIN_ANGLE;
	}

	/** The stretches of text that such glyphs make, in the order they are drawn. */
	static List<PdfSlanted> of(List<TextPosition> glyphs) {
		List<PdfSlanted> texts = new ArrayList<>();
		StringBuilder text = new StringBuilder();
		TextPosition former = null;
		for (TextPosition glyph : glyphs) {
			double step = (former == null) ? 0 : distance(former, glyph) / size(glyph);
			if (former != null && (step > LINE || Math.abs(angle(former) - angle(glyph)) > 1)) {
				add(texts, text, former);
			}
			else if (step > WORD) {
				text.append(' ');
			}
			text.append(glyph.getUnicode());
			former = glyph;
		}
		if (former != null) {
			add(texts, text, former);
		}
		return texts;
	}

	private static void add(List<PdfSlanted> texts, StringBuilder text, TextPosition last) {
		String words = text.toString().replaceAll("\\s+", " ").strip();
		if (!words.isEmpty()) {
			texts.add(new PdfSlanted(words, (float) size(last)));
		}
		text.setLength(0);
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

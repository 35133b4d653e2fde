package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.apache.pdfbox.util.Matrix;

/**
 * A page that is set for a test. Lines are drawn from top to bottom across all columns,
 * so that the order in which they are drawn is of no help.
 */
final class PdfPage {

	static final float WIDTH = 612;

	static final float HEIGHT = 792;

	private static final PDFont FONT = new PDType1Font(Standard14Fonts.FontName.HELVETICA);

	private record Line(float x, float top, float size, float wordSpacing, int direction, String text) {
	}

	private final List<Line> lines = new ArrayList<>();

	private int rotation;

	private float leading = 1.25f;

	/** How far apart the lines of texts set from now on are, in units of their size. */
	PdfPage leading(float gap) {
		this.leading = gap;
		return this;
	}

	/** One line. */
	PdfPage line(float x, float top, float size, String text) {
		this.lines.add(new Line(x, top, size, 0, 0, text));
		return this;
	}

	/** One line that runs up the page. */
	PdfPage upwards(float x, float top, float size, String text) {
		this.lines.add(new Line(x, top, size, 0, 90, text));
		return this;
	}

	/** One line that runs across the page, at this angle. */
	PdfPage across(float x, float top, float size, int degrees, String text) {
		this.lines.add(new Line(x, top, size, 0, degrees, text));
		return this;
	}

	/** Text that is wrapped to a width, ragged at the right. */
	PdfPage text(float x, float top, float width, float size, String text) throws IOException {
		return set(x, top, width, size, false, text);
	}

	/** Text that is wrapped to a width, with spaces stretched to fill it. */
	PdfPage justified(float x, float top, float width, float size, String text) throws IOException {
		return set(x, top, width, size, true, text);
	}

	private PdfPage set(float x, float top, float width, float size, boolean justified, String text)
			throws IOException {
		float y = top;
		for (String paragraph : text.split("\n")) {
			String line = "";
			for (String word : paragraph.split(" ")) {
				String longer = line.isEmpty() ? word : line + " " + word;
				if (width(longer, size) <= width) {
					line = longer;
					continue;
				}
				int blanks = line.split(" ").length - 1;
				float spacing = (justified && blanks > 0) ? (width - width(line, size)) / blanks : 0;
				this.lines.add(new Line(x, y, size, spacing, 0, line));
				y += this.leading * size;
				line = word;
			}
			this.lines.add(new Line(x, y, size, 0, 0, line));
			y += this.leading * size;
		}
		return this;
	}

	private static float width(String text, float size) throws IOException {
		return FONT.getStringWidth(text) / 1000 * size;
	}

	/** Turns the page as viewers show it; its text is upright then. */
	PdfPage rotated(int degrees) {
		this.rotation = degrees;
		return this;
	}

	/** The document of these pages, to add to. */
	static PDDocument document(PdfPage... pages) throws IOException {
		PDDocument document = new PDDocument();
		for (PdfPage page : pages) {
			page.addTo(document);
		}
		return document;
	}

	static Path write(Path file, PdfPage... pages) throws IOException {
		try (PDDocument document = new PDDocument()) {
			for (PdfPage page : pages) {
				page.addTo(document);
			}
			document.save(file.toFile());
		}
		return file;
	}

	private void addTo(PDDocument document) throws IOException {
		boolean sideways = this.rotation % 180 != 0;
		PDPage page = new PDPage(sideways ? new PDRectangle(HEIGHT, WIDTH) : new PDRectangle(WIDTH, HEIGHT));
		page.setRotation(this.rotation);
		document.addPage(page);
		this.lines.sort(Comparator.comparingDouble(Line::top));
		try (PDPageContentStream content = new PDPageContentStream(document, page)) {
			switch (this.rotation) {
				case 90 -> content.transform(new Matrix(0, 1, -1, 0, HEIGHT, 0));
				case 180 -> content.transform(new Matrix(-1, 0, 0, -1, WIDTH, HEIGHT));
				case 270 -> content.transform(new Matrix(0, -1, 1, 0, 0, WIDTH));
				default -> {
				}
			}
			for (Line line : this.lines) {
				content.beginText();
				content.setFont(FONT, line.size());
				content.setWordSpacing(line.wordSpacing());
				content.setTextMatrix(
						Matrix.getRotateInstance(Math.toRadians(line.direction()), line.x(), HEIGHT - line.top()));
				content.showText(line.text());
				content.endText();
			}
		}
	}

}

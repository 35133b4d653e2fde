package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;

/**
 * Extracts the text of a page region by region: {@link PdfLayout} says which glyphs
 * belong together, PDFBox makes words, lines and paragraphs of them. Confined to the
 * thread that reads.
 */
final class PdfRegionStripper extends PDFTextStripper {

	/**
	 * The text of a region.
	 *
	 * @param text lines, paragraphs parted by blank ones
	 * @param row whether it is one row of a table
	 */
	record RegionText(String text, boolean row) {
	}

	private final List<RegionText> regions = new ArrayList<>();

	PdfRegionStripper() {
		setSortByPosition(true);
		setShouldSeparateByBeads(false);
		setParagraphEnd("\n");
	}

	/** The regions of a page, counted from 1, in reading order. */
	List<RegionText> read(PDDocument pdf, int page) throws IOException {
		this.regions.clear();
		setStartPage(page);
		setEndPage(page);
		getText(pdf);
		return List.copyOf(this.regions);
	}

	@Override
	protected void writePage() throws IOException {
		List<TextPosition> page = new ArrayList<>();
		this.charactersByArticle.forEach(page::addAll);
		Writer whole = this.output;
		for (PdfLayout.Region region : PdfLayout.regions(page)) {
			List<String> parts = new ArrayList<>();
			for (List<TextPosition> part : region.parts()) {
				StringWriter text = new StringWriter();
				this.output = text;
				this.charactersByArticle.clear();
				this.charactersByArticle.add(new ArrayList<>(part));
				super.writePage();
				parts.add(text.toString().strip());
			}
			this.regions.add(new RegionText(
					region.row() ? parts.stream().map(PdfRegionStripper::oneLine).collect(Collectors.joining(" "))
							: String.join("\n", parts),
					region.row()));
		}
		this.output = whole;
	}

	private static String oneLine(String text) {
		return text.replaceAll("\\s+", " ");
	}

}

package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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

	/**
	 * The text of a page.
	 *
	 * @param regions in reading order
	 * @param edges lines at the top and at the bottom that may be running ones
	 * @param slanted text that lies across the others
	 */
	record PageText(List<RegionText> regions, List<PdfEdge> edges, List<PdfSlanted> slanted) {
	}

	private final List<RegionText> regions = new ArrayList<>();

	private List<PdfEdge> edges = List.of();

	private List<PdfSlanted> slanted = List.of();

	/** Glyphs of the lines that a paragraph ends with. */
	private Set<TextPosition> lastLines = Set.of();

	PdfRegionStripper() {
		setSortByPosition(true);
		setShouldSeparateByBeads(false);
		setParagraphEnd("\n");
	}

	/** The text of a page, counted from 1. */
	PageText read(PDDocument pdf, int page) throws IOException {
		this.regions.clear();
		this.edges = List.of();
		this.slanted = List.of();
		setStartPage(page);
		setEndPage(page);
		getText(pdf);
		return new PageText(List.copyOf(this.regions), this.edges, this.slanted);
	}

	@Override
	protected void writePage() throws IOException {
		List<TextPosition> page = new ArrayList<>();
		List<TextPosition> across = new ArrayList<>();
		for (List<TextPosition> article : this.charactersByArticle) {
			article.forEach((glyph) -> (PdfSlanted.isSlanted(glyph) ? across : page).add(glyph));
		}
		this.slanted = PdfSlanted.of(across, page);
		this.edges = PdfEdge.of(page.stream().filter(PdfRegionStripper::isUpright).toList(), PdfLayout.MIN_GAP,
				PdfLayout.WORD_GAPS);
		Writer whole = this.output;
		for (PdfLayout.Region region : PdfLayout.regions(page)) {
			List<String> parts = new ArrayList<>();
			for (List<TextPosition> part : region.parts()) {
				StringWriter text = new StringWriter();
				this.output = text;
				this.charactersByArticle.clear();
				this.charactersByArticle.add(new ArrayList<>(part));
				this.lastLines = PdfParagraphs.lastLines(part);
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

	/**
	 * PDFBox asks for the threshold after each line; its own goes by height of glyphs.
	 */
	@Override
	protected void writeString(String text, List<TextPosition> glyphs) throws IOException {
		super.writeString(text, glyphs);
		setDropThreshold(glyphs.stream().anyMatch(this.lastLines::contains) ? 0 : Float.MAX_VALUE);
	}

	private static boolean isUpright(TextPosition glyph) {
		return glyph.getDir() == 0 && Float.isFinite(glyph.getXDirAdj()) && Float.isFinite(glyph.getYDirAdj())
				&& Float.isFinite(glyph.getWidthDirAdj());
	}

	private static String oneLine(String text) {
		return Ideographs.withoutWraps(text).replaceAll("\\s+", " ");
	}

}

package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A paragraph is one however far apart its lines are and whatever its font says of
 * itself, and ends where the gap is wider.
 */
class PdfParagraphsTests {

	private static final String FIRST = "The northern lock of the old harbour opens every morning at six, "
			+ "and nobody has ever seen it closed before the last ferry has left for the islands in the west, "
			+ "which is late in summer, when the boats of the Heron line come back from the outer banks.";

	private static final String SECOND = "Boats that are longer than twelve metres ask the keeper of the gate "
			+ "for a place the day before, since the basin between the gates holds no more than two of them.";

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(floats = { 1.0f, 1.16f, 1.5f, 1.7f, 2.0f, 2.3f })
	void linesMayBeAnyDistanceApart(float leading) throws IOException {
		PdfPage page = new PdfPage().leading(leading)
			.line(54, 40, 16, "Opening hours")
			.text(54, 80, 300, 10, FIRST)
			.text(54, 80 + 10 * leading * 5.5f, 300, 10, SECOND);
		assertThat(read(page)).containsExactly("Opening hours", FIRST, SECOND);
	}

	@Test
	void aFontMaySayThatItIsLow() throws IOException {
		Path file = this.directory.resolve("low.pdf");
		try (PDDocument document = PdfPage
			.document(new PdfPage().text(54, 80, 300, 10, FIRST).text(54, 160, 300, 10, SECOND))) {
			COSDictionary fonts = document.getPage(0).getResources().getCOSObject().getCOSDictionary(COSName.FONT);
			for (COSName name : List.copyOf(fonts.keySet())) {
				COSDictionary descriptor = new COSDictionary();
				descriptor.setItem(COSName.TYPE, COSName.FONT_DESC);
				descriptor.setName(COSName.FONT_NAME, "Helvetica");
				descriptor.setInt(COSName.CAP_HEIGHT, 250);
				COSDictionary font = new COSDictionary(fonts.getCOSDictionary(name));
				font.setItem(COSName.FONT_DESC, descriptor);
				fonts.setItem(name, font);
			}
			document.save(file.toFile());
		}
		assertThat(TestReaders.texts(PdfReader.read(file, 1_000_000))).containsExactly(FIRST, SECOND);
	}

	@Test
	void paragraphsOfOneLineStayApart() throws IOException {
		PdfPage page = new PdfPage().line(54, 60, 10, "Boats pay at the northern gate.")
			.line(54, 80, 10, "Guests pay at the harbour office, which opens at six.")
			.line(54, 100, 10, "Nobody pays twice.");
		assertThat(read(page)).containsExactly("Boats pay at the northern gate.",
				"Guests pay at the harbour office, which opens at six.", "Nobody pays twice.");
	}

	@Test
	void aRaisedMarkIsNoWiderGap() throws IOException {
		PdfPage page = new PdfPage().text(54, 80, 300, 10, FIRST).line(355, 76, 6, "1").line(355, 101, 6, "2");
		assertThat(read(page)).hasSize(1);
	}

	private List<String> read(PdfPage page) throws IOException {
		return TestReaders.texts(PdfReader.read(PdfPage.write(this.directory.resolve("page.pdf"), page), 1_000_000));
	}

}

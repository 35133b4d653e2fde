package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationFreeText;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationText;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationWidget;
import org.apache.pdfbox.pdmodel.interactive.form.PDAcroForm;
import org.apache.pdfbox.pdmodel.interactive.form.PDTextField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a page of a PDF has beside and across its text, and words that its lines divide.
 */
class PdfReaderTests {

	private static final String TEXT = "The northern lock of the old harbour opens every morning at six, "
			+ "and nobody has ever seen it closed before the last ferry has left for the islands in the west.";

	@TempDir
	private Path directory;

	@Test
	void wordsThatALineEndDividesAreWhole() throws IOException {
		String[] lines = { "The administration of the lock, as every infor-", "mation desk knows, is well-",
				"known for its short-sighted engi-", "neers, the north-", "south traffic and Anglo-",
				"Saxon boats. It has north-south gates, and in-", "and outgoing boats pay as of 2024-", "05 a fee." };
		PdfPage page = new PdfPage();
		for (int i = 0; i < lines.length; i++) {
			page.line(54, 72 + 13 * i, 10, lines[i]);
		}
		assertThat(texts(read(page)))
			.containsExactly("The administration of the lock, as every information desk knows, "
					+ "is well-known for its short-sighted engineers, the north-south traffic and Anglo-Saxon boats. "
					+ "It has north-south gates, and in- and outgoing boats pay as of 2024-05 a fee.");
	}

	@Test
	void aWordMayGoOnInTheNextColumn() throws IOException {
		PdfPage page = new PdfPage().text(54, 72, 240, 10, TEXT + " It knows no infor-")
			.text(318, 72, 240, 10, "mation about tides. " + TEXT);
		assertThat(texts(read(page))).containsExactly(TEXT + " It knows no information about tides. " + TEXT);
	}

	@Test
	void watermarksAreLeftOutAndOtherSlantedTextIsNot() throws IOException {
		Reading reading = read(
				new PdfPage().across(150, 500, 80, 45, "DRAFT")
					.text(54, 72, 500, 10, TEXT)
					.across(60, 400, 9, 60, "May day"),
				new PdfPage().across(150, 500, 80, 45, "DRAFT").text(54, 72, 500, 10, TEXT),
				new PdfPage().across(150, 500, 80, 45, "Plan of the lock"));
		assertThat(texts(reading)).containsExactly(TEXT, "May day", TEXT, "Plan of the lock");
		assertThat(TestReaders.leftOut(reading)).isEqualTo("watermark: DRAFT (2 times)");
	}

	@Test
	void runningHeadersAndFootersAreReadOnce() throws IOException {
		PdfPage[] pages = new PdfPage[5];
		for (int i = 0; i < pages.length; i++) {
			pages[i] = new PdfPage().line(54, 40, 9, "The journal of locks")
				.line(500, 40, 9, "No " + (i + 11))
				.text(54, 90, 500, 10, TEXT + " This is part " + i + ".")
				.line(280, 760, 9, "Page " + (i + 1) + " of 5");
		}
		Reading reading = read(pages);
		assertThat(texts(reading)).hasSize(6).first().isEqualTo("The journal of locks No 11");
		assertThat(texts(reading).subList(1, 6)).containsExactly(TEXT + " This is part 0.", TEXT + " This is part 1.",
				TEXT + " This is part 2.", TEXT + " This is part 3.", TEXT + " This is part 4.");
		assertThat(TestReaders.leftOut(reading)).startsWith("running header or footer (9 times): Page 1 of 5, ");
	}

	@Test
	void rowsAndHeadingsAtTheTopOfPagesAreRead() throws IOException {
		PdfPage[] pages = new PdfPage[4];
		for (int i = 0; i < pages.length; i++) {
			pages[i] = new PdfPage().line(54, 60, 18, "Overview");
			for (int row = 0; row < 40; row++) {
				pages[i].line(54, 100 + 14 * row, 10, "Gate " + (40 * i + row))
					.line(200, 100 + 14 * row, 10, row + " m");
			}
		}
		Reading reading = read(pages);
		assertThat(reading.report().leftOut()).isEmpty();
		assertThat(String.join("\n", texts(reading))).contains("Gate 0 0 m", "Gate 40 0 m", "Gate 159 39 m");
	}

	@Test
	void filledFieldsAndNotesAreRead() throws IOException {
		Path file = this.directory.resolve("form.pdf");
		try (PDDocument document = PdfPage.document(new PdfPage().text(54, 72, 500, 10, TEXT))) {
			PDPage page = document.getPage(0);
			PDAcroForm form = new PDAcroForm(document);
			document.getDocumentCatalog().setAcroForm(form);
			form.setFields(List.of(field(form, page, "boat", "The name of the boat", "Heron"),
					field(form, page, "crew", null, ""), field(form, page, "skipper", null, "Ada")));
			PDAnnotationText note = new PDAnnotationText();
			note.setContents("Ask Ada about the gate.");
			PDAnnotationText hidden = new PDAnnotationText();
			hidden.setContents("Secret.");
			hidden.setHidden(true);
			PDAnnotationFreeText text = new PDAnnotationFreeText();
			text.setContents("Valid until May.");
			page.getAnnotations().addAll(List.of(note, hidden, text));
			document.save(file.toFile());
		}
		Reading reading = PdfReader.read(file, 1_000_000);
		assertThat(texts(reading)).containsExactly(TEXT, "- The name of the boat: Heron\n- skipper: Ada",
				"Note: Ask Ada about the gate.", "Valid until May.");
		assertThat(TestReaders.leftOut(reading)).isEqualTo("hidden note, 7 characters");
	}

	private static PDTextField field(PDAcroForm form, PDPage page, String name, String title, String value)
			throws IOException {
		PDTextField field = new PDTextField(form);
		field.setPartialName(name);
		field.setAlternateFieldName(title);
		field.getCOSObject().setString(COSName.V, value);
		PDAnnotationWidget widget = field.getWidgets().get(0);
		widget.setRectangle(new PDRectangle(50, 50, 100, 20));
		page.getAnnotations().add(widget);
		return field;
	}

	private Reading read(PdfPage... pages) throws IOException {
		return PdfReader.read(PdfPage.write(this.directory.resolve("pages.pdf"), pages), 1_000_000);
	}

	private static List<String> texts(Reading reading) {
		return TestReaders.texts(reading);
	}

}

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a page of a PDF has beside and across its text, and words that its lines divide.
 */
class PdfReaderTests {

	private static final String TEXT = "The northern lock of the old harbour opens every morning at six, "
			+ "and nobody has ever seen it closed before the last ferry has left for the islands in the west.";

	/** Several lines. */
	private static final String PAGE = String.join(" ", TEXT, TEXT, TEXT);

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
				new PdfPage().across(200, 200, 80, 45, "DRAFT")
					.text(54, 72, 500, 10, TEXT)
					.across(60, 400, 9, 60, "May day"),
				new PdfPage().across(200, 200, 80, 45, "DRAFT").text(54, 72, 500, 10, TEXT),
				new PdfPage().across(150, 500, 80, 45, "Plan of the lock"));
		assertThat(texts(reading)).containsExactly(TEXT, "May day", TEXT, "Plan of the lock");
		assertThat(TestReaders.leftOut(reading)).isEqualTo("watermark: DRAFT (2 times)");
	}

	@Test
	void aWatermarkBesideTheTextIsOnMostPages() throws IOException {
		PdfPage[] pages = new PdfPage[4];
		for (int i = 0; i < pages.length; i++) {
			pages[i] = new PdfPage().text(54, 72, 500, 10, TEXT).across(100, 500, 8, 45, "January");
			if (i > 0) {
				pages[i].across(150, 700, 80, 45, "DRAFT");
			}
		}
		Reading reading = read(pages);
		assertThat(texts(reading)).containsExactly(TEXT, "January", TEXT, "January", TEXT, "January", TEXT, "January");
		assertThat(TestReaders.leftOut(reading)).isEqualTo("watermark: DRAFT (3 times)");
	}

	@Test
	void slantedTextBesideOtherTextIsRead() throws IOException {
		PdfPage poster = new PdfPage().across(100, 300, 36, 8, "Summer concert").text(54, 500, 500, 10, TEXT);
		Reading reading = read(poster);
		assertThat(texts(reading)).containsExactly(TEXT, "Summer concert");
		assertThat(reading.report().leftOut()).isEmpty();
		PdfPage[] charts = new PdfPage[2];
		for (int i = 0; i < charts.length; i++) {
			charts[i] = new PdfPage().text(54, 72, 500, 10, TEXT)
				.across(100, 500, 8, 45, "January")
				.across(200, 500, 8, 45, "Marathon");
		}
		reading = read(charts);
		assertThat(texts(reading)).containsExactly(TEXT, "January", "Marathon", TEXT, "January", "Marathon");
		assertThat(reading.report().leftOut()).isEmpty();
	}

	@Test
	void runningHeadersAndFootersAreReadOnce() throws IOException {
		PdfPage[] pages = new PdfPage[5];
		for (int i = 0; i < pages.length; i++) {
			pages[i] = new PdfPage().line(54, 40, 9, "The journal of locks")
				.line(500, 40, 9, String.valueOf(i + 1))
				.text(54, 90, 500, 10, TEXT + " This is part " + i + ".")
				.line(280, 760, 9, "Page " + (i + 1) + " of 5");
		}
		Reading reading = read(pages);
		assertThat(texts(reading)).hasSize(6).first().isEqualTo("The journal of locks 1");
		assertThat(texts(reading).subList(1, 6)).containsExactly(TEXT + " This is part 0.", TEXT + " This is part 1.",
				TEXT + " This is part 2.", TEXT + " This is part 3.", TEXT + " This is part 4.");
		assertThat(TestReaders.leftOut(reading)).startsWith("running header or footer (9 times): Page 1 of 5, ");
	}

	@Test
	void numbersOfPagesMayBeginAnywhere() throws IOException {
		PdfPage[] pages = new PdfPage[4];
		for (int i = 0; i < pages.length; i++) {
			pages[i] = new PdfPage().text(54, 90, 500, 10, PAGE).line(280, 760, 9, String.valueOf(i + 997));
		}
		Reading reading = read(pages);
		assertThat(texts(reading)).containsExactly(PAGE, PAGE, PAGE, PAGE);
		assertThat(TestReaders.leftOut(reading)).startsWith("running header or footer (4 times): 997, ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Exercise 1|Exercise 2|Exercise 3|Exercise 4",
			"Article 12|Article 13|Article 14|Article 15",
			"Total guests: 7|Total guests: 8|Total guests: 9|Total guests: 10", "2021|2022|2023|2024", "10|20|30|40",
			"1|2|3|17", "Civil|Civil|Mild|Mild", "The journal, No 11|The journal, No 12|The journal, No 13|The journal",
			"1. Open the gate|2. Fill the lock|3. Wait for the boat|4. Close it" })
	void linesThatCountAreRead(String lines) throws IOException {
		PdfPage[] top = new PdfPage[4];
		PdfPage[] bottom = new PdfPage[4];
		for (int i = 0; i < top.length; i++) {
			top[i] = new PdfPage().line(54, 60, 10, lines.split("\\|")[i]).text(54, 100, 500, 10, PAGE);
			bottom[i] = new PdfPage().text(54, 72, 500, 10, PAGE).line(54, 300, 10, lines.split("\\|")[i]);
		}
		for (Reading reading : List.of(read(top), read(bottom))) {
			assertThat(reading.report().leftOut()).isEmpty();
			for (String line : lines.split("\\|")) {
				assertThat(reading.sections().toString()).contains(line);
			}
		}
	}

	@Test
	void numbersBesideWordsAndParagraphsThatDifferByOneAreRead() throws IOException {
		PdfPage[] pages = new PdfPage[3];
		for (int i = 0; i < pages.length; i++) {
			pages[i] = new PdfPage()
				.line(54, 60, 8,
						"The lock " + (i + 1) + " is kept by three people, who open it in the morning, "
								+ "and who close it once the last of all ferries is gone.")
				.text(54, 100, 500, 10, PAGE)
				.line(54, 300, 10, "Total of the guests")
				.line(400, 300, 10, String.valueOf(i + 7));
		}
		Reading reading = read(pages);
		assertThat(reading.report().leftOut()).isEmpty();
		assertThat(reading.sections().toString()).contains("lock 1 is", "lock 2 is", "lock 3 is", "guests 7",
				"guests 8", "guests 9");
	}

	@Test
	void aWordOfRomanDigitsIsNoPageNumber() throws IOException {
		PdfPage[] pages = new PdfPage[3];
		for (int i = 0; i < pages.length; i++) {
			pages[i] = new PdfPage().line(54, 60, 10, "Civil").text(54, 100, 500, 10, PAGE);
		}
		assertThat(texts(read(pages)).get(0)).contains("Civil");
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

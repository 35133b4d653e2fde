package io.github.hnswspring.ingest.reading;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import io.github.hnswspring.ingest.reading.Block.Kind;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;
import org.apache.poi.common.usermodel.PictureType;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.usermodel.Sheet;
import org.apache.poi.ss.usermodel.Workbook;
import org.apache.poi.xslf.usermodel.XMLSlideShow;
import org.apache.poi.xslf.usermodel.XSLFTextBox;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.poi.xwpf.usermodel.XWPFParagraph;
import org.apache.poi.xwpf.usermodel.XWPFTable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Files of office programs, for applications that have Apache Tika. */
class OfficeReaderTests {

	private static final String BOMB = "<!DOCTYPE x [<!ENTITY a 'laughlaugh'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>"
			+ "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'>"
			+ "<!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;'><!ENTITY f SYSTEM 'file:///etc/hostname'>]>";

	@Test
	void aWordDocumentHasParagraphsAndTables() throws IOException {
		try (XWPFDocument document = new XWPFDocument()) {
			document.getProperties().getCoreProperties().setTitle("Dry dock");
			XWPFParagraph paragraph = document.createParagraph();
			paragraph.createRun().setText("The dock is emptied every ");
			paragraph.createRun().setText("second winter.");
			XWPFTable table = document.createTable(2, 2);
			table.getRow(0).getCell(0).setText("Gate");
			table.getRow(0).getCell(1).setText("Depth");
			table.getRow(1).getCell(0).setText("north");
			table.getRow(1).getCell(1).setText("8 m");
			Reading reading = TestReaders.read(DocumentFormat.OFFICE, bytes(document::write));
			assertThat(reading.report().title()).isEqualTo("Dry dock");
			assertThat(TestReaders.blocks(reading)).containsExactly(
					Block.prose("The dock is emptied every second winter."),
					new Block(Kind.ROWS, "| Gate | Depth |\n| north | 8 m |"));
		}
	}

	@Test
	void rowsOfASheetStayRowsBelowItsName() throws IOException {
		for (Workbook workbook : new Workbook[] { new XSSFWorkbook(), new HSSFWorkbook() }) {
			try (workbook) {
				Sheet sheet = workbook.createSheet("Prices");
				for (int i = 0; i < 3; i++) {
					Row row = sheet.createRow(i);
					row.createCell(0).setCellValue((i == 0) ? "Boat" : "boat " + i);
					row.createCell(1).setCellValue((i == 0) ? "Coins" : "twelve " + i);
				}
				Reading reading = TestReaders.read(DocumentFormat.OFFICE, bytes(workbook::write));
				assertThat(reading.sections()).hasSize(1);
				assertThat(reading.sections().get(0).headings()).contains("Prices");
				assertThat(TestReaders.texts(reading).get(0)).startsWith("| Boat | Coins |\n| boat 1 | twelve 1 |");
			}
		}
	}

	@Test
	void slidesAreRead() throws IOException {
		try (XMLSlideShow show = new XMLSlideShow()) {
			XSLFTextBox box = show.createSlide().createTextBox();
			box.setText("The ferry leaves at noon.");
			assertThat(TestReaders.texts(TestReaders.read(DocumentFormat.OFFICE, bytes(show::write))))
				.contains("The ferry leaves at noon.");
		}
	}

	@Test
	void openDocumentsRichTextAndBooksAreRead() throws IOException {
		String body = "<office:body><office:text><text:h text:outline-level='1'>Ropes</text:h>"
				+ "<text:p>Ropes are dried in the loft.</text:p></office:text></office:body>";
		assertThat(TestReaders.texts(TestReaders.read(DocumentFormat.OFFICE, openDocument("", body))))
			.contains("Ropes are dried in the loft.");
		assertThat(TestReaders.texts(TestReaders.read(DocumentFormat.OFFICE,
				"{\\rtf1\\ansi\\ansicpg1252 Das B\\'fcro liegt am Kai.\\par Es ist klein.\\par}")))
			.containsExactly("Das Büro liegt am Kai.", "Es ist klein.");
		Map<String, String> book = new TreeMap<>(Map.of("META-INF/container.xml",
				"<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container' version='1.0'><rootfiles>"
						+ "<rootfile full-path='c.opf' media-type='application/oebps-package+xml'/></rootfiles></container>",
				"c.opf",
				"<package xmlns='http://www.idpf.org/2007/opf' version='3.0'><metadata xmlns:dc="
						+ "'http://purl.org/dc/elements/1.1/'><dc:title>Knots</dc:title></metadata><manifest>"
						+ "<item id='a' href='a.xhtml' media-type='application/xhtml+xml'/></manifest>"
						+ "<spine><itemref idref='a'/></spine></package>",
				"a.xhtml", "<html xmlns='http://www.w3.org/1999/xhtml'><body><h1>Bowline</h1>"
						+ "<p>The bowline does not slip.</p></body></html>"));
		Reading reading = TestReaders.read(DocumentFormat.OFFICE, zip("application/epub+zip", book));
		assertThat(TestReaders.texts(reading)).contains("The bowline does not slip.");
		assertThat(reading.report().title()).isEqualTo("Knots");
	}

	@Test
	void entitiesAreNotResolved() throws IOException {
		byte[] bomb = openDocument(BOMB,
				"<office:body><office:text><text:p>Before &e; &f; after</text:p></office:text></office:body>");
		try {
			assertThat(TestReaders.texts(TestReaders.read(DocumentFormat.OFFICE, bomb)).toString())
				.hasSizeLessThan(20_000);
		}
		catch (UnreadableDocumentException ex) {
			assertThat(ex.reason()).isIn(Reason.NO_TEXT, Reason.TOO_LARGE);
		}
	}

	@Test
	void archivesThatUnpackToMuchAreRefused() throws IOException {
		byte[] bytes = zip("", Map.of("[Content_Types].xml", "<x/>"));
		// The directory at the end of the archive says how large its files are.
		int entry = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("PK\u0001\u0002");
		ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(entry + 24, 510 << 20);
		assertThatExceptionOfType(UnreadableDocumentException.class)
			.isThrownBy(() -> TestReaders.read(DocumentFormat.OFFICE, bytes))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.TOO_LARGE))
			.withMessageContaining("510 MB");
	}

	@Test
	void otherFilesAndDamagedOnesAreRefused() throws IOException {
		for (byte[] bytes : new byte[][] { "no office".getBytes(StandardCharsets.UTF_8), zip("text/plain", Map.of()),
				zip("application/vnd.oasis.opendocument.text", Map.of("content.xml", "<broken")),
				"PK\u0003\u0004broken".getBytes(StandardCharsets.ISO_8859_1),
				"\u00D0\u00CF\u0011\u00E0broken".getBytes(StandardCharsets.ISO_8859_1) }) {
			assertThatExceptionOfType(UnreadableDocumentException.class)
				.isThrownBy(() -> TestReaders.read(DocumentFormat.OFFICE, bytes))
				.satisfies((ex) -> assertThat(ex.reason()).isIn(Reason.UNSUPPORTED, Reason.NO_TEXT));
		}
	}

	@Test
	void embeddedFilesAreNamedAndNotOpened() throws Exception {
		try (XWPFDocument document = new XWPFDocument()) {
			XWPFParagraph paragraph = document.createParagraph();
			paragraph.createRun().setText("See the picture.");
			paragraph.createRun()
				.addPicture(new ByteArrayInputStream(new byte[] { 1, 2, 3 }), PictureType.PNG, "plan.png", 100, 100);
			Reading reading = TestReaders.read(DocumentFormat.OFFICE, bytes(document::write));
			assertThat(TestReaders.texts(reading).toString()).contains("See the picture.");
			assertThat(TestReaders.leftOut(reading)).contains("embedded file or picture");
		}
	}

	private interface Writer {

		void write(ByteArrayOutputStream out) throws IOException;

	}

	private static byte[] bytes(Writer writer) throws IOException {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		writer.write(out);
		return out.toByteArray();
	}

	private static byte[] openDocument(String type, String body) throws IOException {
		return zip("application/vnd.oasis.opendocument.text",
				Map.of("content.xml",
						"<?xml version='1.0'?>" + type + "<office:document-content xmlns:office="
								+ "'urn:oasis:names:tc:opendocument:xmlns:office:1.0' xmlns:text="
								+ "'urn:oasis:names:tc:opendocument:xmlns:text:1.0' office:version='1.2'>" + body
								+ "</office:document-content>"));
	}

	private static byte[] zip(String type, Map<String, String> files) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
			zip.putNextEntry(new ZipEntry("mimetype"));
			zip.write(type.getBytes(StandardCharsets.US_ASCII));
			for (Map.Entry<String, String> file : files.entrySet()) {
				zip.putNextEntry(new ZipEntry(file.getKey()));
				zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
			}
		}
		return bytes.toByteArray();
	}

}

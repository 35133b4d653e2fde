package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackageAccess;
import org.apache.poi.xwpf.extractor.XWPFWordExtractor;
import org.apache.poi.xwpf.usermodel.IBody;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.poi.xwpf.usermodel.XWPFParagraph;
import org.apache.poi.xwpf.usermodel.XWPFRun;
import org.apache.poi.xwpf.usermodel.XWPFTable;
import org.apache.poi.xwpf.usermodel.XWPFTableCell;
import org.apache.poi.xwpf.usermodel.XWPFTableRow;
import org.apache.tika.exception.TikaException;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.microsoft.ooxml.XWPFWordExtractorDecorator;
import org.apache.xmlbeans.XmlException;
import org.openxmlformats.schemas.officeDocument.x2006.sharedTypes.STVerticalAlignRun;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * Has Tika read a Word document that says which of its characters are raised or lowered,
 * because Tika itself does not: they get signs around them before it looks. No state.
 */
final class WordParser {

	/** Of those that stand for no character in any font of Word. */
	private static final String RAISED = "\uE5E0";

	private static final String LOWERED = "\uE5E1";

	private static final String RAISED_END = "\uE5E2";

	private static final String LOWERED_END = "\uE5E3";

	private static final int MAX_DEPTH = 50;

	private WordParser() {
	}

	/** Whether the content of an archive is a document of Word. */
	static boolean canRead(Path file) throws IOException {
		try (OPCPackage archive = OPCPackage.open(file.toFile(), PackageAccess.READ)) {
			return archive.getParts()
				.stream()
				.anyMatch((part) -> part.getContentType().contains("wordprocessingml.document.main+xml")
						|| part.getContentType().contains("ms-word.document.macroEnabled.main+xml"));
		}
		catch (InvalidFormatException | RuntimeException ex) {
			return false;
		}
	}

	static void parse(Path file, ContentHandler handler, Metadata metadata, ParseContext context)
			throws IOException, SAXException, TikaException {
		try (OPCPackage archive = OPCPackage.open(file.toFile(), PackageAccess.READ);
				XWPFDocument document = new XWPFDocument(archive)) {
			mark(document);
			XWPFWordExtractorDecorator extractor = new XWPFWordExtractorDecorator(metadata, context,
					new XWPFWordExtractor(document));
			extractor.getMetadataExtractor().extract(metadata);
			extractor.getXHTML(handler, metadata, context);
		}
		catch (InvalidFormatException | XmlException ex) {
			throw new TikaException("The document is damaged", ex);
		}
	}

	/** The page with the signs as markup; runs that follow each other are one. */
	static String withMarkup(String xhtml) {
		return xhtml.replace(RAISED_END + RAISED, "")
			.replace(LOWERED_END + LOWERED, "")
			.replace(RAISED, "<sup>")
			.replace(RAISED_END, "</sup>")
			.replace(LOWERED, "<sub>")
			.replace(LOWERED_END, "</sub>");
	}

	private static void mark(XWPFDocument document) {
		mark(document.getBodyElements().isEmpty() ? List.of() : document.getParagraphs(), document.getTables(), 0);
		document.getHeaderList().forEach((header) -> mark(header, 0));
		document.getFooterList().forEach((footer) -> mark(footer, 0));
		document.getFootnotes().forEach((note) -> mark(note, 0));
		document.getEndnotes().forEach((note) -> mark(note, 0));
	}

	private static void mark(IBody body, int depth) {
		mark(body.getParagraphs(), body.getTables(), depth);
	}

	private static void mark(List<XWPFParagraph> paragraphs, List<XWPFTable> tables, int depth) {
		paragraphs.forEach((paragraph) -> paragraph.getRuns().forEach(WordParser::mark));
		if (depth > MAX_DEPTH) {
			return;
		}
		for (XWPFTable table : tables) {
			for (XWPFTableRow row : table.getRows()) {
				for (XWPFTableCell cell : row.getTableCells()) {
					mark(cell, depth + 1);
				}
			}
		}
	}

	private static void mark(XWPFRun run) {
		STVerticalAlignRun.Enum align = run.getVerticalAlignment();
		boolean raised = align == STVerticalAlignRun.SUPERSCRIPT;
		if (raised || align == STVerticalAlignRun.SUBSCRIPT) {
			run.getCTR()
				.getTList()
				.forEach((text) -> text.setStringValue(
						(raised ? RAISED : LOWERED) + text.getStringValue() + (raised ? RAISED_END : LOWERED_END)));
		}
	}

}

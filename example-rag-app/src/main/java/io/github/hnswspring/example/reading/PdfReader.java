package io.github.hnswspring.example.reading;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.github.hnswspring.example.reading.UnreadableDocumentException.Reason;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.text.PDFTextStripper;

/**
 * Reads the text layer of a PDF page by page. Used only inside {@link IsolatedMain}: a
 * PDF of kilobytes may unpack to gigabytes, and no in-process limit covers every filter.
 */
final class PdfReader {

	private PdfReader() {
	}

	static List<Section> read(Path file, int maxCharacters) {
		try (PDDocument document = Loader.loadPDF(file.toFile())) {
			SectionCollector sections = new SectionCollector();
			PDFTextStripper stripper = new PDFTextStripper();
			stripper.setSortByPosition(true);
			stripper.setParagraphEnd("\n");
			long characters = 0;
			for (int page = 1; page <= document.getNumberOfPages(); page++) {
				stripper.setStartPage(page);
				stripper.setEndPage(page);
				String text = stripper.getText(document);
				characters += text.length();
				if (characters > maxCharacters) {
					throw DocumentReaders.tooLong(maxCharacters);
				}
				addPage(sections, page, text);
			}
			return sections.finish();
		}
		catch (InvalidPasswordException ex) {
			throw new UnreadableDocumentException(Reason.NO_TEXT,
					"The PDF is protected by a password; save it without one");
		}
		catch (IOException ex) {
			throw new UnreadableDocumentException(Reason.NO_TEXT, "The PDF is damaged and cannot be read");
		}
	}

	private static void addPage(SectionCollector sections, int page, String text) {
		sections.page(page);
		text.lines().forEach((line) -> {
			if (line.isBlank()) {
				sections.endBlock();
			}
			else {
				sections.plainText(line);
			}
		});
	}

}

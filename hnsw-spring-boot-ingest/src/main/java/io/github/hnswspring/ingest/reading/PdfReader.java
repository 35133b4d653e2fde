package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import io.github.hnswspring.ingest.reading.Block.Kind;
import io.github.hnswspring.ingest.reading.PdfRegionStripper.PageText;
import io.github.hnswspring.ingest.reading.PdfRegionStripper.RegionText;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text layer of a PDF page by page, column by column, and what was filled into
 * its forms or noted on its pages. Used only inside {@link IsolatedMain}: a PDF of
 * kilobytes may unpack to gigabytes, and no in-process limit covers every filter.
 */
final class PdfReader {

	private static final String SENTENCE_END = ".!?:;…”\"»)";

	private static final Pattern NO_TITLE = Pattern.compile(
			"^(?:untitled|unknown|microsoft \\w+ -|slide 1$|document\\d*$)|\\.(?:docx?|pptx?|xlsx?|indd|tex|dvi|odt|rtf|qxd|pdf|html?|ps)$",
			Pattern.CASE_INSENSITIVE);

	private static final int HEADER_BYTES = 1_024;

	private PdfReader() {
	}

	static Reading read(Path file, int maxCharacters) {
		requireHeader(file);
		try (PDDocument document = Loader.loadPDF(file.toFile())) {
			LeftOuts leftOut = new LeftOuts();
			List<PageText> pages = pages(document, maxCharacters);
			PdfRunningLines running = new PdfRunningLines(leftOut);
			PdfHyphens hyphens = new PdfHyphens();
			for (int i = 0; i < pages.size(); i++) {
				running.learn(i + 1, pages.get(i).edges());
				pages.get(i).regions().forEach((region) -> hyphens.learn(region.text()));
			}
			PdfWatermarks watermarks = new PdfWatermarks(pages);
			PdfNotes notes = new PdfNotes(document, leftOut);
			SectionCollector sections = new SectionCollector();
			for (int i = 0; i < pages.size(); i++) {
				PageText page = pages.get(i);
				List<String> fields = notes.fields(document.getPage(i));
				List<String> paragraphs = new ArrayList<>(watermarks.others(page));
				paragraphs.addAll(notes.notes(document.getPage(i)));
				if (fields.isEmpty() && paragraphs.isEmpty()
						&& page.regions().stream().allMatch((region) -> region.text().isBlank())) {
					leftOut.add("page without text layer",
							"it is empty or a picture; text recognition would make it readable", String.valueOf(i + 1));
				}
				sections.page(i + 1);
				add(sections, hyphens.joinRegions(running.without(i + 1, page.edges(), page.regions())));
				sections.block(Kind.LIST, String.join("\n", fields));
				paragraphs.forEach((paragraph) -> sections.block(Kind.PROSE, paragraph));
			}
			watermarks.report(leftOut);
			return Readings.of(title(document), sections.finish(), leftOut);
		}
		catch (InvalidPasswordException ex) {
			throw new UnreadableDocumentException(Reason.NO_TEXT,
					"The PDF is protected by a password; save it without one");
		}
		catch (IOException ex) {
			throw new UnreadableDocumentException(Reason.NO_TEXT, "The PDF is damaged and cannot be read");
		}
	}

	private static List<PageText> pages(PDDocument document, int maxCharacters) throws IOException {
		PdfRegionStripper stripper = new PdfRegionStripper();
		List<PageText> pages = new ArrayList<>();
		long characters = 0;
		for (int page = 1; page <= document.getNumberOfPages(); page++) {
			PageText text = stripper.read(document, page);
			characters += text.regions().stream().mapToLong((region) -> region.text().length()).sum();
			if (characters > maxCharacters) {
				throw DocumentReaders.tooLong(maxCharacters);
			}
			pages.add(text);
		}
		return pages;
	}

	/** What programs write there by themselves is a file name, and no title. */
	private static @Nullable String title(PDDocument document) {
		String title = document.getDocumentInformation().getTitle();
		return (title == null || title.isBlank() || NO_TITLE.matcher(title).find()) ? null
				: title.strip().replaceAll("\\s+", " ");
	}

	/**
	 * Readers look for it among the first 1,024 bytes, since some files begin with
	 * others.
	 */
	private static void requireHeader(Path file) {
		try (InputStream in = Files.newInputStream(file)) {
			String begin = new String(in.readNBytes(HEADER_BYTES), StandardCharsets.ISO_8859_1);
			if (!begin.contains("%PDF-")) {
				throw new UnreadableDocumentException(Reason.UNSUPPORTED,
						"The file is named like a PDF but is no PDF; give its name the ending of what it is");
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot read " + file, ex);
		}
	}

	private static void add(SectionCollector sections, List<RegionText> regions) {
		String before = "";
		boolean inTable = false;
		for (RegionText region : regions) {
			String text = region.text().strip();
			if (text.isEmpty()) {
				continue;
			}
			if (region.row() != inTable || (!inTable && !isContinued(before, text))) {
				endBlock(sections, inTable);
			}
			if (region.row()) {
				sections.line(text);
			}
			else {
				addText(sections, text);
			}
			inTable = region.row();
			before = text;
		}
		endBlock(sections, inTable);
	}

	private static void endBlock(SectionCollector sections, boolean table) {
		if (table) {
			sections.endBlock(Kind.ROWS);
		}
		else {
			sections.endBlock();
		}
	}

	/** A sentence may go on at the top of the next column. */
	private static boolean isContinued(String before, String text) {
		return !before.isEmpty() && SENTENCE_END.indexOf(before.charAt(before.length() - 1)) < 0
				&& Character.isLowerCase(text.codePointAt(0));
	}

	private static void addText(SectionCollector sections, String text) {
		List<String> lines = text.lines().toList();
		int shortLine = shortLine(lines);
		for (String line : lines) {
			if (line.isBlank()) {
				sections.endBlock();
			}
			else {
				sections.plainText(line, shortLine);
			}
		}
	}

	/** Lines of a narrow column are short without being ended on purpose. */
	private static int shortLine(List<String> lines) {
		int[] lengths = lines.stream().filter((line) -> !line.isBlank()).mapToInt(String::length).sorted().toArray();
		return Math.min(SectionCollector.SHORT_LINE, lengths[lengths.length / 2] * 6 / 10);
	}

}

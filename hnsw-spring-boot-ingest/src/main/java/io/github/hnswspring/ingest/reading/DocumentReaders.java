package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;

/**
 * Turns a file of a given format into sections, within {@link ReadingLimits}.
 * <p>
 * Thread-safe: keeps no state between calls.
 */
public final class DocumentReaders {

	/** Each becomes a passage at least, however short, and costs an embedding. */
	static final int MAX_SECTIONS = 20_000;

	private final ReadingLimits limits;

	private final IsolatedReader isolated;

	public DocumentReaders(ReadingLimits limits) {
		this.limits = limits;
		this.isolated = new IsolatedReader(limits.timeout(), limits.memory(), limits.maxCharacters());
	}

	/**
	 * Reads a file.
	 * @param format what it is
	 * @param file where it is; the name is never taken from a user
	 * @return at least one section with text
	 * @throws UnreadableDocumentException when it has no text, is too large, or is not
	 * what it claims to be
	 */
	public List<Section> read(DocumentFormat format, Path file) {
		try {
			long size = Files.size(file);
			if (size > this.limits.maxFileSize().toBytes()) {
				throw new UnreadableDocumentException(Reason.TOO_LARGE, "The file has " + size + " bytes; at most "
						+ this.limits.maxFileSize().toBytes() + " are read (hnsw.ingest.max-file-size)");
			}
			List<Section> sections = format.isolated() ? this.isolated.read(format, file)
					: readText(format, TextDecoder.decode(Files.readAllBytes(file)));
			return checked(format, sections);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot read " + file, ex);
		}
	}

	/**
	 * Reads a file and reports on it.
	 * @param format what it is
	 * @param file where it is; the name is never taken from a user
	 * @return at least one section with text, and the report
	 * @throws UnreadableDocumentException when it has no text, is too large, or is not
	 * what it claims to be
	 */
	public Reading readWithReport(DocumentFormat format, Path file) {
		List<Section> sections = read(format, file);
		String title = sections.get(0).headings().stream().findFirst().orElse(null);
		return new Reading(sections, new ReadingReport(title, sections.size(), characters(sections), List.of()));
	}

	/**
	 * Refuses before it parses: a file of 20 MB of line ends would become a gigabyte of
	 * empty lines.
	 */
	private List<Section> readText(DocumentFormat format, String text) {
		if (text.length() > this.limits.maxCharacters()) {
			throw tooLong(this.limits.maxCharacters());
		}
		return switch (format) {
			case MARKDOWN -> MarkdownReader.read(text);
			case ASCIIDOC -> AsciiDocReader.read(text);
			default -> PlainTextReader.read(text);
		};
	}

	private List<Section> checked(DocumentFormat format, List<Section> sections) {
		if (sections.size() > MAX_SECTIONS) {
			throw new UnreadableDocumentException(Reason.TOO_LARGE, "The document has " + sections.size()
					+ " sections; at most " + MAX_SECTIONS + " are read. Split the file");
		}
		long characters = characters(sections);
		if (characters > this.limits.maxCharacters()) {
			throw tooLong(this.limits.maxCharacters());
		}
		if (characters == 0) {
			throw new UnreadableDocumentException(Reason.NO_TEXT,
					(format == DocumentFormat.PDF)
							? "The PDF has no text layer, probably scanned pages; run text recognition on it first"
							: "The document has no text");
		}
		return sections;
	}

	private static long characters(List<Section> sections) {
		return sections.stream()
			.flatMap((section) -> section.blocks().stream())
			.mapToLong((block) -> block.text().length())
			.sum();
	}

	static UnreadableDocumentException tooLong(int maxCharacters) {
		return new UnreadableDocumentException(Reason.TOO_LARGE,
				"The document has more than " + maxCharacters + " characters of text (hnsw.ingest.max-characters)");
	}

}

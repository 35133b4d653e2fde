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
public final class DocumentReaders implements AutoCloseable {

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
		return readWithReport(format, file).sections();
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
		if (!format.available()) {
			throw new UnreadableDocumentException(Reason.UNSUPPORTED,
					"Files of office programs are read by Apache Tika, which this application does not have; "
							+ "to read them, add org.apache.tika:tika-core, tika-parser-microsoft-module and "
							+ "tika-parser-miscoffice-module to it");
		}
		try {
			if (Files.size(file) > this.limits.maxFileSize().toBytes()) {
				throw UnreadableDocumentException.fileTooLarge(this.limits.maxFileSize().toBytes());
			}
			return checked(format, this.isolated.read(format, file), this.limits.maxCharacters());
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot read " + file, ex);
		}
	}

	/**
	 * Refuses what has no text or too much of it. Headings count once, and so does what
	 * the process that reads passes on.
	 */
	static Reading checked(DocumentFormat format, Reading reading, int maxCharacters) {
		int sections = reading.sections().size();
		if (sections > MAX_SECTIONS) {
			throw new UnreadableDocumentException(Reason.TOO_LARGE, "The document has " + sections
					+ " sections; at most " + MAX_SECTIONS + " are read. Split the file");
		}
		long characters = reading.report().characters();
		if (characters + Readings.headingCharacters(reading.sections()) > maxCharacters) {
			throw tooLong(maxCharacters);
		}
		if (characters == 0) {
			throw new UnreadableDocumentException(Reason.NO_TEXT,
					(format == DocumentFormat.PDF)
							? "The PDF has no text layer, probably scanned pages; run text recognition on it first"
							: "The document has no text");
		}
		return reading;
	}

	/** Ends the process that reads, if one runs. */
	@Override
	public void close() {
		this.isolated.close();
	}

	static UnreadableDocumentException tooLong(int maxCharacters) {
		return new UnreadableDocumentException(Reason.TOO_LARGE,
				"The document has more than " + maxCharacters + " characters of text (hnsw.ingest.max-characters)");
	}

}

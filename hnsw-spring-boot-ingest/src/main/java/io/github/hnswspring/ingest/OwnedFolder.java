package io.github.hnswspring.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

import io.github.hnswspring.ingest.reading.DocumentFormat;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.util.unit.DataSize;

/**
 * The folder into which files are put from outside, such as uploads.
 * <p>
 * Thread-safe: every file appears in one atomic step.
 */
final class OwnedFolder {

	private static final Log logger = LogFactory.getLog(OwnedFolder.class);

	/** Hidden, so no look at the folder takes it for a document. */
	private static final String INCOMING = ".incoming-";

	private static final int BUFFER = 8_192;

	private final IngestSource source;

	private final Path directory;

	OwnedFolder(IngestSource source) {
		this.source = source;
		this.directory = source.path().toAbsolutePath().normalize();
	}

	/**
	 * Writes what comes in to a temporary file, which the caller places or discards.
	 * @param content what comes in
	 * @param most how much of it is taken
	 * @return the temporary file
	 * @throws UnreadableDocumentException when there is more; nothing is kept then
	 */
	Path receive(InputStream content, DataSize most) throws IOException {
		Files.createDirectories(this.directory);
		Path temporary = this.directory.resolve(INCOMING + UUID.randomUUID());
		try {
			copy(content, temporary, most);
		}
		catch (IOException | RuntimeException ex) {
			discard(temporary);
			throw ex;
		}
		return temporary;
	}

	private static void copy(InputStream content, Path temporary, DataSize most) throws IOException {
		try (OutputStream out = Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW,
				StandardOpenOption.WRITE)) {
			byte[] buffer = new byte[BUFFER];
			long left = most.toBytes();
			for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
				left -= read;
				if (left < 0) {
					throw UnreadableDocumentException.fileTooLarge(most.toBytes());
				}
				out.write(buffer, 0, read);
			}
		}
	}

	void discard(Path temporary) {
		try {
			Files.deleteIfExists(temporary);
		}
		catch (IOException ex) {
			logger.warn("Cannot delete " + temporary + "; it is removed at the next start: " + ex);
		}
	}

	/** The file of a name, by a path without links, as a look at the folder gives it. */
	SourceFile file(String name, DocumentFormat format) throws IOException {
		try {
			Path file = this.directory.toRealPath().resolve(name);
			return SourceFile.of(this.source, this.source.name(), name, format, file);
		}
		catch (InvalidPathException ex) {
			throw new IllegalArgumentException(
					"The file name has characters that the locale of this application ("
							+ System.getProperty("sun.jnu.encoding") + ") cannot write; start it with LC_ALL=C.UTF-8",
					ex);
		}
	}

	/** After this has returned, the file survives a crash. */
	void place(Path temporary, SourceFile file) throws IOException {
		DurableFiles.moveIntoPlace(temporary, file.path());
	}

	/** Removes what a crash left of files that were never acknowledged. */
	void sweep() {
		if (!Files.isDirectory(this.directory)) {
			return;
		}
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.directory, INCOMING + "*")) {
			files.forEach(this::discard);
		}
		catch (IOException ex) {
			logger.warn("Cannot tidy up " + this.directory + ": " + ex);
		}
	}

	/** A file below this folder; another path is not touched. */
	void delete(String place) {
		Path file = this.directory.resolve(place).normalize();
		try {
			if (file.startsWith(this.directory) && !file.equals(this.directory)) {
				Files.deleteIfExists(file);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot delete " + file, ex);
		}
	}

}

package io.github.hnswspring.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

import io.github.hnswspring.ingest.reading.DocumentFormat;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The folder into which files are put from outside, such as uploads.
 * <p>
 * Thread-safe: every file appears in one atomic step.
 */
final class OwnedFolder {

	private static final Log logger = LogFactory.getLog(OwnedFolder.class);

	/** Hidden, so no look at the folder takes it for a document. */
	private static final String INCOMING = ".incoming-";

	private final IngestSource source;

	private final Path directory;

	OwnedFolder(IngestSource source) {
		this.source = source;
		this.directory = source.path().toAbsolutePath().normalize();
	}

	/** Writes what comes in to a temporary file, which the caller places or discards. */
	Path receive(InputStream content) throws IOException {
		Files.createDirectories(this.directory);
		Path temporary = this.directory.resolve(INCOMING + UUID.randomUUID());
		try {
			Files.copy(content, temporary);
		}
		catch (IOException | RuntimeException ex) {
			discard(temporary);
			throw ex;
		}
		return temporary;
	}

	void discard(Path temporary) {
		try {
			Files.deleteIfExists(temporary);
		}
		catch (IOException ex) {
			logger.warn("Cannot delete " + temporary + "; it is removed at the next start: " + ex);
		}
	}

	SourceFile file(String name, DocumentFormat format) {
		return SourceFile.of(this.source, this.source.name(), name, format, this.directory.resolve(name));
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

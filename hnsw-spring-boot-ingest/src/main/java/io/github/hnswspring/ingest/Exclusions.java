package io.github.hnswspring.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Documents deleted here whose file still lies in a source folder. One small file each,
 * named by the document's id, holding the state of the file that was deleted: when the
 * file changes, the document comes back.
 * <p>
 * Thread-safe: every file appears in one atomic step.
 */
class Exclusions {

	private final Path directory;

	Exclusions(IngestSettings properties) {
		this.directory = properties.dataDirectory().resolve("excluded").toAbsolutePath().normalize();
	}

	void exclude(String documentId, String fingerprint) {
		try {
			Files.createDirectories(this.directory);
			DurableFiles.write(this.directory.resolve(documentId), fingerprint);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot remember in " + this.directory + " that a document was deleted", ex);
		}
	}

	boolean isExcluded(String documentId, String fingerprint) {
		Path file = this.directory.resolve(documentId);
		try {
			return Files.exists(file) && Files.readString(file).equals(fingerprint);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot read " + file, ex);
		}
	}

	void clear(String documentId) {
		try {
			Files.deleteIfExists(this.directory.resolve(documentId));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot forget an exclusion in " + this.directory, ex);
		}
	}

}

package io.github.hnswspring.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Documents that were deleted although their file still lies in a source. One small file
 * each beside the store, named by the document's id, with what people call it and the
 * state of the file that was deleted: when the file changes, the document comes back.
 * <p>
 * Thread-safe: every file appears in one atomic step.
 */
final class Exclusions {

	private static final Log logger = LogFactory.getLog(Exclusions.class);

	/** Stands for any state: of a file that could not be read. */
	static final String ANY = "";

	private record Exclusion(String fingerprint, String source) {
	}

	private final Path directory;

	private final Map<String, Exclusion> exclusions = new ConcurrentHashMap<>();

	Exclusions(Path directory) {
		this.directory = directory;
	}

	/** Reads what was excluded before. */
	void load() {
		if (!Files.isDirectory(this.directory)) {
			return;
		}
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.directory)) {
			for (Path file : files) {
				String name = file.getFileName().toString();
				String[] lines = Files.readString(file).split("\n", 2);
				if (name.indexOf('.') < 0) {
					this.exclusions.put(name, new Exclusion(lines[0], (lines.length > 1) ? lines[1] : name));
				}
			}
		}
		catch (IOException ex) {
			logger.warn("What was deleted before cannot be read from " + this.directory
					+ " and comes back with the next round: " + ex.getClass().getSimpleName());
		}
	}

	void exclude(String documentId, String source, String fingerprint) {
		try {
			Files.createDirectories(this.directory);
			DurableFiles.write(this.directory.resolve(documentId), fingerprint + "\n" + source);
			this.exclusions.put(documentId, new Exclusion(fingerprint, source));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot remember in " + this.directory + " that a document was deleted", ex);
		}
	}

	boolean isExcluded(String documentId, String fingerprint) {
		Exclusion exclusion = this.exclusions.get(documentId);
		return exclusion != null
				&& (exclusion.fingerprint().equals(ANY) || exclusion.fingerprint().equals(fingerprint));
	}

	/** Whether there was an exclusion to forget. */
	boolean clear(String documentId) {
		if (this.exclusions.remove(documentId) == null) {
			return false;
		}
		try {
			Files.deleteIfExists(this.directory.resolve(documentId));
			return true;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot forget an exclusion in " + this.directory, ex);
		}
	}

	List<ExcludedDocument> list() {
		return this.exclusions.entrySet()
			.stream()
			.map((entry) -> new ExcludedDocument(entry.getKey(), entry.getValue().source()))
			.sorted(Comparator.comparing(ExcludedDocument::source))
			.toList();
	}

}

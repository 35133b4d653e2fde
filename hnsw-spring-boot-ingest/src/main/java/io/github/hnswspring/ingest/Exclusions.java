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

	private record Exclusion(String content, String source) {
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
				if (name.indexOf('.') < 0) {
					this.exclusions.put(name, read(file, name));
				}
			}
		}
		catch (IOException ex) {
			logger.warn("What was deleted before cannot be read from " + this.directory
					+ " and comes back with the next round: " + ex.getClass().getSimpleName());
		}
	}

	/** One that cannot be read keeps its document away, in whatever state. */
	private static Exclusion read(Path file, String documentId) {
		try {
			String[] lines = Files.readString(file).split("\n", 2);
			return new Exclusion(content(lines[0]), (lines.length > 1) ? lines[1] : documentId);
		}
		catch (IOException ex) {
			logger.warn(file + " cannot be read (" + ex.getClass().getSimpleName() + "), so the document stays deleted "
					+ "also if its file changes; Ingestion.restore brings it back");
			return new Exclusion(ANY, documentId);
		}
	}

	void exclude(String documentId, String source, String fingerprint) {
		try {
			Files.createDirectories(this.directory);
			String content = content(fingerprint);
			DurableFiles.write(this.directory.resolve(documentId), content + "\n" + source);
			this.exclusions.put(documentId, new Exclusion(content, source));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot remember in " + this.directory + " that a document was deleted", ex);
		}
	}

	boolean isExcluded(String documentId, String fingerprint) {
		Exclusion exclusion = this.exclusions.get(documentId);
		return exclusion != null
				&& (exclusion.content().equals(ANY) || exclusion.content().equals(content(fingerprint)));
	}

	/**
	 * The part of a fingerprint that the file's bytes decide: with another name of its
	 * source, or cut in another way, the document is still the one that was deleted.
	 */
	private static String content(String fingerprint) {
		return fingerprint.substring(fingerprint.indexOf('.') + 1);
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

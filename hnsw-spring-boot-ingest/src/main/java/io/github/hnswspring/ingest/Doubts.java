package io.github.hnswspring.ingest;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Why documents whose files were not found may still be there. What a look cannot tell
 * from a disk that is not mounted counts as one: a source that had documents and is
 * empty, and folders in it that are missing or empty with most of its documents.
 * <p>
 * Confined to one thread.
 */
final class Doubts {

	/** So many files are soon read again if they come back. */
	private static final int FEW = 10;

	private final Found found;

	private final Map<String, IngestSource> sources;

	/** Of each source, how many of its documents have no file. */
	private final Map<String, Integer> gone = new HashMap<>();

	/** Of each source, how many files it has. */
	private final Map<String, Integer> present = new HashMap<>();

	Doubts(Found found, Map<String, IngestSource> sources, Collection<DocumentInfo> documents) {
		this.found = found;
		this.sources = sources;
		found.files.values().forEach((file) -> this.present.merge(file.origin(), 1, Integer::sum));
		for (DocumentInfo document : documents) {
			if (!found.files.containsKey(document.id())) {
				this.gone.merge(document.origin(), 1, Integer::sum);
			}
		}
	}

	/**
	 * Why a document that was not found may still be there.
	 * @param document a document without a file
	 * @return why its file could not be looked at; {@code null} if the file is gone
	 */
	@Nullable String of(DocumentInfo document) {
		String origin = document.origin();
		IngestSource source = this.sources.get(origin);
		if (source == null) {
			return this.found.missing.isEmpty() ? null : "their source is not named any more, and another is not there";
		}
		Path absent = this.found.missing.getOrDefault(origin, this.found.unmade.get(origin));
		if (absent != null) {
			return absent + " is not there";
		}
		if (this.found.beyond.contains(document.id())) {
			return "there are more files than hnsw.ingest.max-files";
		}
		SkippedFile unreadable = this.found.unreadable(origin, document.path());
		if (unreadable != null) {
			return name(source, unreadable.path()) + " cannot be read";
		}
		return folder(source, document);
	}

	private @Nullable String folder(IngestSource source, DocumentInfo document) {
		String origin = document.origin();
		String folder = Found.above(document.path());
		String missing = "";
		while (!folder.isEmpty() && !this.found.isThere(origin, folder)) {
			missing = folder;
			folder = Found.above(folder);
		}
		if (!this.found.isFilled(origin, "")) {
			return name(source, "") + " is empty";
		}
		boolean empty = !this.found.isFilled(origin, folder);
		if (missing.isEmpty() && !empty) {
			return null;
		}
		int without = this.gone.getOrDefault(origin, 0);
		boolean most = without >= FEW && without > this.present.getOrDefault(origin, 0);
		return most ? name(source, empty ? folder : missing) + (empty ? " is empty" : " is not there")
				+ ", and with it most documents of the source are gone" : null;
	}

	/** Put together as text, since the locale may not have the name's characters. */
	private static String name(IngestSource source, String place) {
		return source.path().toAbsolutePath() + (place.isEmpty() ? "" : "/" + place);
	}

}

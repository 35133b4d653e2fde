package io.github.hnswspring.ingest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * What a look at all sources found, and what it could not look at. Confined to the thread
 * that looks, then only read.
 */
final class Found {

	private static final int MAX_SKIPPED = 1_000;

	final Map<String, SourceFile> files = new LinkedHashMap<>();

	final Map<String, Stamp> stamps = new LinkedHashMap<>();

	final List<SkippedFile> skipped = new ArrayList<>();

	/** Sources that are not there, by what they are called. */
	final Map<String, Path> missing = new TreeMap<>();

	/** Beyond the most files that are taken; what is stored of them stays. */
	final Set<String> beyond = new HashSet<>();

	/** Folders below a source that could not be listed: the source's name and a path. */
	private final List<SkippedFile> unreadable = new ArrayList<>();

	private final Set<String> filled = new HashSet<>();

	int skippedCount;

	void skip(SkippedFile file) {
		this.skippedCount++;
		if (this.skipped.size() < MAX_SKIPPED) {
			this.skipped.add(file);
		}
	}

	void unreadable(SkippedFile file) {
		skip(file);
		this.unreadable.add(file);
	}

	/** There is something in the source's folder, of whatever kind. */
	void filled(String source) {
		this.filled.add(source);
	}

	/**
	 * Why a document that was not found may still be there.
	 * @param document a document without a file
	 * @param sources all sources, by name
	 * @return why its file could not be looked at; {@code null} if the file is gone
	 */
	@Nullable String doubt(DocumentInfo document, Map<String, IngestSource> sources) {
		IngestSource source = sources.get(document.origin());
		if (source == null) {
			return this.missing.isEmpty() ? null : "their source is not named any more, and another is not there";
		}
		Path absent = this.missing.get(document.origin());
		if (absent != null) {
			return absent + " is not there";
		}
		if (!this.filled.contains(document.origin()) && !source.owned()) {
			return source.path().toAbsolutePath() + " is empty";
		}
		if (this.beyond.contains(document.id())) {
			return "there are more files than hnsw.ingest.max-files";
		}
		for (SkippedFile folder : this.unreadable) {
			if (folder.source().equals(document.origin())
					&& (folder.path().isEmpty() || (document.path() + "/").startsWith(folder.path() + "/"))) {
				return source.path().resolve(folder.path()).toAbsolutePath() + " cannot be read";
			}
		}
		return null;
	}

}

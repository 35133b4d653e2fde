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

	/** Sources that are there, but without a file that is read. */
	final List<Barren> barren = new ArrayList<>();

	/** Beyond the most files that are taken; what is stored of them stays. */
	final Set<String> beyond = new HashSet<>();

	/** Folders below a source that could not be listed: the source's name and a path. */
	private final List<SkippedFile> unreadable = new ArrayList<>();

	/** Owned folders that are not there; one that was never filled is no news. */
	final Map<String, Path> unmade = new TreeMap<>();

	/** Folders that were looked at. */
	private final Set<Folder> folders = new HashSet<>();

	/** Those of them with something to see in them or below. */
	private final Set<Folder> filled = new HashSet<>();

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

	/** A folder of a source is there. */
	void folder(String source, String place) {
		this.folders.add(new Folder(source, place));
	}

	/**
	 * Something is in a folder, of whatever kind, other than hidden files and folders in
	 * which there is nothing: an empty mount point often has one.
	 */
	void filled(String source, String place) {
		String folder = place;
		while (this.filled.add(new Folder(source, folder)) && !folder.isEmpty()) {
			folder = above(folder);
		}
	}

	/** A folder was not looked into, and is not to be. */
	void leftOut(String source, String place, boolean hidden) {
		if (!hidden) {
			filled(source, place);
		}
		this.filled.add(new Folder(source, place));
	}

	boolean isThere(String source, String place) {
		return this.folders.contains(new Folder(source, place));
	}

	boolean isFilled(String source, String place) {
		return this.filled.contains(new Folder(source, place));
	}

	/** The folder below a source that could not be listed and may hold a place. */
	@Nullable SkippedFile unreadable(String source, String place) {
		for (SkippedFile folder : this.unreadable) {
			if (folder.source().equals(source)
					&& (folder.path().isEmpty() || (place + "/").startsWith(folder.path() + "/"))) {
				return folder;
			}
		}
		return null;
	}

	/** The folder a place is in; empty for the source's own. */
	static String above(String place) {
		return place.substring(0, Math.max(place.lastIndexOf('/'), 0));
	}

	/**
	 * A source from which no document comes.
	 *
	 * @param label what it is called in metadata
	 * @param name how it is written where it is configured
	 * @param reason why
	 */
	record Barren(String label, String name, String reason) {
	}

	/**
	 * A folder below a source.
	 *
	 * @param source what the source is called
	 * @param place where it lies, empty for the source's own
	 */
	private record Folder(String source, String place) {
	}

}

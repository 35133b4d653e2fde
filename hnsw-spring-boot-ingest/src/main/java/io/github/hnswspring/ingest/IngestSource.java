package io.github.hnswspring.ingest;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import io.github.hnswspring.autoconfigure.DirectoryProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A place documents come from: a folder, a file, or the files of a folder that a glob
 * pattern matches. An application has those that {@code hnsw.ingest.sources} names, and
 * beans of this type.
 *
 * @param name tells sources apart and is part of the identity of their documents: with
 * another name they are other documents
 * @param path a folder, which is searched with all below it, or a file; a relative one is
 * resolved against the working directory
 * @param pattern a glob for the paths below the folder, or {@code null} for all
 * @param owned whether the folder is the application's: {@link Ingestion#put} writes into
 * it, and deleting a document deletes its file
 */
public record IngestSource(String name, Path path, @Nullable String pattern, boolean owned) {

	private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

	/**
	 * Checks the name.
	 * @throws IllegalArgumentException if it is empty
	 */
	public IngestSource {
		Assert.hasText(name, "A source must have a name");
	}

	/**
	 * A source as {@code hnsw.ingest.sources} names it.
	 * @param location the path of a folder or file, or a glob such as
	 * {@code manuals/**}{@code /*.pdf}; what begins with {@code ~/} lies in the home
	 * directory, and {@code file:} before it changes nothing
	 * @return the source, whose name is the path as it is written
	 * @throws IllegalArgumentException when that is no path or no glob
	 */
	public static IngestSource of(String location) {
		Assert.hasText(location, "A source must not be empty; name a file, a folder or a glob pattern");
		try {
			String written = slashes(SourceLocation.path(location.strip()));
			Matcher wildcard = WILDCARD.matcher(written);
			if (!wildcard.find() || exists(written)) {
				return of(written, null);
			}
			int folder = written.lastIndexOf('/', wildcard.start());
			return of(written.substring(0, Math.max(folder, (folder == 0) ? 1 : 0)), written.substring(folder + 1));
		}
		catch (PatternSyntaxException ex) {
			throw new IllegalArgumentException(
					"'" + location + "' is no glob pattern: " + ex.getDescription().replaceAll("\\R.*", ""), ex);
		}
		catch (InvalidPathException ex) {
			throw new IllegalArgumentException("'" + location + "' is no path: " + ex.getReason(), ex);
		}
	}

	/**
	 * A folder of the application, into which {@link Ingestion#put} writes. Its documents
	 * are called by their file names alone, and stay what they are when the folder moves.
	 * @param name tells it from other sources
	 * @param folder made if it does not exist
	 * @return the source
	 */
	public static IngestSource owned(String name, Path folder) {
		return new IngestSource(name, folder, null, true);
	}

	private static IngestSource of(String written, @Nullable String pattern) {
		Path path = Path.of(written);
		if (pattern != null) {
			// Read once, so that what is no pattern is told at the start.
			new PlacePattern(path.getFileSystem(), pattern);
		}
		return new IngestSource(name(path.normalize()), DirectoryProperty.atHome(path).normalize(), pattern, false);
	}

	private static boolean exists(String written) {
		try {
			return Files.exists(DirectoryProperty.atHome(Path.of(written)));
		}
		catch (InvalidPathException ex) {
			return false;
		}
	}

	private static String name(Path path) {
		String name = slashes(path.toString());
		return name.isEmpty() ? "." : name;
	}

	static String slashes(String path) {
		return (File.separatorChar == '\\') ? path.replace('\\', '/') : path;
	}

	/** As it is written where it is configured. */
	String written() {
		return (this.pattern == null) ? this.name : this.name.equals(".") ? this.pattern
				: this.name + (this.name.endsWith("/") ? "" : "/") + this.pattern;
	}

	/**
	 * What the source is called, if no other is called so: no more of an absolute path
	 * than its end, since clients see it.
	 */
	String label() {
		if (this.owned) {
			return this.name;
		}
		if (this.path.isAbsolute() || this.path.startsWith("..")) {
			Path last = this.path.getFileName();
			return (last != null) ? last.toString() : this.name;
		}
		return this.name;
	}

}

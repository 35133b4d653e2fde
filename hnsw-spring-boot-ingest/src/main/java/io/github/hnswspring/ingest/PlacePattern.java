package io.github.hnswspring.ingest;

import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A glob for places below a source, in which each <code>**&#47;</code> stands for any
 * number of folders, also for none: <code>**&#47;api/*.md</code> has
 * {@code api/index.md}. Java's own globs want at least one.
 */
final class PlacePattern {

	/** Where a name begins. */
	private static final Pattern ANY_FOLDERS = Pattern.compile("(?<=^|[/{,])(?:\\*\\*/)+");

	private final List<PathMatcher> matchers;

	PlacePattern(FileSystem files, String glob) {
		// Groups cannot be nested, so those inside a group are either all there or none.
		this.matchers = List.of(files.getPathMatcher("glob:" + optional(glob)),
				files.getPathMatcher("glob:" + optional(withoutInGroups(glob))));
	}

	private static String optional(String glob) {
		Matcher folders = ANY_FOLDERS.matcher(glob);
		return folders.replaceAll((match) -> isInGroup(glob, match.start()) ? "**/" : "{**/,}");
	}

	private static String withoutInGroups(String glob) {
		Matcher folders = ANY_FOLDERS.matcher(glob);
		return folders.replaceAll((match) -> isInGroup(glob, match.start()) ? "" : "**/");
	}

	private static boolean isInGroup(String glob, int position) {
		return glob.lastIndexOf('{', position - 1) > glob.lastIndexOf('}', position - 1);
	}

	boolean matches(Path place) {
		return this.matchers.stream().anyMatch((matcher) -> matcher.matches(place));
	}

}

package io.github.hnswspring.ingest;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.util.StringUtils;

/**
 * Where a source lies, as it is written where Spring's other properties take resources. A
 * source is watched and listed, which only a file system can do. Stateless.
 */
final class SourceLocation {

	private static final String FILE = "file:";

	/** Followed by two letters at least: {@code C:} is a drive. */
	private static final Pattern ELSEWHERE = Pattern
		.compile("(classpath\\*?|jar|war|optional|[a-z][a-z0-9+.-]+(?=://)):.*", Pattern.CASE_INSENSITIVE);

	private static final Pattern DRIVE = Pattern.compile("/[A-Za-z]:.*");

	private SourceLocation() {
	}

	/**
	 * The path of a location.
	 * @param location a path, which may be written as an address that begins with
	 * {@code file:}
	 * @return the path
	 * @throws IllegalArgumentException if it is an address of anything else
	 */
	static String path(String location) {
		if (location.regionMatches(true, 0, FILE, 0, FILE.length())) {
			return ofAddress(location, location.substring(FILE.length()));
		}
		Matcher elsewhere = ELSEWHERE.matcher(location);
		if (elsewhere.matches()) {
			throw new IllegalArgumentException("'" + location + "' begins with '" + elsewhere.group(1)
					+ ":', but a source must be a file, a folder or a glob pattern of the file system, such as manuals, "
					+ "file:manuals or /srv/manuals/**/*.md. Copy what is to be read into a folder and name that; a "
					+ "folder that is really called so is written ./" + location);
		}
		return location;
	}

	private static String ofAddress(String location, String rest) {
		String path = rest;
		if (path.startsWith("//")) {
			if (!path.startsWith("///")) {
				throw new IllegalArgumentException(
						"'" + location + "' names another host, but a source must lie on this " + "machine: write file:"
								+ path.substring(2) + " for a relative path, or file:/" + path.substring(2)
								+ " for an absolute one");
			}
			path = path.substring(2);
		}
		try {
			path = StringUtils.uriDecode(path, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("'" + location + "' is no address: a percent sign in one is written %25",
					ex);
		}
		if (path.isBlank()) {
			throw new IllegalArgumentException(
					"'" + location + "' names no path; write one behind it, or . for the " + "working directory");
		}
		return DRIVE.matcher(path).matches() ? path.substring(1) : path;
	}

}

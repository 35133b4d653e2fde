package io.github.hnswspring.autoconfigure;

import java.io.File;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.StringUtils;

/**
 * {@code hnsw.directory}, and those like it, as a path. Read here and not by Spring's
 * conversion, which prefers a class path resource of the same name.
 */
public final class DirectoryProperty {

	private static final Pattern URL = Pattern.compile("(?i)jdbc:|(?!file:)[A-Za-z][A-Za-z0-9+.-]+://");

	private static final String HOME = "~";

	private static final Pattern WINDOWS_PATH = Pattern.compile("[A-Za-z]:(?:[/\\\\]|$)|[^\\\\]*\\\\");

	private DirectoryProperty() {
	}

	/**
	 * As shells read it: what begins with {@code ~/} lies in the home directory, and a
	 * directory that is called so is {@code ./~}.
	 * @param path as it is written
	 * @return the same, or where it lies in the home directory
	 */
	public static Path atHome(Path path) {
		return path.startsWith(HOME) ? Path.of(System.getProperty("user.home")).resolve(Path.of(HOME).relativize(path))
				: path;
	}

	/**
	 * Reads the property.
	 * @param directory its value
	 * @return the path, or {@code null} for a temporary directory
	 */
	static @Nullable Path path(@Nullable String directory) {
		return path("hnsw.directory", directory);
	}

	/**
	 * Reads a property.
	 * @param property its name
	 * @param directory its value
	 * @return the path, or {@code null} if it is not set
	 * @throws InvalidConfigurationPropertyValueException if it is no path of this system
	 */
	public static @Nullable Path path(String property, @Nullable String directory) {
		if (!StringUtils.hasText(directory)) {
			return null;
		}
		String text = directory.strip();
		if (isDirectory(text)) {
			// Maybe an odd name, but the directory exists: a store may lie there.
			return Path.of(text);
		}
		requirePath(property, text);
		try {
			return isFileUrl(text) ? Path.of(URI.create(text)) : atHome(Path.of(text));
		}
		catch (IllegalArgumentException | FileSystemNotFoundException ex) {
			throw invalid(property, text, "It must be a path of this file system: " + ex.getMessage()
					+ (isFileUrl(text) ? ". Write it without 'file:'." : "."));
		}
	}

	private static boolean isFileUrl(String text) {
		return text.regionMatches(true, 0, "file:", 0, 5);
	}

	/** Refuses names that this system would take for those of a new directory. */
	private static void requirePath(String property, String text) {
		if (text.startsWith(HOME) && !isInHome(text)) {
			throw invalid(property, text,
					"Only a shell knows the home directories of others; '~/' is that of this user, and any other path "
							+ "is written in full.");
		}
		if (text.regionMatches(true, 0, "classpath:", 0, 10) || text.regionMatches(true, 0, "classpath*:", 0, 11)) {
			throw invalid(property, text,
					"A store is written to, so it cannot lie on the class path; write the path of a directory.");
		}
		if (text.contains("${")) {
			throw invalid(property, text,
					"A placeholder in it has no value; define that property or variable, or give a default such as "
							+ "${NAME:/var/lib/vectors}.");
		}
		if (URL.matcher(text).lookingAt()) {
			throw invalid(property, text,
					"A store lies on a local disk, not at an address; write the path of a directory.");
		}
		if (File.separatorChar == '/' && WINDOWS_PATH.matcher(text).lookingAt()) {
			throw invalid(property, text, "That is a path of Windows, but this is " + System.getProperty("os.name")
					+ "; write a path such as /var/lib/vectors.");
		}
	}

	private static boolean isInHome(String text) {
		try {
			return Path.of(text).startsWith(HOME);
		}
		catch (InvalidPathException ex) {
			return false;
		}
	}

	private static boolean isDirectory(String text) {
		try {
			return Files.isDirectory(Path.of(text));
		}
		catch (InvalidPathException ex) {
			return false;
		}
	}

	private static InvalidConfigurationPropertyValueException invalid(String property, String text, String reason) {
		return new InvalidConfigurationPropertyValueException(property, text, reason);
	}

}

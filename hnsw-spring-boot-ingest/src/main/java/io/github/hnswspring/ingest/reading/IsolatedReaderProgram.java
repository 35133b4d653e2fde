package io.github.hnswspring.ingest.reading;

import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.apache.commons.logging.LogFactory;
import org.apache.fontbox.FontBoxFont;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.RandomAccessRead;
import org.jsoup.Jsoup;

/**
 * Where {@link IsolatedMain} and the libraries it needs lie, as arguments for a JVM:
 * directories and jars, or the executable jar of Spring Boot.
 */
final class IsolatedReaderProgram {

	/** How Boot's loader calls a jar in a jar, and the directory of our own classes. */
	private static final String NESTED = "jar:nested:";

	/** Between the executable jar and what lies in it. */
	private static final String IN_ARCHIVE = "/!";

	private static final List<Class<?>> TYPES = List.of(IsolatedMain.class, Loader.class, RandomAccessRead.class,
			FontBoxFont.class, LogFactory.class, Jsoup.class);

	private IsolatedReaderProgram() {
	}

	/** Class path and main class. */
	static List<String> arguments() {
		Set<String> entries = new LinkedHashSet<>();
		for (Class<?> type : TYPES) {
			URL location = type.getProtectionDomain().getCodeSource().getLocation();
			if (isInExecutableJar(location)) {
				return List.of("-cp", file(location).toString(), "-Dloader.main=" + IsolatedMain.class.getName(),
						"org.springframework.boot.loader.launch.PropertiesLauncher");
			}
			entries.add(file(location).toString());
		}
		return List.of("-cp", String.join(File.pathSeparator, entries), IsolatedMain.class.getName());
	}

	private static boolean isInExecutableJar(URL location) {
		return location.toString().startsWith(NESTED);
	}

	/**
	 * The file or directory a code source names. A URL is not a path: blanks and many
	 * other characters are encoded in it, and a percent sign in a name is encoded twice
	 * if it is taken for one.
	 * @param location {@code file:…}, or {@code jar:nested:…} for the executable jar
	 */
	static Path file(URL location) {
		String url = location.toString();
		int inArchive = url.indexOf(IN_ARCHIVE);
		String file = (url.startsWith(NESTED) && inArchive > 0) ? "file:" + url.substring(NESTED.length(), inArchive)
				: url;
		try {
			return Path.of(new URI(file));
		}
		catch (URISyntaxException ex) {
			// Some class loaders do not encode; then there is nothing to decode.
			return Path.of(file.substring("file:".length()));
		}
		catch (IllegalArgumentException | FileSystemNotFoundException ex) {
			throw new IllegalStateException("Cannot tell which file " + url + " is; expected file:… or jar:nested:…",
					ex);
		}
	}

}

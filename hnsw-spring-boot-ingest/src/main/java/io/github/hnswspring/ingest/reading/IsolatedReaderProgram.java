package io.github.hnswspring.ingest.reading;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import com.ibm.icu.text.CharsetDetector;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.logging.LogFactory;
import org.apache.fontbox.FontBoxFont;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.RandomAccessRead;
import org.asciidoctor.Asciidoctor;
import org.commonmark.ext.footnotes.FootnotesExtension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Node;
import org.jsoup.Jsoup;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/**
 * Where {@link IsolatedMain} and the libraries it needs lie, as arguments for a JVM:
 * directories and jars, or the executable jar of Spring Boot.
 */
final class IsolatedReaderProgram {

	/** How Boot's loader calls a jar in a jar, and the directory of our own classes. */
	private static final String NESTED = "jar:nested:";

	/** Between the executable jar and what lies in it. */
	private static final String IN_ARCHIVE = "/!";

	/** Of each library one class that the readers themselves use. */
	private static final List<Class<?>> TYPES = List.of(IsolatedMain.class, Loader.class, RandomAccessRead.class,
			FontBoxFont.class, LogFactory.class, Jsoup.class, Node.class, TablesExtension.class,
			FootnotesExtension.class, Asciidoctor.class, CharsetDetector.class, CSVFormat.class, Yaml.class,
			Nullable.class);

	private IsolatedReaderProgram() {
	}

	/**
	 * Class path and main class.
	 * @return arguments; of an application in an executable jar, its libraries are
	 * unpacked for the process, and {@link #end} deletes them
	 * @throws IOException when they cannot be unpacked
	 */
	static List<String> arguments() throws IOException {
		Set<String> entries = new LinkedHashSet<>();
		for (Class<?> type : TYPES) {
			URL location = type.getProtectionDomain().getCodeSource().getLocation();
			if (isInExecutableJar(location)) {
				UnpackedLibraries unpacked = UnpackedLibraries.of(file(location));
				return List.of("-D" + UnpackedLibraries.PROPERTY + "=" + unpacked.directory(), "-cp",
						classPath(unpacked.classPath().stream().map(Path::toString).toList()),
						IsolatedMain.class.getName());
			}
			entries.add(file(location).toString());
		}
		// Ruby and Tika consist of many more jars.
		entries.addAll(List.of(System.getProperty("java.class.path", "").split(File.pathSeparator)));
		for (ClassLoader loader = IsolatedMain.class.getClassLoader(); loader != null; loader = loader.getParent()) {
			if (loader instanceof URLClassLoader files) {
				for (URL url : files.getURLs()) {
					if (url.getProtocol().equals("file")) {
						entries.add(file(url).toString());
					}
				}
			}
		}
		entries.remove("");
		return List.of("-cp", classPath(entries), IsolatedMain.class.getName());
	}

	private static String classPath(Collection<String> entries) {
		return String.join(File.pathSeparator, entries);
	}

	/** Deletes what was unpacked for a process that has ended. */
	static void end(List<String> arguments) {
		String option = "-D" + UnpackedLibraries.PROPERTY + "=";
		arguments.stream()
			.filter((argument) -> argument.startsWith(option))
			.forEach((argument) -> UnpackedLibraries.delete(Path.of(argument.substring(option.length()))));
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

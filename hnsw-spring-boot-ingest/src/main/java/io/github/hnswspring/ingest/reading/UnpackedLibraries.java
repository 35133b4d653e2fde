package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The libraries that read documents, copied out of an executable jar: Ruby does not find
 * its files in a jar that lies in a jar.
 *
 * @param directory where they are, for the time that they are needed
 * @param classPath the jars, and the directory of classes
 */
record UnpackedLibraries(Path directory, List<Path> classPath) {

	/** Names the directory to the process that runs from it. */
	static final String PROPERTY = "hnsw.ingest.unpacked";

	/** The models and everything else in the application stay where they are. */
	private static final Pattern NEEDED = Pattern.compile("(?:hnsw-spring-boot-ingest|pdfbox|fontbox|xmpbox|jempbox"
			+ "|commons-|jsoup|jspecify|commonmark|icu4j|snakeyaml|asciidoctorj|jruby|jnr-|jffi|joni|jcodings|asm-"
			+ "|asm\\d|dirgra|invokebinder|options-|jzlib|joda-time|jitescript|backport9|crac|tika-|poi-|xmlbeans"
			+ "|SparseBitSet|curvesapi|jackcess|bc\\w+-jdk|java-libpst|apache-mime4j|juniversalchardet|jaxb-|txw2"
			+ "|istack-|jakarta\\.(?:xml|activation)|angus-activation|slf4j-api|log4j-api).*\\.jar");

	private static final Pattern LIBRARY = Pattern.compile("(?:BOOT|WEB)-INF/lib(?:-provided)?/([^/]+\\.jar)");

	private static final Pattern OWN_CLASS = Pattern
		.compile("(?:BOOT|WEB)-INF/classes/(io/github/hnswspring/ingest/reading/[^/]+\\.class)");

	static UnpackedLibraries of(Path executableJar) throws IOException {
		Path directory = Files.createTempDirectory("hnsw-ingest-");
		UnpackedLibraries unpacked = new UnpackedLibraries(directory, new ArrayList<>(List.of(directory)));
		try (ZipFile jar = new ZipFile(executableJar.toFile())) {
			for (Enumeration<? extends ZipEntry> entries = jar.entries(); entries.hasMoreElements();) {
				ZipEntry entry = entries.nextElement();
				var library = LIBRARY.matcher(entry.getName());
				var ownClass = OWN_CLASS.matcher(entry.getName());
				if (library.matches() && NEEDED.matcher(library.group(1)).matches()) {
					unpacked.classPath().add(copy(jar, entry, directory.resolve(library.group(1))));
				}
				else if (ownClass.matches()) {
					copy(jar, entry, directory.resolve(ownClass.group(1)));
				}
			}
			return unpacked;
		}
		catch (IOException ex) {
			delete(directory);
			throw ex;
		}
	}

	private static Path copy(ZipFile jar, ZipEntry entry, Path target) throws IOException {
		Files.createDirectories(target.getParent());
		try (InputStream in = jar.getInputStream(entry)) {
			Files.copy(in, target);
		}
		return target;
	}

	/** Deletes what was unpacked; what is in use on some systems stays. */
	static void delete(Path directory) {
		try (Stream<Path> files = Files.walk(directory)) {
			for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
				Files.deleteIfExists(file);
			}
		}
		catch (IOException ex) {
			// It lies in the directory for temporary files, which is cleared at times.
		}
	}

}

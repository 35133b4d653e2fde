package io.github.hnswspring.ingest.reading;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

import io.github.hnswspring.fixtures.HostileFiles;
import org.apache.commons.logging.LogFactory;
import org.apache.fontbox.FontBoxFont;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.RandomAccessRead;
import org.jsoup.Jsoup;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.loader.tools.Library;
import org.springframework.boot.loader.tools.LibraryScope;
import org.springframework.boot.loader.tools.Repackager;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Documents are read by a JVM that has to find its classes wherever the application lies:
 * from class directories and plain jars, and from inside an executable jar of Spring
 * Boot, made here with its own tools and only as large as reading needs.
 */
class ExecutableJarTests {

	/** What reading needs; most of it is Ruby. */
	private static final Pattern LIBRARIES = Pattern.compile(
			"(?:pdfbox|fontbox|commons-(?:logging|csv|io|codec)|jsoup|jspecify|commonmark|icu4j|snakeyaml|spring-core"
					+ "|asciidoctorj|jruby|jnr|jffi|joni|jcodings|asm|dirgra|invokebinder|options|jzlib|joda-time|jitescript"
					+ "|backport9|crac)[-0-9].*[.]jar");

	@TempDir
	private static Path directory;

	private static Path jar;

	@BeforeAll
	static void makeExecutableJar() throws Exception {
		Path plain = directory.resolve("plain.jar");
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		try (OutputStream file = Files.newOutputStream(plain);
				JarOutputStream out = new JarOutputStream(file, manifest)) {
			for (Path classes : List.of(location(IsolatedMain.class), location(ReadingProgram.class))) {
				addReadingClasses(out, classes);
			}
		}
		List<Path> libraries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.map(Path::of)
			.filter((path) -> LIBRARIES.matcher(path.getFileName().toString()).lookingAt())
			.toList();
		jar = directory.resolve("executable.jar");
		Repackager repackager = new Repackager(plain.toFile());
		repackager.setMainClass(ReadingProgram.class.getName());
		repackager.repackage(jar.toFile(), (callback) -> {
			for (Path library : libraries) {
				callback.library(new Library(library.toFile(), LibraryScope.COMPILE));
			}
		});
	}

	private static void addReadingClasses(JarOutputStream out, Path classes) throws IOException {
		String folder = "io/github/hnswspring/ingest/reading/";
		try (Stream<Path> files = Files.list(classes.resolve(folder))) {
			for (Path file : files.filter((file) -> !file.toString().endsWith("package-info.class")).toList()) {
				out.putNextEntry(new ZipEntry(folder + file.getFileName()));
				Files.copy(file, out);
				out.closeEntry();
			}
		}
	}

	private static Path location(Class<?> type) throws Exception {
		return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
	}

	@ParameterizedTest
	@ValueSource(strings = { "with blank", "100%25%20done%; a+b#c?d&e!f", "%E4=,@[x]' Äpfel 苹果" })
	@Timeout(120)
	void documentsAreReadFromAnExecutableJarWhateverItsDirectoryIsCalled(String name) throws Exception {
		Path installed = Files.createDirectory(directory.resolve(name));
		Path program = Files.createLink(installed.resolve("my app.jar"), jar);
		Path html = Files.writeString(installed.resolve("bread.html"), "<h1>Bread</h1><p>Flour, water and salt.");
		Path pdf = Files.write(installed.resolve("fruit.pdf"), HostileFiles.pdf("Of apples."));
		Path adoc = Files.writeString(installed.resolve("nuts.adoc"), "= Nuts\n:kind: hazel\n\nOf {kind} nuts.\n");
		Path markdown = Files.writeString(installed.resolve("herbs.md"), "# Herbs\n\nOf *sage*.\n");
		assertThat(run(program, html, pdf, adoc, markdown)).contains(
				"READ [Section[headings=[Nuts], blocks=[Block[kind=PROSE, text=Of hazel nuts.]], page=0]]",
				"READ [Section[headings=[Herbs], blocks=[Block[kind=PROSE, text=Of sage.]], page=0]]",
				"READ [Section[headings=[Bread], blocks=[Block[kind=PROSE, text=Flour, water and salt.]], page=0]]",
				"READ [Section[headings=[], blocks=[Block[kind=PROSE, text=Of apples.]], page=1]]");
	}

	private static String run(Path program, Path... files) throws IOException, InterruptedException {
		Path temporary = Files.createTempDirectory(directory, "temporary");
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
						"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dstdout.encoding=UTF-8",
						"-Djava.io.tmpdir=" + temporary, "-jar", program.toString()));
		Stream.of(files).map(Path::toString).forEach(command::add);
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(temporary).as("what was unpacked is deleted").isDirectoryNotContaining("glob:**/hnsw-ingest-*");
		return output;
	}

	@ParameterizedTest
	@ValueSource(strings = { "with blank", "100%25%20done%", "a+b#c?d&e!f", "Äpfel 苹果" })
	void aCodeSourceNamesAFile(String name) throws Exception {
		File file = new File("/some where/" + name + "/app.jar").getAbsoluteFile();
		URI uri = file.toURI();
		assertThat(IsolatedReaderProgram.file(uri.toURL())).isEqualTo(file.toPath());
		assertThat(IsolatedReaderProgram.file(new URI("file", null, file.getPath(), null).toURL()))
			.isEqualTo(file.toPath());
	}

	@Test
	void aReaderThatDoesNotStartIsNotBlamedOnTheDocument() throws IOException {
		Path file = Files.writeString(directory.resolve("sound.html"), "<p>Nothing is wrong with this.");
		IsolatedReader reader = new IsolatedReader(Duration.ofSeconds(60), DataSize.ofBytes(1), 100_000);
		assertThatExceptionOfType(ReaderStartException.class).isThrownBy(() -> reader.read(DocumentFormat.HTML, file))
			.withMessageContaining("exit code 1")
			.withMessageContaining("log");
	}

}

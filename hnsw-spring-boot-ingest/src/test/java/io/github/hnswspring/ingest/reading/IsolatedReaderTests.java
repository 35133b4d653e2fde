package io.github.hnswspring.ingest.reading;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.HostileFiles;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The life of the process that reads. */
@ExtendWith(OutputCaptureExtension.class)
class IsolatedReaderTests {

	private static final Set<String> NEEDED = Set.of("PATH", "HOME", "TMPDIR", "TMP", "TEMP", "LANG", "LC_ALL",
			"LC_CTYPE", "SystemRoot", "windir");

	@TempDir
	private Path directory;

	@Test
	void oneProcessReadsManyFilesAndEndsWhenClosed() throws Exception {
		ProcessHandle process;
		try (IsolatedReader reader = reader(Duration.ofSeconds(60), 128)) {
			Set<Long> processes = new HashSet<>();
			for (int i = 0; i < 5; i++) {
				Path file = Files.writeString(this.directory.resolve(i + ".html"), "<p>Number " + i);
				assertThat(reader.read(DocumentFormat.HTML, file).sections())
					.containsExactly(Section.ofProse(List.of(), List.of("Number " + i), 0));
				processes.add(reader.process().orElseThrow().pid());
			}
			assertThat(processes).hasSize(1);
			process = reader.process().orElseThrow();
		}
		process.onExit().get(60, TimeUnit.SECONDS);
	}

	@Test
	@Timeout(180)
	void readingThatTakesTooLongIsEndedAndTheNextFileIsRead() throws IOException {
		Path endless = Files.write(this.directory.resolve("endless.pdf"), HostileFiles.pdfThatClaimsManyPages());
		Path sound = Files.writeString(this.directory.resolve("sound.txt"), "Of apples.");
		try (IsolatedReader reader = reader(Duration.ofSeconds(4), 128)) {
			assertThatExceptionOfType(UnreadableDocumentException.class)
				.isThrownBy(() -> reader.read(DocumentFormat.PDF, endless))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.TOO_LARGE))
				.withMessageContaining("takes longer than 4 seconds to read (hnsw.ingest.read-timeout)");
			assertThat(reader.read(DocumentFormat.TEXT, sound).sections()).hasSize(1);
		}
	}

	@Test
	@Timeout(180)
	void readingThatNeedsTooMuchMemoryIsEndedAndTheNextFileIsRead() throws IOException {
		Path large = Files.writeString(this.directory.resolve("large.html"),
				"<p>paragraph of text</p>".repeat(400_000));
		Path sound = Files.writeString(this.directory.resolve("sound.html"), "<p>Small.");
		try (IsolatedReader reader = reader(Duration.ofSeconds(120), 24)) {
			assertThatExceptionOfType(UnreadableDocumentException.class)
				.isThrownBy(() -> reader.read(DocumentFormat.HTML, large))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.TOO_LARGE))
				.withMessageContaining("more than 24 MB");
			assertThat(reader.read(DocumentFormat.HTML, sound).sections()).hasSize(1);
		}
	}

	@Test
	@Timeout(180)
	void aProcessThatWasKilledBetweenFilesIsStartedAnew() throws Exception {
		Path sound = Files.writeString(this.directory.resolve("sound.html"), "<p>Small.");
		try (IsolatedReader reader = reader(Duration.ofSeconds(120), 64)) {
			assertThat(reader.read(DocumentFormat.HTML, sound).sections()).hasSize(1);
			ProcessHandle process = reader.process().orElseThrow();
			process.destroyForcibly();
			process.onExit().get(60, TimeUnit.SECONDS);
			assertThat(reader.read(DocumentFormat.HTML, sound).sections()).hasSize(1);
		}
	}

	/** Ctrl+C ends the application and all that it has started. */
	@Test
	@Timeout(180)
	void aSignalInTheMiddleOfAFileIsNoDamageOfTheDocument(CapturedOutput output) throws Exception {
		Path endless = Files.write(this.directory.resolve("endless.pdf"), HostileFiles.pdfThatClaimsManyPages());
		Path sound = Files.writeString(this.directory.resolve("sound.html"), "<p>Small.");
		try (IsolatedReader reader = reader(Duration.ofSeconds(120), 128)) {
			reader.read(DocumentFormat.HTML, sound);
			ProcessHandle process = reader.process().orElseThrow();
			Duration before = time(process);
			Thread signal = new Thread(() -> {
				// It does nothing by itself, so it is in the middle of the file then.
				while (time(process).minus(before).toMillis() < 500) {
					LockSupport.parkNanos(1_000_000);
				}
				process.destroy();
			});
			signal.start();
			assertThatExceptionOfType(ReaderStartException.class)
				.isThrownBy(() -> reader.read(DocumentFormat.PDF, endless))
				.withMessageContaining("ended by a signal from outside");
			signal.join();
			assertThat(reader.read(DocumentFormat.HTML, sound).sections()).as("by another process").hasSize(1);
			assertThat(output).doesNotContain("damaged");
		}
	}

	/** What a process has had of the processors. */
	private static Duration time(ProcessHandle process) {
		return process.info().totalCpuDuration().orElseThrow();
	}

	/** As when the application is killed: then nothing closes the reader. */
	@Test
	@Timeout(180)
	void theProcessEndsWithItsInputEvenInTheMiddleOfAFile() throws Exception {
		Path endless = Files.write(this.directory.resolve("endless.pdf"), HostileFiles.pdfThatClaimsManyPages());
		Process process = new ProcessBuilder(Stream
			.concat(Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
					IsolatedReaderProgram.arguments().stream())
			.toList()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
		try (DataOutputStream out = new DataOutputStream(process.getOutputStream())) {
			DataInputStream in = new DataInputStream(process.getInputStream());
			IsolatedProtocol.awaitStarted(in);
			IsolatedProtocol.write(out,
					new IsolatedProtocol.Request(DocumentFormat.PDF, endless.toString(), 1_000_000));
			IsolatedProtocol.awaitPrepared(in);
			assertThat(process.waitFor(200, TimeUnit.MILLISECONDS)).isFalse();
		}
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).isZero();
	}

	@Test
	@Timeout(180)
	void aPdfThatUnpacksToGigabytesIsReadOrRefusedElsewhere() throws IOException {
		Path file = Files.write(this.directory.resolve("x"), HostileFiles.pdfBomb(500));
		try (IsolatedReader reader = reader(Duration.ofSeconds(15), 64)) {
			assertThatExceptionOfType(UnreadableDocumentException.class)
				.isThrownBy(() -> reader.read(DocumentFormat.PDF, file))
				.satisfies((ex) -> assertThat(ex.reason()).isIn(Reason.TOO_LARGE, Reason.NO_TEXT));
		}
	}

	@Test
	@Timeout(180)
	void theProcessGetsNoKeysAndNoOptionsOfTheApplication() throws Exception {
		assertThat(System.getenv().keySet()).as("there is something to keep back")
			.anyMatch((name) -> !NEEDED.contains(name));
		IsolatedProcess process = IsolatedProcess
			.start(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
					System.getProperty("java.class.path"), EnvironmentProgram.class.getName()), 1);
		process.exitCode();
		process.handle().onExit().get(60, TimeUnit.SECONDS);
		assertThat(process.said()).contains("PATH").startsWith("[").endsWith("]");
		assertThat(process.said().replaceAll("[\\[\\]]", "").split(", ")).isSubsetOf(NEEDED);
		process.close();
	}

	@Test
	void whatTheProcessSaidWhenItDidNotStartIsInTheLog(CapturedOutput output) throws Exception {
		Path file = Files.writeString(this.directory.resolve("a.txt"), "Of apples.");
		try (IsolatedReader reader = new IsolatedReader(Duration.ofSeconds(120), DataSize.ofBytes(1), 100)) {
			assertThatExceptionOfType(ReaderStartException.class)
				.isThrownBy(() -> reader.read(DocumentFormat.TEXT, file));
		}
		assertThat(output).contains("and said: ").containsIgnoringCase("heap");
	}

	@Test
	void aHeadingAboveManySectionsIsPassedOnOnce() throws Exception {
		StringBuilder document = new StringBuilder("# " + "word ".repeat(200) + "\n\n");
		for (int section = 0; section < 2_100; section++) {
			document.append("## Section ").append(section).append("\n\nx\n\n");
		}
		Path file = Files.writeString(this.directory.resolve("long.md"), document);
		try (IsolatedReader reader = reader(Duration.ofSeconds(120), 128)) {
			List<Section> sections = reader.read(DocumentFormat.MARKDOWN, file).sections();
			assertThat(sections).hasSize(2_100);
			assertThat(sections.get(2_099).headings()).hasSize(2).last().isEqualTo("Section 2099");
			assertThat(sections.get(2_099).headings().get(0)).startsWith("word word").hasSize(999);
		}
	}

	@Test
	void anyNumberOfCharactersMayBeAllowed() throws Exception {
		Path file = Files.writeString(this.directory.resolve("a.md"), "# Apples\n\nOf apples.");
		try (IsolatedReader reader = new IsolatedReader(Duration.ofSeconds(120), DataSize.ofMegabytes(64),
				Integer.MAX_VALUE)) {
			assertThat(reader.read(DocumentFormat.MARKDOWN, file).sections()).hasSize(1);
		}
	}

	@Test
	@Timeout(180)
	void textIsReadByTheProcessToo() throws Exception {
		Path text = Files.writeString(this.directory.resolve("a.txt"), "Of apples.");
		Path csv = Files.writeString(this.directory.resolve("a.csv"), "name,value\npears,2\n");
		try (IsolatedReader reader = reader(Duration.ofSeconds(120), 64)) {
			assertThat(reader.read(DocumentFormat.TEXT, text).sections()).hasSize(1);
			ProcessHandle process = reader.process().orElseThrow();
			assertThat(reader.read(DocumentFormat.CSV, csv).sections().toString()).contains("pears");
			assertThat(reader.process().orElseThrow().pid()).isEqualTo(process.pid());
		}
	}

	private static IsolatedReader reader(Duration timeout, int megabytes) {
		return new IsolatedReader(timeout, DataSize.ofMegabytes(megabytes), 100_000);
	}

}

package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Disks that are really full, files that really may not grow, calls of the operating
 * system that really fail. Skipped where the tools for it are missing.
 */
@Tag("reliability")
class RealFaultTests {

	private static final String FULL = "Disk full is an error, not an accident";

	@TempDir
	Path directory;

	@Test
	void aSmallDiskIsFilledAtFortySizes() throws Exception {
		assumeWorks("mounting in a namespace of one's own", "unshare", "-rm", "mount", "-t", "tmpfs", "hnsw",
				this.directory.toString());
		String figures = victim(List.of("unshare", "-rm"), "full", 40);
		ReliabilityReport.record(FULL, "RealFaultTests.aSmallDiskIsFilledAtFortySizes",
				"40 file systems of 200 to 3,200 KiB filled: " + figures, 0);
	}

	@Test
	void filesMayNotGrowBeyondALimit() throws Exception {
		assumeWorks("limiting the size of files", "prlimit", "--fsize=1000000:", "true");
		String figures = victim(List.of(), "limit", 6);
		ReliabilityReport.record(FULL, "RealFaultTests.filesMayNotGrowBeyondALimit",
				"6 limits of 3 to 28 MiB a file: " + figures, 0);
	}

	/** Skips a test where a command does not work. */
	static void assumeWorks(String what, String... command) throws InterruptedException {
		int exit;
		try {
			exit = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor();
		}
		catch (IOException ex) {
			exit = -1;
		}
		assumeTrue(exit == 0, what + " does not work here: " + String.join(" ", command));
	}

	/** Runs a victim to its end and returns its figures. */
	private String victim(List<String> before, String fault, int count) throws Exception {
		List<String> command = new ArrayList<>(before);
		command.addAll(List.of(ProcessHandle.current().info().command().orElse("java"), "-Xmx512m", "-Xshare:auto",
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), DiskVictim.class.getName(),
				fault, this.directory.toString(), String.valueOf(count)));
		Path output = Files.createDirectories(ReliabilityReport.DIRECTORY).resolve("disk-" + fault + ".txt");
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
		boolean ended = process.waitFor(15, TimeUnit.MINUTES);
		process.destroyForcibly().waitFor();
		List<String> lines = Files.readAllLines(output);
		assertThat(ended).as("ended by itself; see " + output).isTrue();
		assertThat(process.exitValue())
			.as("see " + output + ": " + lines.stream().filter((line) -> line.contains("Error")).toList())
			.isZero();
		lines.stream().filter((line) -> line.startsWith("MESSAGE ")).forEach(System.out::println);
		return lines.stream()
			.filter((line) -> line.startsWith("FIGURES "))
			.findFirst()
			.orElseThrow()
			.substring("FIGURES ".length());
	}

}

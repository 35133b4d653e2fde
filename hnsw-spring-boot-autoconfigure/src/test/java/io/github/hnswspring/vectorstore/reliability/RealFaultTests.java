package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.hnswspring.reliability.Child;
import io.github.hnswspring.reliability.ReliabilityReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Disks that are really full, files that really may not grow, calls of the operating
 * system that really fail. Skipped where the tools for it are missing.
 */
@Tag("reliability")
class RealFaultTests {

	private static final String FULL = "Disk full is an error, not an accident";

	/** Of so many calls of fsync in a thread some are made to fail, one in a process. */
	private static final int SYNCS = 30;

	@TempDir
	Path directory;

	@Test
	void aSmallDiskIsFilledAtFortySizes() throws Exception {
		assumeWorks("mounting in a namespace of one's own", "unshare", "-rm", "mount", "-t", "tmpfs", "hnsw",
				this.directory.toString());
		String figures = victim(List.of("unshare", "-rm"), "full", 40);
		ReliabilityReport.record(FULL, "RealFaultTests.aSmallDiskIsFilledAtFortySizes",
				"40 file systems of 200 to 3,200 KiB filled: " + figures
						+ ", health down while full, then up by itself; 8 searches of a lost vector file on a full disk");
	}

	@Test
	void filesMayNotGrowBeyondALimit() throws Exception {
		limitFiles(2, "filesMayNotGrowBeyondALimit");
	}

	@Test
	@Tag("reliability-long")
	void filesMayNotGrowBeyondManyLimits() throws Exception {
		limitFiles(6, "filesMayNotGrowBeyondManyLimits");
	}

	private void limitFiles(int limits, String test) throws Exception {
		assumeWorks("limiting the size of files", "prlimit", "--fsize=1000000:", "true");
		String figures = victim(List.of(), "limit", limits);
		ReliabilityReport.record(FULL, "RealFaultTests." + test, limits + " limits of 3 to " + (5 * limits - 2)
				+ " MiB per file: " + figures + ", health down at the limit, then up by itself");
	}

	@Test
	void aDirectoryMayBecomeReadOnly() throws Exception {
		// The owner of everything is kept out by the rights only without capabilities.
		List<String> before = "root".equals(System.getProperty("user.name"))
				? List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all") : List.of();
		List<String> probe = new ArrayList<>(before);
		probe.addAll(List.of("sh", "-c", "mkdir " + this.directory + "/probe && chmod 500 " + this.directory
				+ "/probe && ! touch " + this.directory + "/probe/file"));
		assumeWorks("being kept out of a directory", probe.toArray(String[]::new));
		String figures = victim(before, "readonly", 1);
		ReliabilityReport.record(FULL, "RealFaultTests.aDirectoryMayBecomeReadOnly",
				"directory and files made read-only under a running store: " + figures);
	}

	@Test
	void aDirectoryMayBeMovedAwayAndBack() throws Exception {
		Path home = this.directory.resolve("store");
		Path away = this.directory.resolve("away");
		try (DiskStore disk = new DiskStore(home, 1, 500, true)) {
			assertThat(disk.start()).isTrue();
			for (int i = 0; i < 20; i++) {
				assertThat(disk.change()).isTrue();
			}
			Files.move(home, away);
			assertThat(disk.change()).as("changes what is not there").isFalse();
			disk.check("moved away");
			Files.move(away, home);
			DiskStore.await("health", () -> disk.health().equals(Status.UP));
			assertThat(disk.add(2)).isTrue();
			disk.check("moved back");
			disk.store().stop();
			assertThat(disk.start()).isTrue();
			disk.check("opened again");
			disk.checkIndex("opened again");
		}
		ReliabilityReport.record(FULL, "RealFaultTests.aDirectoryMayBeMovedAwayAndBack",
				"directory renamed under a running store: changes refused, searches go on; put back, writing goes on");
	}

	@Test
	void forcingDataToTheDiskMayFail() throws Exception {
		failSyncs(3, "forcingDataToTheDiskMayFail");
	}

	@Test
	@Tag("reliability-long")
	void forcingDataToTheDiskMayFailAtAnyTime() throws Exception {
		failSyncs(1, "forcingDataToTheDiskMayFailAtAnyTime");
	}

	private void failSyncs(int step, String test) throws Exception {
		String inject = "inject=fsync,fdatasync:error=EIO:when=";
		List<String> strace = List.of("strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e",
				"trace=fsync,fdatasync", "-e");
		List<String> probe = new ArrayList<>(strace);
		probe.addAll(List.of(inject + 1, "true"));
		assumeWorks("having calls of the operating system fail", probe.toArray(String[]::new));
		int[] sums = new int[3];
		for (int number = 1; number <= SYNCS; number += step) {
			List<String> before = new ArrayList<>(strace);
			before.add(inject + number);
			Matcher figures = Pattern.compile("(\\d+) \\D+(\\d+) \\D+(\\d+) starts")
				.matcher(victim(before, "sync", number));
			assertThat(figures.find()).isTrue();
			for (int i = 0; i < sums.length; i++) {
				sums[i] += Integer.parseInt(figures.group(i + 1));
			}
			String where = "fsync " + number + " failed";
			try (DiskStore disk = new DiskStore(this.directory.resolve("store"), number, 1_500, false)) {
				disk.expect(this.directory.resolve("expected"));
				assertThat(disk.start()).as(where).isTrue();
				disk.check(where + ", opened by another process");
				disk.checkIndex(where);
				assertThat(disk.add(2)).as(where).isTrue();
			}
			CrashHarness.delete(this.directory.resolve("store"));
		}
		assertThat(sums[1]).as("refused changes").isPositive();
		ReliabilityReport.record("Acknowledged is durable, whole, findable and paid for once", "RealFaultTests." + test,
				SYNCS / step + " of the first " + SYNCS + " fsyncs of every thread failed with EIO, one in each "
						+ "process, which then ended or closed: " + sums[0] + " changes acknowledged, " + sums[1]
						+ " refused, " + sums[2]
						+ " starts refused; what was acknowledged is there, what was refused whole or not at all");
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
		command.addAll(List.of(ProcessHandle.current().info().command().orElse("java"), "-Xmx512m", "-XX:+UseSerialGC",
				"-XX:TieredStopAtLevel=1", "-cp", Child.quietClassPath(), DiskVictim.class.getName(), fault,
				this.directory.toString(), String.valueOf(count)));
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

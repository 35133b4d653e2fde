package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.github.hnswspring.fixtures.Walks;

import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lets real disks fail under a store, in a process of its own: one that may mount, that
 * limits its files, or whose calls of the operating system fail. What it did and saw
 * follows on standard output; it ends with an error if a promise was broken.
 */
final class DiskVictim {

	private static final int MEBI = 1 << 20;

	private static int acknowledged;

	private static int refused;

	private static int refusedStarts;

	private static final Set<String> MESSAGES = new TreeSet<>();

	private DiskVictim() {
	}

	public static void main(String[] arguments) throws Exception {
		Walks.FreeWalks.walkAlways();
		Path directory = Path.of(arguments[1]);
		int count = Integer.parseInt(arguments[2]);
		switch (arguments[0]) {
			case "full" -> {
				for (int i = 0; i < count; i++) {
					fill(directory, i, 200 + 3_000 * i / count);
				}
			}
			case "limit" -> {
				for (int i = 0; i < count; i++) {
					limit(Files.createDirectories(directory.resolve("limit" + i)), i, (3 + 5L * i) * MEBI);
				}
			}
			case "readonly" -> takeRightsAway(directory.resolve("store"));
			case "sync" -> unforced(directory.resolve("store"), count);
			default -> throw new IllegalArgumentException("unknown fault " + arguments[0]);
		}
		System.out.println("FIGURES " + acknowledged + " changes acknowledged, " + refused + " refused, "
				+ refusedStarts + " starts refused, none lost");
		MESSAGES.forEach((message) -> System.out.println("MESSAGE " + message));
		// As a crash would end it.
		System.out.flush();
		Runtime.getRuntime().halt(0);
	}

	/** A file system of so many KiB is filled, and gets space again. */
	private static void fill(Path mount, int number, int kibibytes) throws Exception {
		String where = "disk of " + kibibytes + " KiB";
		boolean ballast = number % 2 == 0;
		run("mount", "-t", "tmpfs", "-o", "size=" + (kibibytes + (ballast ? 4_096 : 0)) + "k", "hnsw",
				mount.toString());
		Path weight = mount.resolve("ballast");
		if (ballast) {
			Files.write(weight, new byte[4 * MEBI]);
		}
		try (DiskStore disk = new DiskStore(mount.resolve("store"), number, 1_500, true)) {
			boolean started = disk.start();
			if (started) {
				fillUp(disk, where);
				if (number % 3 == 0) {
					disk.store().stop();
					started = disk.start();
				}
			}
			if (started) {
				disk.check(where + ", full");
			}
			refusedStarts += started ? 0 : 1;
			if (ballast) {
				Files.delete(weight);
			}
			else {
				run("mount", "-o", "remount,size=" + (kibibytes + 16_384) + "k", mount.toString());
			}
			if (!started) {
				assertThat(disk.start()).as(where + ", starts with space").isTrue();
			}
			heal(disk, number % 4 < 2, where);
		}
		if (number % 5 == 0) {
			searchInHoles(mount, number, where);
		}
		run("umount", "-l", mount.toString());
	}

	/** Until nothing fits any more, however small. */
	private static void fillUp(DiskStore disk, String where) throws InterruptedException {
		for (int i = 0; disk.change(); i++) {
			assertThat(i).as(where + " is never full").isLessThan(20_000);
		}
		disk.check(where + ", just full");
		for (int i = 0; i < 12; i++) {
			disk.add(8);
			disk.add(1);
			if (disk.documents() > 10) {
				disk.delete(1);
			}
		}
		if (!disk.add(8)) {
			// Meanwhile it is found out whether writing works again.
			Thread.sleep(1_200);
			Status health = disk.health();
			boolean added = disk.add(8);
			assertThat(added || health.equals(Status.DOWN)).as(where + " is healthy but cannot be written").isTrue();
		}
		disk.check(where + ", full to the last byte");
	}

	private static void heal(DiskStore disk, boolean byItself, String where) throws InterruptedException {
		if (byItself) {
			DiskStore.await("health, " + where, () -> disk.health().equals(Status.UP));
		}
		assertThat(disk.add(3)).as(where + ", writes again").isTrue();
		assertThat(disk.health()).as(where).isEqualTo(Status.UP);
		for (int i = 0; i < 10; i++) {
			assertThat(disk.add(2)).as(where + ", goes on").isTrue();
		}
		disk.check(where + ", with space");
		disk.checkIndex(where + ", with space");
		disk.store().stop();
		assertThat(disk.start()).isTrue();
		disk.check(where + ", opened again");
		disk.checkIndex(where + ", opened again");
		acknowledged += disk.acknowledged();
		refused += disk.refused();
		MESSAGES.addAll(disk.messages());
	}

	/**
	 * The vector file is lost, and the new one is a hole that a full disk cannot fill:
	 * reading a map of it ends in a SIGBUS on file systems that make room on reading.
	 */
	private static void searchInHoles(Path mount, int number, String where) throws Exception {
		Path directory = mount.resolve("store-with-holes");
		run("mount", "-o", "remount,size=64m", mount.toString());
		try (DiskStore disk = new DiskStore(directory, number, 500, true)) {
			assertThat(disk.start()).isTrue();
			while (disk.documents() < 300) {
				assertThat(disk.add(8)).isTrue();
			}
			disk.store().stop();
			try (var files = Files.newDirectoryStream(directory, "vectors-*")) {
				for (Path file : files) {
					Files.delete(file);
				}
			}
			assertThat(disk.start()).isTrue();
			Path rest = mount.resolve("rest");
			fillWith(rest);
			disk.check(where + ", vectors lost and no space to write them");
			Files.delete(rest);
			DiskStore.await("health, " + where, () -> disk.health().equals(Status.UP));
			disk.check(where + ", space to write lost vectors");
			disk.checkIndex(where + ", space to write lost vectors");
		}
	}

	private static void fillWith(Path file) throws IOException {
		byte[] page = new byte[4_096];
		try (OutputStream output = Files.newOutputStream(file)) {
			while (true) {
				output.write(page);
			}
		}
		catch (IOException ex) {
			assertThat(ex).hasMessageContaining("No space left");
		}
	}

	/** No file of this process may grow beyond a limit, until it is lifted. */
	private static void limit(Path directory, int number, long bytes) throws Exception {
		String where = "files of at most " + bytes + " bytes";
		try (DiskStore disk = new DiskStore(directory, number, 30_000, true)) {
			assertThat(disk.start()).isTrue();
			disk.add(1);
			limitFiles(String.valueOf(bytes));
			fillUp(disk, where);
			boolean started = true;
			if (number % 2 == 0) {
				disk.store().stop();
				started = disk.start();
				refusedStarts += started ? 0 : 1;
			}
			limitFiles("unlimited");
			if (!started) {
				assertThat(disk.start()).as(where + ", starts without limit").isTrue();
			}
			disk.check(where + ", restarted");
			heal(disk, number % 4 < 2, where);
		}
	}

	private static void limitFiles(String bytes) throws IOException, InterruptedException {
		run("prlimit", "--pid", String.valueOf(ProcessHandle.current().pid()), "--fsize=" + bytes + ":");
	}

	/** A running store finds that it may neither write its files nor make new ones. */
	private static void takeRightsAway(Path directory) throws Exception {
		String where = "directory without rights";
		try (DiskStore disk = new DiskStore(directory, 1, 1_500, true)) {
			assertThat(disk.start()).isTrue();
			change(disk, 40);
			mayWrite(directory, false);
			// Files that are open stay writable; new ones, as for a snapshot, do not.
			change(disk, 60);
			Thread.sleep(1_200);
			disk.check(where);
			disk.store().stop();
			assertThat(disk.start()).as(where + ", starts").isFalse();
			refusedStarts++;
			mayWrite(directory, true);
			assertThat(disk.start()).as(where + ", starts with rights").isTrue();
			disk.check(where + ", opened");
			heal(disk, true, where);
		}
	}

	private static void change(DiskStore disk, int times) throws InterruptedException {
		for (int i = 0; i < times; i++) {
			disk.change();
			Thread.sleep(10);
		}
	}

	private static void mayWrite(Path directory, boolean may) throws IOException {
		try (var files = Files.list(directory)) {
			for (Path file : files.toList()) {
				Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(may ? "rw-------" : "r--------"));
			}
		}
		Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(may ? "rwx------" : "r-x------"));
	}

	/**
	 * The n-th time a thread has data forced to the disk fails; then the process ends.
	 */
	private static void unforced(Path directory, int number) throws Exception {
		DiskStore disk = new DiskStore(directory, number, 1_500, false);
		if (!disk.start()) {
			refusedStarts++;
			assertThat(disk.start()).as("starts the second time").isTrue();
		}
		change(disk, 15);
		disk.check("data not forced");
		// Saves, and empties the log into the database.
		disk.store().stop();
		if (!disk.start()) {
			refusedStarts++;
			assertThat(disk.start()).as("starts the second time").isTrue();
		}
		disk.check("data not forced, opened");
		change(disk, 5 + number % 4);
		acknowledged = disk.acknowledged();
		refused = disk.refused();
		MESSAGES.addAll(disk.messages());
		disk.write(directory.resolveSibling("expected"));
		if (number % 2 == 0) {
			disk.close();
		}
	}

	private static void run(String... command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes());
		if (process.waitFor() != 0) {
			throw new IOException(List.of(command) + " failed: " + output);
		}
	}

}

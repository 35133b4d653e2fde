package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What must not grow while a store of bounded size is used, and by how much its level may
 * waver. The tolerances lie above what caches and pools do by themselves, and below what
 * a leak of one per minute adds in an hour: from the third quarter to the last one that
 * is fifteen handles, or fifteen buffers of 35 KiB and more.
 */
enum SoakMeasure {

	/** The heap in use after a collection. */
	HEAP_BYTES(512 << 10) {

		@Override
		long read(Path directory) {
			return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
		}

	},

	/** Threads, but for those the JDK's common pool starts and ends as it likes. */
	THREADS(2) {

		@Override
		long read(Path directory) {
			return Thread.getAllStackTraces()
				.keySet()
				.stream()
				.filter((thread) -> !thread.getName().startsWith("ForkJoinPool"))
				.count();
		}

	},

	/** Open files, sockets and pipes; a store opens up to two files a connection. */
	DESCRIPTORS(7) {

		@Override
		long read(Path directory) {
			return list(Path.of("/proc/self/fd")).size();
		}

	},

	/** Maps of files of the directory, also of deleted ones. */
	MAPS(4) {

		@Override
		long read(Path directory) {
			return lines("/proc/self/maps").stream().filter((line) -> line.contains(directory.toString())).count();
		}

	},

	/** Files in the directory. */
	FILES(4) {

		@Override
		long read(Path directory) {
			return list(directory).size();
		}

	},

	/** What the files say they hold; a vector file comes in pieces of sixteen MiB. */
	DIRECTORY_BYTES(40 << 20) {

		@Override
		long read(Path directory) {
			return list(directory).stream().mapToLong(SoakMeasure::size).sum();
		}

	},

	/** Memory of the process, with what SQLite allocates beside the heap. */
	RESIDENT_BYTES(96 << 20) {

		@Override
		long read(Path directory) {
			return lines("/proc/self/status").stream()
				.filter((line) -> line.startsWith("RssAnon:"))
				.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
				.sum();
		}

	};

	private final long tolerance;

	SoakMeasure(long tolerance) {
		this.tolerance = tolerance;
	}

	/** The most by which the level of the last quarter may exceed that of the third. */
	long tolerance() {
		return this.tolerance;
	}

	/** The value now. */
	abstract long read(Path directory);

	private static List<Path> list(Path directory) {
		try (Stream<Path> files = Files.list(directory)) {
			return files.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<String> lines(String file) {
		try {
			return Files.readAllLines(Path.of(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static long size(Path file) {
		try {
			return Files.size(file);
		}
		catch (NoSuchFileException ex) {
			// A snapshot has just been replaced by the next one.
			return 0;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

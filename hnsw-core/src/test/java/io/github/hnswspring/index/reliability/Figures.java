package io.github.hnswspring.index.reliability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes down what a test has shown: a line {@code promise,what,count,seed,result} in
 * {@code target/reliability/<suite>.csv}, printed too. Thread-safe: stateless; a line is
 * one write.
 */
final class Figures {

	/** What stands for the seed where nothing is random. */
	static final long NO_SEED = 0;

	/** The system property that keeps a run from leaving figures. */
	static final String OFF = "hnsw.reliability.off";

	private static final Path DIRECTORY = Path.of("target", "reliability");

	private Figures() {
	}

	static void record(String suite, String promise, String what, long count, long seed, String result) {
		String line = String.join(",", quoted(promise), quoted(what), Long.toString(count),
				(seed == NO_SEED) ? "" : Long.toString(seed), quoted(result));
		System.out.println("[reliability] " + line);
		if (Boolean.getBoolean(OFF)) {
			return;
		}
		try {
			Files.createDirectories(DIRECTORY);
			Files.writeString(DIRECTORY.resolve(suite + ".csv"), line + "\n", StandardOpenOption.CREATE,
					StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String quoted(String text) {
		return '"' + text.replace('"', '\'').replace('\n', ' ') + '"';
	}

}

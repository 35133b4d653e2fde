package io.github.hnswspring.reliability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Figures of tests: a row of a Markdown table for each, in a file of its own in
 * {@code target/reliability} of the module, and a table of all of them. Thread-safe:
 * stateless; a row is one write.
 */
public final class ReliabilityReport {

	/** Where figures go; also for what else a test leaves to be looked at. */
	public static final Path DIRECTORY = Path.of("target", "reliability");

	/** The system property that keeps a run from leaving figures. */
	public static final String OFF = "hnsw.reliability.off";

	/**
	 * The system property that names the document with the table, if one is to have it.
	 */
	private static final String DOCUMENT = "hnsw.reliability.document";

	private static final String BEGIN = "<!-- figures: written by the test run -->";

	private static final String END = "<!-- end of figures -->";

	private ReliabilityReport() {
	}

	/**
	 * Notes what a random test has shown, as {@link #record(String, String, String)}.
	 * @param seed what repeats it
	 */
	public static void record(String promise, String test, String done, long seed) {
		record(promise, test, done + "; seed " + seed);
	}

	/**
	 * Notes what a test has shown; to be called when it has. Replaces what the same test
	 * noted before.
	 * @param promise what is promised
	 * @param test the test, {@code Class.method}
	 * @param figures what was done and seen, with counts
	 */
	public static void record(String promise, String test, String figures) {
		System.out.println("[reliability] " + promise + ": " + figures);
		if (Boolean.getBoolean(OFF)) {
			return;
		}
		try {
			Files.createDirectories(DIRECTORY);
			Files.writeString(DIRECTORY.resolve(test.replaceAll("[^A-Za-z0-9._-]", "_") + ".row"),
					"| " + cell(promise) + " | `" + test + "` | " + cell(figures) + " |");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String cell(String text) {
		return text.replaceAll("\\S*/junit-?\\d+", "...").replace('|', '/').replace('\n', ' ').replace("<", "&lt;");
	}

	/** Writes the table, and into the documentation where that is asked for. */
	static void writeTable() throws IOException {
		Map<String, String> rows = new TreeMap<>();
		if (Files.isDirectory(DIRECTORY)) {
			try (DirectoryStream<Path> files = Files.newDirectoryStream(DIRECTORY, "*.row")) {
				for (Path file : files) {
					put(rows, Files.readString(file));
				}
			}
		}
		if (rows.isEmpty()) {
			return;
		}
		Files.writeString(DIRECTORY.resolve("reliability.md"), table(rows));
		String document = System.getProperty(DOCUMENT, "");
		if (!document.isEmpty() && Files.exists(Path.of(document))) {
			insert(Path.of(document), rows);
		}
	}

	/** Sorted by promise, then by test. Another process may be writing a row. */
	private static void put(Map<String, String> rows, String row) {
		String[] cells = row.split(" \\| ");
		if (cells.length < 3) {
			return;
		}
		rows.put(cells[0] + cells[1], row);
	}

	/** One at a time: two test processes may end at once. */
	private static void insert(Path document, Map<String, String> rows) throws IOException {
		try (FileChannel lock = FileChannel.open(DIRECTORY.resolve("document.lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE); FileLock held = lock.lock()) {
			assert held.isValid();
			insertLocked(document, rows);
		}
	}

	private static void insertLocked(Path document, Map<String, String> rows) throws IOException {
		String text = Files.readString(document);
		int begin = text.indexOf(BEGIN);
		int end = text.indexOf(END);
		if (begin < 0 || end < begin) {
			throw new IOException(document + " lacks the lines " + BEGIN + " and " + END);
		}
		Map<String, String> all = new TreeMap<>();
		for (String row : text.substring(begin, end).split("\n")) {
			if (row.startsWith("| ") && !row.startsWith("| Promise")) {
				// A test that was not run this time keeps its last figures.
				put(all, row);
			}
		}
		all.putAll(rows);
		Files.writeString(document,
				text.substring(0, begin) + BEGIN + "\n\n" + table(all) + "\n" + text.substring(end));
	}

	private static String table(Map<String, String> rows) {
		List<String> lines = new ArrayList<>(List.of("| Promise | Test | Last figures |", "|---|---|---|"));
		lines.addAll(rows.values());
		return String.join("\n", lines) + "\n";
	}

}

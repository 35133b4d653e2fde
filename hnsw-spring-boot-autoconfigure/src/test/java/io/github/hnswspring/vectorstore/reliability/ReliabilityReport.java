package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import tools.jackson.databind.json.JsonMapper;

/**
 * Figures of the reliability tests of a module: one JSON file a test in
 * {@code target/reliability}, and a Markdown table of all of them. Public, because the
 * module {@code hnsw-stress} reports with it too. Thread-safe.
 */
public final class ReliabilityReport {

	static final Path DIRECTORY = Path.of("target", "reliability");

	private static final String BEGIN = "<!-- figures: written by the test run -->";

	private static final String END = "<!-- end of figures -->";

	private static final JsonMapper JSON = new JsonMapper();

	private ReliabilityReport() {
	}

	/**
	 * Notes what a test has shown; to be called when it has.
	 * @param promise what is promised
	 * @param test the test, {@code Class.method}
	 * @param done what was done and seen, with counts
	 * @param seed where it was random, else 0
	 */
	public static void record(String promise, String test, String done, long seed) {
		String figures = (seed != 0) ? done + "; seed " + seed : done;
		System.out.println("[reliability] " + promise + ": " + figures);
		try {
			Files.createDirectories(DIRECTORY);
			Files.writeString(DIRECTORY.resolve(test + ".json"),
					JSON.writeValueAsString(new Figures(promise, test, figures)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Writes the table, and into the documentation where that is asked for. */
	static void writeTable() throws IOException {
		if (!Files.isDirectory(DIRECTORY)) {
			return;
		}
		Map<String, String> rows = new TreeMap<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(DIRECTORY, "*.json")) {
			for (Path file : files) {
				Figures figures = JSON.readValue(Files.readString(file), Figures.class);
				rows.put(figures.key(), figures.row());
			}
		}
		Files.writeString(DIRECTORY.resolve("reliability.md"), table(rows));
		String document = System.getProperty("hnsw.reliability.document", "");
		if (!document.isEmpty() && Files.exists(Path.of(document))) {
			insert(Path.of(document), rows);
		}
	}

	private static void insert(Path document, Map<String, String> rows) throws IOException {
		String text = Files.readString(document);
		int begin = text.indexOf(BEGIN);
		int end = text.indexOf(END);
		if (begin < 0 || end < begin) {
			throw new IOException(document + " lacks the lines " + BEGIN + " and " + END);
		}
		Map<String, String> all = new TreeMap<>();
		for (String row : text.substring(begin, end).split("\n")) {
			String[] cells = row.split(" \\| ");
			if (row.startsWith("| ") && cells.length > 2 && !row.startsWith("| Promise")) {
				// A test that was not run this time keeps its last figures.
				all.put(cells[0].substring(2) + cells[1], row);
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

	/**
	 * Figures of one test.
	 *
	 * @param promise what is promised
	 * @param test who showed it
	 * @param figures what was seen
	 */
	record Figures(String promise, String test, String figures) {

		String key() {
			return this.promise + "`" + this.test + "`";
		}

		String row() {
			return "| " + this.promise + " | `" + this.test + "` | " + this.figures.replace("|", "/") + " |";
		}

	}

}

package io.github.hnswspring.index.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.hnswspring.reliability.ChangedSource;
import io.github.hnswspring.reliability.ChangedSource.Change;

/**
 * A known bug, as a change to a source file. The description is a text file: a line that
 * says what is wrong, {@code file:}, {@code test:} (the test that must turn red), and the
 * changes, each {@code <<<<}, old lines, {@code ====}, new lines, {@code >>>>}.
 *
 * @param title what is wrong
 * @param file the source file, below the engine's package
 * @param test the test that must notice, {@code Class#method}
 * @param changes old and new text
 */
record PlantedBug(String title, String file, String test, List<Change> changes) {

	private static final String PACKAGE_PATH = "io/github/hnswspring/index/";

	static PlantedBug read(Path description) throws IOException {
		List<String> lines = Files.readAllLines(description);
		List<Change> changes = new ArrayList<>();
		StringBuilder part = new StringBuilder();
		String old = "";
		for (String line : lines.subList(3, lines.size())) {
			switch (line) {
				case "<<<<" -> part.setLength(0);
				case "====" -> {
					old = part.toString();
					part.setLength(0);
				}
				case ">>>>" ->
					changes.add(new Change(lines.get(0), withoutLastBreak(old), withoutLastBreak(part.toString())));
				default -> part.append(line).append('\n');
			}
		}
		return new PlantedBug(lines.get(0), value(lines.get(1), "file: "), value(lines.get(2), "test: "), changes);
	}

	private static String withoutLastBreak(String text) {
		return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
	}

	private static String value(String line, String name) {
		if (!line.startsWith(name)) {
			throw new IllegalArgumentException("expected '" + name + "', but found '" + line + "'");
		}
		return line.substring(name.length()).strip();
	}

	/** The source with the bug. */
	ChangedSource source() {
		return new ChangedSource(Path.of("src", "main", "java").resolve(PACKAGE_PATH + this.file), this.changes);
	}

}

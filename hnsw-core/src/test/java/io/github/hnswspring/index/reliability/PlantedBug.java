package io.github.hnswspring.index.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

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
record PlantedBug(String title, String file, String test, List<String[]> changes) {

	private static final String PACKAGE_PATH = "io/github/hnswspring/index/";

	static PlantedBug read(Path description) throws IOException {
		List<String> lines = Files.readAllLines(description);
		List<String[]> changes = new ArrayList<>();
		StringBuilder part = new StringBuilder();
		String old = "";
		for (String line : lines.subList(3, lines.size())) {
			switch (line) {
				case "<<<<" -> part.setLength(0);
				case "====" -> {
					old = part.toString();
					part.setLength(0);
				}
				case ">>>>" -> changes.add(new String[] { withoutLastBreak(old), withoutLastBreak(part.toString()) });
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

	/**
	 * Compiles the source with the bug.
	 * @param target an empty directory, to be put first on the class path
	 */
	void compile(Path target) throws IOException {
		Path source = Path.of("src", "main", "java").resolve(PACKAGE_PATH + this.file);
		String text = Files.readString(source);
		for (String[] change : this.changes) {
			int at = text.indexOf(change[0]);
			if (at < 0 || text.indexOf(change[0], at + 1) >= 0) {
				throw new IllegalStateException("The planted bug '" + this.title + "' does not fit " + source
						+ " any more: the text to change must be there once. Change its description in src/test/planted:\n"
						+ change[0]);
			}
			text = text.replace(change[0], change[1]);
		}
		Path changed = Files.createDirectories(target.resolve("source")).resolve(source.getFileName());
		Files.writeString(changed, text);
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		int result = compiler.run(null, null, null, "--release", "17", "-nowarn", "-proc:none", "-cp",
				Child.classPath(), "-d", target.toString(), changed.toString());
		if (result != 0) {
			throw new IllegalStateException("The planted bug '" + this.title + "' does not compile");
		}
	}

}

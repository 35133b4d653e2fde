package io.github.hnswspring.reliability;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.tools.ToolProvider;

/**
 * A source file with mistakes made on purpose.
 *
 * @param source the file as it is
 * @param changes the mistakes
 */
public record ChangedSource(Path source, List<Change> changes) {

	/**
	 * Compiles the file with its mistakes.
	 * @param classes a directory, made if need be, to go before {@link Child#classPath()}
	 * @throws IOException if a file cannot be read or written
	 * @throws IllegalStateException if a change does not fit the file any more, or what
	 * comes out does not compile
	 */
	public void compile(Path classes) throws IOException {
		String text = Files.readString(this.source);
		for (Change change : this.changes) {
			int at = text.indexOf(change.right());
			if (at < 0 || text.indexOf(change.right(), at + 1) >= 0) {
				throw new IllegalStateException("The planted bug '" + change.title() + "' does not fit " + this.source
						+ " any more: the text to change must be there once. Change its description:\n"
						+ change.right());
			}
			text = text.replace(change.right(), change.wrong());
		}
		Path changed = Files.createDirectories(classes.resolve("source")).resolve(this.source.getFileName());
		Files.writeString(changed, text);
		int result = ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "--release", "17", "-nowarn", "-proc:none", "-cp", Child.classPath(), "-d",
					classes.toString(), changed.toString());
		if (result != 0) {
			throw new IllegalStateException(this.source + " does not compile with its planted bugs");
		}
	}

	/**
	 * A class path on which the mistakes come first.
	 * @param classes where they were compiled to
	 * @return as {@code -cp} takes it
	 */
	public static String classPath(Path classes) {
		return classes + File.pathSeparator + Child.classPath();
	}

	/**
	 * One mistake.
	 *
	 * @param title what is wrong
	 * @param right text that is in the file once
	 * @param wrong what stands there instead
	 */
	public record Change(String title, String right, String wrong) {
	}

}

package io.github.hnswspring.reliability;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A second JVM that has run to its end, for what must not happen in this one: little
 * memory, hangs, classes with planted bugs.
 *
 * @param exitCode what it ended with; -1 if it had to be killed because its time was over
 * @param output what it printed to both streams
 */
public record Child(int exitCode, String output) {

	public static final int TIMED_OUT = -1;

	private static final int END = 6_000;

	private static final Pattern BACK_END = Pattern.compile("(logback|log4j)-.*\\.jar");

	/**
	 * Runs a class's {@code main}.
	 * @param directory where it runs, and leaves what it writes
	 * @param classPath that of this JVM, perhaps with something before it
	 * @param jvmArguments options of the JVM
	 * @param seconds after which it is killed
	 * @param main name of the class
	 * @param arguments what its {@code main} is given
	 * @return how it ended
	 * @throws IOException if it cannot be started or read
	 * @throws InterruptedException if this thread is interrupted while waiting
	 */
	public static Child run(Path directory, String classPath, List<String> jvmArguments, int seconds, String main,
			List<String> arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(jvmArguments);
		command.addAll(List.of("-cp", classPath, main));
		command.addAll(arguments);
		Path output = Files.createTempFile("child", ".log");
		try {
			Process process = new ProcessBuilder(command).directory(directory.toAbsolutePath().toFile())
				.redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start();
			boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
			if (!ended) {
				process.descendants().forEach(ProcessHandle::destroyForcibly);
				process.destroyForcibly().waitFor();
			}
			// Not always UTF-8: fuzzers print their inputs.
			return new Child(ended ? process.exitValue() : TIMED_OUT,
					new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
		}
		finally {
			Files.delete(output);
		}
	}

	/**
	 * The class path of this JVM, whether Surefire hides it or not.
	 * @return as {@code -cp} takes it
	 */
	public static String classPath() {
		return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
	}

	/**
	 * The class path of this JVM but for logging back ends, for children that are started
	 * by the hundred: setting up logs that are not read takes a good part of their time.
	 * @return as {@code -cp} takes it
	 */
	public static String quietClassPath() {
		return Arrays.stream(classPath().split(File.pathSeparator))
			.filter((entry) -> !BACK_END.matcher(Path.of(entry).getFileName().toString()).matches())
			.collect(Collectors.joining(File.pathSeparator));
	}

	/**
	 * The line that begins with a word.
	 * @param word the word
	 * @return the rest of the line; empty if there is none
	 */
	public String line(String word) {
		return this.output.lines()
			.filter((line) -> line.startsWith(word))
			.map((line) -> line.substring(word.length()).strip())
			.findFirst()
			.orElse("");
	}

	/**
	 * The last part of the output.
	 * @return what failed is there
	 */
	public String end() {
		return this.output.substring(Math.max(0, this.output.length() - END));
	}

}

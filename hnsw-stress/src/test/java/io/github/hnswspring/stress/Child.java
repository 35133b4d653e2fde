package io.github.hnswspring.stress;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another JVM that has run to its end.
 *
 * @param exitCode what it ended with; -1 if it had to be killed because its time was over
 * @param output what it printed to both streams
 */
record Child(int exitCode, String output) {

	private static final int TIMED_OUT = -1;

	/**
	 * Runs a class's {@code main}.
	 * @param directory where it runs, and leaves what it writes
	 * @param classPath that of this JVM, perhaps with something before it
	 */
	static Child run(Path directory, String classPath, List<String> jvmArguments, int seconds, String main,
			List<String> arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(jvmArguments);
		command.add("-cp");
		command.add(classPath);
		command.add(main);
		command.addAll(arguments);
		Path output = directory.resolve("output.txt");
		Process process = new ProcessBuilder(command).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
		if (!ended) {
			process.descendants().forEach(ProcessHandle::destroyForcibly);
			process.destroyForcibly().waitFor();
		}
		return new Child(ended ? process.exitValue() : TIMED_OUT, output(output));
	}

	/** Not always UTF-8: fuzzers print their inputs. */
	private static String output(Path file) throws IOException {
		return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
	}

	/** The class path of this JVM, whether Surefire hides it or not. */
	static String classPath() {
		return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
	}

	/** The last part of the output. */
	String end() {
		return this.output.substring(Math.max(0, this.output.length() - 6_000));
	}

}

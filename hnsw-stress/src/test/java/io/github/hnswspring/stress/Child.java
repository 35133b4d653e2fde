package io.github.hnswspring.stress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another JVM with the class path of this one.
 *
 * @param exitCode what it ended with; -1 if it had to be killed because its time was over
 * @param output what it printed to both streams
 */
record Child(int exitCode, String output) {

	private static final int TIMED_OUT = -1;

	/**
	 * Runs a class's {@code main}.
	 * @param directory where it runs, and leaves what it writes
	 * @param classesFirst goes before the class path of this JVM; may not exist
	 */
	static Child run(Path directory, Path classesFirst, List<String> jvmArguments, int seconds, String main,
			List<String> arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(jvmArguments);
		command.add("-cp");
		command.add(classesFirst + java.io.File.pathSeparator + classPath());
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
		return new Child(ended ? process.exitValue() : TIMED_OUT, Files.readString(output));
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

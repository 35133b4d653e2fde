package io.github.hnswspring.index.reliability;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A second JVM, for what must not happen in this one: little memory, hangs, classes with
 * planted bugs.
 *
 * @param exitCode what it ended with; -1 if it had to be killed because its time was over
 * @param output what it printed to both streams
 */
record Child(int exitCode, String output) {

	static final int TIMED_OUT = -1;

	/**
	 * Runs a class's {@code main}.
	 * @param classesFirst directories before the class path of this JVM
	 */
	static Child run(List<Path> classesFirst, List<String> jvmArguments, int seconds, Class<?> main,
			String... arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
			if (argument.startsWith("--add-modules") || argument.startsWith("--enable-native-access")) {
				command.add(argument);
			}
		}
		command.addAll(jvmArguments);
		StringBuilder classPath = new StringBuilder();
		for (Path directory : classesFirst) {
			classPath.append(directory).append(java.io.File.pathSeparatorChar);
		}
		command.add("-cp");
		command.add(classPath.append(classPath()).toString());
		command.add(main.getName());
		command.addAll(List.of(arguments));
		Path output = Files.createTempFile("child", ".log");
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start();
			boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
			if (!ended) {
				process.destroyForcibly().waitFor();
			}
			return new Child(ended ? process.exitValue() : TIMED_OUT, Files.readString(output));
		}
		finally {
			Files.delete(output);
		}
	}

	/** The class path of this JVM, whether Surefire hides it or not. */
	static String classPath() {
		return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
	}

	/** The line that begins with a word, without it. */
	String line(String word) {
		return this.output.lines()
			.filter((line) -> line.startsWith(word))
			.map((line) -> line.substring(word.length()).strip())
			.findFirst()
			.orElse("");
	}

}

package io.github.hnswspring.benchmarks.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Another JVM that runs a class of this program.
 */
public final class ForkedJvm {

	private ForkedJvm() {
	}

	/**
	 * The command up to the main class.
	 * @param contender which JDK, and whether with the Vector API
	 * @param heap such as {@code 4096m}
	 * @param further arguments of the JVM
	 * @param main the class to run
	 * @return a new list, to which arguments of the program are added
	 */
	public static List<String> command(Contender contender, String heap, List<String> further, Class<?> main) {
		List<String> command = new ArrayList<>();
		command.add(contender.javaHome().resolve("bin").resolve("java").toString());
		command.add("-Xmx" + heap);
		if (contender.vectorApi()) {
			command.add("--add-modules");
			command.add("jdk.incubator.vector");
		}
		if (contender.jdk() >= 22) {
			command.add("--enable-native-access=ALL-UNNAMED");
		}
		command.addAll(further);
		command.add("-cp");
		command.add(System.getProperty("java.class.path"));
		command.add(main.getName());
		return command;
	}

	/**
	 * Runs a command and hands on what it prints.
	 * @param command the whole command
	 * @param log takes standard error, behind what is there
	 * @param lines is given each line of standard output as it comes
	 * @return whether the command succeeded
	 * @throws IOException if it cannot be started or read
	 * @throws InterruptedException if the thread is interrupted while it waits for the
	 * end
	 */
	public static boolean run(List<String> command, Path log, Consumer<String> lines)
			throws IOException, InterruptedException {
		Process process = new ProcessBuilder(command).redirectError(Redirect.appendTo(log.toFile())).start();
		try (BufferedReader in = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
			for (String line = in.readLine(); line != null; line = in.readLine()) {
				lines.accept(line);
			}
		}
		return process.waitFor() == 0;
	}

}

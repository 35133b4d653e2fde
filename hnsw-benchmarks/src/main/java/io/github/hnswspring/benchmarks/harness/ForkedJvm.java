package io.github.hnswspring.benchmarks.harness;

import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a JVM that runs a class of this program.
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

}

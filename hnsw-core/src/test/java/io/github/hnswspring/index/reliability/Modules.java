package io.github.hnswspring.index.reliability;

import java.lang.management.ManagementFactory;
import java.util.List;

/** Modules a second JVM needs, so that it has the same kernels. */
final class Modules {

	/** The options that add what only some JVMs have. */
	static final List<String> OF_THIS_JVM = ManagementFactory.getRuntimeMXBean()
		.getInputArguments()
		.stream()
		.filter((argument) -> argument.startsWith("--add-modules") || argument.startsWith("--enable-native-access"))
		.toList();

	private Modules() {
	}

}

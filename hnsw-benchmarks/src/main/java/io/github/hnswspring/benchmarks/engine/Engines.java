package io.github.hnswspring.benchmarks.engine;

import java.util.List;

import io.github.hnswspring.index.Quantization;

/**
 * The engines by name.
 */
public final class Engines {

	/** The native peer every other engine is compared with. */
	public static final String HNSWLIB = "hnswlib";

	/** Prefix of our own index; a quantization follows. */
	public static final String OURS = "ours-";

	private Engines() {
	}

	/**
	 * Creates a JVM engine.
	 * @param name its name
	 * @param settings what to build
	 * @return the engine, still empty
	 */
	public static Engine create(String name, EngineSettings settings) {
		if (name.startsWith(OURS)) {
			return new OurEngine(settings, Quantization.of(name.substring(OURS.length())));
		}
		throw new IllegalArgumentException(
				"No engine is called '" + name + "'; there are " + names() + " (ours-none, ours-1 to ours-8)");
	}

	/**
	 * All engines.
	 * @return their names
	 */
	public static List<String> names() {
		return List.of(HNSWLIB, OURS + "none", OURS + "1", OURS + "4");
	}

	/**
	 * Whether an engine runs outside the JVM.
	 * @param name its name
	 * @return {@code true} for the native peer
	 */
	public static boolean isNative(String name) {
		return name.equals(HNSWLIB);
	}

}

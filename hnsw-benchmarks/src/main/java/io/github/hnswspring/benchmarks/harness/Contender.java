package io.github.hnswspring.benchmarks.harness;

import java.nio.file.Path;

import io.github.hnswspring.benchmarks.engine.Engines;

/**
 * An engine in one configuration.
 *
 * @param engine its name in {@link Engines}
 * @param jdk feature number of the JDK it runs on, 0 for a native program
 * @param javaHome that JDK, or the native program
 * @param vectorApi whether the JVM gets {@code --add-modules jdk.incubator.vector}
 */
public record Contender(String engine, int jdk, Path javaHome, boolean vectorApi) {

	/**
	 * What it is called in tables.
	 * @return a label such as {@code "ours-1 | JDK 25 | Vector API"}
	 */
	public String label() {
		if (Engines.isNative(this.engine)) {
			return this.engine + " | native";
		}
		return this.engine + " | JDK " + this.jdk + " | " + (this.vectorApi ? "Vector API" : "no flag");
	}

	/**
	 * A name for files.
	 * @return letters, digits and hyphens
	 */
	String slug() {
		return label().replaceAll("[^A-Za-z0-9]+", "-");
	}

}

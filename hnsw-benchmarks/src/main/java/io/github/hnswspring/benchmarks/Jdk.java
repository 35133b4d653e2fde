package io.github.hnswspring.benchmarks;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/**
 * A JDK to run engines on.
 *
 * @param feature its feature number, such as 25
 * @param version its full version
 * @param home its directory
 */
record Jdk(int feature, String version, Path home) {

	static List<Jdk> all(Options options) {
		return options.list("jdks", System.getProperty("java.home")).stream().map((home) -> at(Path.of(home))).toList();
	}

	private static Jdk at(Path home) {
		Path release = home.resolve("release");
		if (!Files.isExecutable(home.resolve("bin").resolve("java")) || !Files.exists(release)) {
			throw new IllegalArgumentException("--jdks must name JDK directories, but " + home + " has no bin/java");
		}
		try {
			Properties properties = new Properties();
			properties.load(new StringReader(Files.readString(release)));
			String version = properties.getProperty("JAVA_VERSION").replace("\"", "");
			return new Jdk(Runtime.Version.parse(version).feature(), version, home);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

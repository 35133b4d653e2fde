package io.github.hnswspring.console;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import io.github.hnswspring.reliability.Child;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * With Spring Boot's own devtools on the class path, in a JVM of its own, because they
 * leave tests alone.
 */
class DevtoolsTests {

	private static final int SECONDS = 180;

	@TempDir
	private Path directory;

	private Child start(String classPath, String... arguments) throws Exception {
		List<String> all = new ArrayList<>(List.of("--server.port=0", "--server.address=127.0.0.1",
				"--spring.autoconfigure.exclude=" + ConsoleApplication.withoutSecurity(),
				"--hnsw.directory=" + this.directory.resolve("store").toAbsolutePath()));
		all.addAll(Arrays.asList(arguments));
		Child child = Child.run(this.directory, classPath, List.of(), SECONDS, DevtoolsApplication.class.getName(),
				all);
		assertThat(child.output()).contains("Started DevtoolsApplication");
		assertThat(child.exitCode()).as(child.output()).isZero();
		return child;
	}

	private static String classPath() {
		return System.getProperty("java.class.path");
	}

	private static String withoutDevtools() {
		return Arrays.stream(classPath().split(File.pathSeparator))
			.filter((entry) -> !entry.contains("spring-boot-devtools"))
			.collect(Collectors.joining(File.pathSeparator));
	}

	@Test
	void underDevtoolsThereIsAConsoleAndTheLogSaysWhere() throws Exception {
		assertThat(classPath()).contains("spring-boot-devtools");
		Child child = start(classPath(), "--server.servlet.context-path=/shop");
		assertThat(child.output()).contains("restartedMain")
			.containsPattern("HNSW console: http://localhost:\\d+/shop/hnsw-console/ ")
			.contains("hnsw.console.enabled=false switches off what devtools switched on");
	}

	@Test
	void thePropertySwitchesItOff() throws Exception {
		Child child = start(classPath(), "--hnsw.console.enabled=false");
		assertThat(child.output()).contains("restartedMain").doesNotContain("HNSW console:");
	}

	@Test
	void withoutDevtoolsThereIsNone() throws Exception {
		Child child = start(withoutDevtools());
		assertThat(child.output()).doesNotContain("restartedMain", "HNSW console:");
	}

}

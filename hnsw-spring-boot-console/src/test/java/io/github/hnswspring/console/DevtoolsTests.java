package io.github.hnswspring.console;

import java.nio.file.Path;
import java.util.List;

import io.github.hnswspring.reliability.Child;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * With Spring Boot's own devtools on the class path, in a JVM of its own, because they
 * leave tests alone. One start tells that devtools are recognised; what follows from that
 * is tested without them.
 */
class DevtoolsTests {

	private static final int SECONDS = 180;

	/** For a start and nothing else. */
	private static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

	@TempDir
	private Path directory;

	@Test
	void underDevtoolsThereIsAConsoleAndTheLogSaysWhere() throws Exception {
		String classPath = System.getProperty("java.class.path");
		assertThat(classPath).contains("spring-boot-devtools");
		Child child = Child.run(this.directory, classPath, QUICK, SECONDS, DevtoolsApplication.class.getName(),
				List.of("--server.port=0", "--server.address=127.0.0.1", "--server.servlet.context-path=/shop",
						"--spring.autoconfigure.exclude=" + ConsoleApplication.withoutSecurity(),
						"--hnsw.directory=" + this.directory.resolve("store").toAbsolutePath()));
		assertThat(child.exitCode()).as(child.output()).isZero();
		assertThat(child.output()).contains("restartedMain")
			.containsPattern("HNSW console: http://localhost:\\d+/shop/hnsw-console/ ")
			.contains("hnsw.console.enabled=false switches off what devtools switched on");
	}

}

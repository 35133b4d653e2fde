package io.github.hnswspring.index.reliability;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.hnswspring.reliability.Child;
import io.github.hnswspring.reliability.ReliabilityReport;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Memory may run out at any moment of a change, in a JVM of its own. */
class MemoryTests {

	@Test
	void someChangesWithoutMemory() throws Exception {
		changesWithoutMemory("someChangesWithoutMemory", 2);
	}

	@Test
	@Tag("reliability")
	void changesWithoutMemory() throws Exception {
		changesWithoutMemory("changesWithoutMemory", 10);
	}

	@Test
	void anIndexIsSavedWhoseLinksDoNotFitTwice(@TempDir Path directory) throws Exception {
		List<String> arguments = new ArrayList<>(Modules.OF_THIS_JVM);
		arguments.addAll(List.of("-Xmx24m", "-XX:+UseSerialGC"));
		Child child = Child.run(Path.of(""), Child.classPath(), arguments, 600, SavingVictim.class.getName(),
				List.of(directory.resolve("index.hnsw").toString()));
		assertThat(child.exitCode()).as(child.end()).isZero();
		assertThat(Integer.parseInt(child.line("BALLAST"))).isPositive();
		assertThat(Long.parseLong(child.line("BYTES"))).isGreaterThan(3_000_000);
	}

	private void changesWithoutMemory(String test, int rounds) throws Exception {
		long seed = Long.getLong("hnsw.reliability.seed", System.nanoTime() & 0xFFFFFF);
		List<String> arguments = new ArrayList<>(Modules.OF_THIS_JVM);
		arguments.addAll(List.of("-Xmx10m", "-Xmn1m", "-XX:+UseSerialGC"));
		Child child = Child.run(Path.of(""), Child.classPath(), arguments, 600, MemoryVictim.class.getName(),
				List.of(Long.toString(seed), Integer.toString(rounds)));
		assertThat(child.exitCode()).as(child.end()).isZero();
		int failures = Integer.parseInt(child.line("FAILURES"));
		assertThat(failures).as("seed " + seed).isPositive();
		ReliabilityReport.record("A change without memory is made or not", "MemoryTests." + test,
				"memory taken away " + 3 * rounds + " times: " + failures
						+ " changes failed with OutOfMemoryError, each "
						+ "made or not made, everything else as it was, index sound",
				seed);
	}

}

package io.github.hnswspring.vectorstore.reliability;

import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.hnswspring.reliability.ReliabilityReport;

/** Attempts, made up at random, to get out of a scope by whatever can be passed. */
class WallTests {

	@TempDir(factory = MemoryTempDir.class)
	Path directory;

	private final long seed = Long.getLong("hnsw.reliability.seed", System.nanoTime() & 0xFFFFFF);

	@Test
	void someAttempts() {
		new WallRun(this.directory, this.seed).attempts(500);
	}

	@Test
	@Tag("reliability")
	void aHundredThousandAttempts() {
		WallRun run = new WallRun(this.directory, this.seed);
		run.attempts(100_000);
		ReliabilityReport.record("Nothing gets out of a scope, or into it", "WallTests.aHundredThousandAttempts",
				run.summary(), this.seed);
	}

}

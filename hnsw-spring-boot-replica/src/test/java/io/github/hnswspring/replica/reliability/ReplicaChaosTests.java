package io.github.hnswspring.replica.reliability;

import java.nio.file.Path;
import java.util.List;

import io.github.hnswspring.reliability.Child;
import io.github.hnswspring.reliability.ReliabilityReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three processes, six writers on few documents, and everything that can happen to
 * processes, directories and the database: afterwards all are equal, nothing that was
 * acknowledged is lost, and nothing that was removed comes back.
 */
class ReplicaChaosTests {

	private static final String PROMISE = "Replicas are equal to their truth, and what was acknowledged is there";

	@TempDir
	Path directory;

	private final long seed = Long.getLong("hnsw.reliability.seed", System.nanoTime() & 0xFFFFFF);

	@Test
	@Tag("reliability")
	void someRounds() throws Exception {
		run("someRounds", ChaosTruth.ATTACHED, 3);
	}

	@ParameterizedTest
	@EnumSource
	@Tag("reliability")
	void manyRounds(ChaosTruth truth) throws Exception {
		run("manyRounds-" + truth, truth, Integer.getInteger("hnsw.reliability.rounds", 20));
	}

	private void run(String test, ChaosTruth truth, int rounds) throws Exception {
		System.out.println("[reliability] chaos of replicas, seed " + this.seed);
		List<String> jvm = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", Child.classPath());
		try (ReplicaChaos chaos = new ReplicaChaos(this.directory, truth, this.seed, jvm)) {
			for (int round = 0; round < rounds && chaos.history().violations().isEmpty(); round++) {
				chaos.round(3);
			}
			assertThat(chaos.history().violations()).as("seed " + this.seed).isEmpty();
			assertThat(chaos.history().counts()).as("seed " + this.seed).containsKeys("acknowledged", "own reads");
			ReliabilityReport.record(PROMISE, "ReplicaChaosTests." + test,
					chaos.history().counts() + " with " + chaos.happened(), this.seed);
		}
	}

}

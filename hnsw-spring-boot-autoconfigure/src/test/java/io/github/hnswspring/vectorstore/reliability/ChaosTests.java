package io.github.hnswspring.vectorstore.reliability;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.github.hnswspring.fixtures.Walks;
import io.github.hnswspring.reliability.Child;
import io.github.hnswspring.reliability.ReliabilityReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All at once: additions, syncs, walls, ends, searches, readers, backups, compactions,
 * migrations, restarts and kills, and afterwards everything is as it was said.
 */
@Walks
class ChaosTests {

	private static final String PROMISE = "All of it at once";

	@TempDir
	Path directory;

	private final long seed = Long.getLong("hnsw.reliability.seed", System.nanoTime() & 0xFFFFFF);

	@Test
	void someSeconds() throws Exception {
		run("someSeconds", Duration.ofSeconds(5), 2);
	}

	@Test
	@Tag("reliability")
	void aMinute() throws Exception {
		run("aMinute", Duration.ofMinutes(1), 10);
	}

	@Test
	@Tag("reliability-long")
	void anHour() throws Exception {
		run("anHour", Duration.parse(System.getProperty("hnsw.reliability.chaos", "PT1H")), 10);
	}

	private void run(String test, Duration duration, int kills) throws Exception {
		System.out.println("[reliability] chaos of " + duration + " with seed " + this.seed);
		List<String> jvm = List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
				Child.quietClassPath());
		Chaos chaos = new Chaos(Files.createDirectories(this.directory.resolve("stores")),
				Files.createDirectories(this.directory.resolve("copies")), this.seed, jvm);
		chaos.run(duration, kills);
		assertThat(chaos.model().violations()).as("seed " + this.seed).isEmpty();
		assertThat(chaos.model().counts()).as("seed " + this.seed)
			.containsKeys("acknowledged operations", "searches", "documents compared");
		ReliabilityReport.record(PROMISE, "ChaosTests." + test, duration.toSeconds() + " s: " + chaos.model().counts(),
				this.seed);
	}

}

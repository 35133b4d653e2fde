package io.github.hnswspring.vectorstore.reliability;

import java.nio.file.Path;
import java.util.List;

import io.github.hnswspring.reliability.Child;
import io.github.hnswspring.reliability.ReliabilityReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process is killed at random moments of a migration to another embedding model, while
 * documents are added, deleted, changed and searched.
 */
class KilledMigrationTests {

	@TempDir
	Path directory;

	private final long seed = Long.getLong("hnsw.reliability.seed", System.nanoTime() & 0xFFFFFF);

	@Test
	void aMigrationOutlivesSomeKills() throws Exception {
		MigrationKills kills = kills();
		for (boolean finish : new boolean[] { false, true, false, true }) {
			round(kills, finish);
		}
		report(kills, "aMigrationOutlivesSomeKills");
	}

	@Test
	@Tag("reliability")
	void migrationsOutliveAHundredKills() throws Exception {
		MigrationKills kills = kills();
		int rounds = Integer.getInteger("hnsw.reliability.migration-kills", 100);
		for (int round = 0; round < rounds; round++) {
			round(kills, round == rounds - 1);
		}
		report(kills, "migrationsOutliveAHundredKills");
	}

	private MigrationKills kills() throws Exception {
		System.out.println("[reliability] kills of migrations with seed " + this.seed);
		return new MigrationKills(this.directory, this.seed,
				List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", Child.quietClassPath()));
	}

	private void round(MigrationKills kills, boolean finish) throws Exception {
		kills.round(finish);
		assertThat(kills.model().violations()).as("seed " + this.seed).isEmpty();
	}

	private void report(MigrationKills kills, String test) {
		assertThat(kills.model().counts()).as("seed " + this.seed)
			.containsKeys("acknowledged operations", "searches", MigrationVictim.SWITCHED);
		ReliabilityReport.record("Another embedding model comes without a gap", "KilledMigrationTests." + test,
				kills.model().counts() + "; no search without its document, no batch lost but one a kill", this.seed);
	}

}

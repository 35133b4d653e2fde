package io.github.hnswspring.vectorstore.reliability;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.fixtures.Walks;
import io.github.hnswspring.reliability.ReliabilityReport;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MetadataChanges;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** Acknowledged is durable: a process is killed at random moments of everything. */
@Walks
class CrashTests {

	private static final String PROMISE = "Acknowledged is durable, whole, findable and paid for once";

	@TempDir
	private static Path shared;

	private static List<String> jvm;

	@TempDir
	Path directory;

	@BeforeAll
	static void archiveClasses() throws Exception {
		jvm = CrashHarness.jvm(shared);
	}

	@Test
	void surviveSomeKills() throws Exception {
		kill(1, 10, "surviveSomeKills");
	}

	@Test
	@Tag("reliability")
	void surviveHundredsOfKills() throws Exception {
		kill(2, Integer.getInteger("hnsw.reliability.kills", 300) / 2, "surviveHundredsOfKills");
	}

	private void kill(int lanes, int rounds, String test) throws Exception {
		long seed = Long.getLong("hnsw.reliability.seed", System.nanoTime() & 0xFFFFFF);
		System.out.println("[reliability] kills with seed " + seed);
		List<CrashHarness> harnesses = new ArrayList<>();
		ExecutorService executor = Executors.newFixedThreadPool(lanes);
		try {
			List<Future<?>> runs = new ArrayList<>();
			for (int lane = 0; lane < lanes; lane++) {
				CrashHarness harness = harness("lane" + lane, seed + lane, PlantedBugs.NONE);
				harnesses.add(harness);
				runs.add(executor.submit(() -> {
					for (int round = 0; round < rounds && harness.violations().isEmpty(); round++) {
						harness.round();
					}
					return null;
				}));
			}
			for (Future<?> run : runs) {
				run.get();
			}
		}
		finally {
			executor.shutdownNow();
		}
		harnesses.forEach((harness) -> assertThat(harness.violations()).as("seed " + seed).isEmpty());
		assertThat(harnesses).as("seed " + seed)
			.allSatisfy((harness) -> assertThat(harness.model().acknowledged().keySet())
				.containsExactlyInAnyOrderElementsOf(CrashWriter.KINDS));
		ReliabilityReport.record(PROMISE, "CrashTests." + test,
				lanes * rounds + " kill -9 (" + harnesses.stream().mapToInt(CrashHarness::killedWhileOpening).sum()
						+ " while opening), " + "acknowledged " + acknowledged(harnesses) + ", "
						+ harnesses.stream().mapToInt((harness) -> harness.model().embedded()).sum()
						+ " embeddings paid, 0 twice, "
						+ harnesses.stream().mapToInt(CrashHarness::documentsChecked).sum()
						+ " documents compared bit by bit and found by their own vector, "
						+ harnesses.stream().mapToInt(CrashHarness::foundByWalking).sum()
						+ " of them also along the links of the graph, 0 violations",
				seed);
	}

	private static Map<String, Integer> acknowledged(List<CrashHarness> harnesses) {
		Map<String, Integer> all = new TreeMap<>();
		harnesses.forEach((harness) -> harness.model()
			.acknowledged()
			.forEach((kind, times) -> all.merge(kind, times, Integer::sum)));
		return all;
	}

	private CrashHarness harness(String name, long seed, PlantedBugs bug) throws Exception {
		Path copies = Files.createDirectories(this.directory.resolve(name + "-copies"));
		return new CrashHarness(Files.createDirectories(this.directory.resolve(name)), copies, seed, bug, jvm);
	}

	/** A mistake that fits no statement any more is none, and proves nothing. */
	@ParameterizedTest
	@EnumSource
	void everyPlantedBugFits(PlantedBugs bug) {
		assumeThat(bug.changesAStatement()).isTrue();
		try (HnswVectorStore store = bug.plant(HnswVectorStore.builder(new TestEmbeddingModel(4, "words")))
			.directory(this.directory)
			.build()) {
			for (int start = 0; start < 2; start++) {
				store.start();
				store.add(List.of(new Document("a", "text " + start, Map.of())));
				store.sync("source", List.of(new Document("passage " + start)));
				store.updateMetadata(List.of("a"), MetadataChanges.set("touched", start));
				store.delete(List.of("a"));
				store.stop();
			}
		}
		assertThat(bug.wasMade()).isTrue();
	}

	@ParameterizedTest
	@EnumSource(names = { "ACKNOWLEDGE_BEFORE_COMMIT", "LOSE_TOMBSTONE", "REPLAY_OFF_BY_ONE", "PRUNE_TOO_MUCH",
			"FORGET_CONTENT", "ROUND_EMBEDDING", "REMOVE_SKIPPED", "UPDATE_BEHIND", "SOURCE_BEHIND" })
	@Tag("reliability")
	void plantedBugsAreCaught(PlantedBugs bug) throws Exception {
		long seed = Long.getLong("hnsw.reliability.seed", System.nanoTime() & 0xFFFFFF);
		CrashHarness harness = harness(bug.name(), seed, bug);
		int kills = 0;
		while (harness.violations().isEmpty() && kills < 150) {
			harness.round();
			kills++;
		}
		assertThat(harness.violations()).as(bug + " with seed " + seed + " after " + kills + " kills").isNotEmpty();
		ReliabilityReport.record("A harness that can fail: planted " + bug, "CrashTests.plantedBugsAreCaught-" + bug,
				"caught after " + kills + " kills: " + harness.violations().get(0), seed);
	}

}

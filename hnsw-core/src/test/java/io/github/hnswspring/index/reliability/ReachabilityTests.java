package io.github.hnswspring.index.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import io.github.hnswspring.fixtures.Walks;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.IndexAudit;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.TestVectors;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.reliability.ReliabilityReport;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Everything alive can be found, whatever the history and however alike the vectors. */
@Walks
class ReachabilityTests {

	private static final String PROMISE = "Every live vector can be found";

	private static final int DIMENSIONS = 16;

	@TempDir
	Path directory;

	@Test
	void churnKeepsEverythingReachable() throws IOException {
		churn("churnKeepsEverythingReachable", 1500, 12, 5);
	}

	@Test
	@Tag("reliability")
	void fortyCyclesOfChurn() throws IOException {
		churn("fortyCyclesOfChurn", 12_000, 40, 8);
	}

	@Test
	@Tag("reliability-long")
	void fiveHundredCyclesOfChurn() throws IOException {
		churn("fiveHundredCyclesOfChurn", 12_000, 500, 10);
	}

	private void churn(String test, int size, int cycles, int restartEvery) throws IOException {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		Path file = this.directory.resolve("churn.hnsw");
		HnswIndex index = HnswIndex.builder(DIMENSIONS).metric(Metric.EUCLIDEAN).m(8).efConstruction(40).build();
		fill(index, random, 0, size);
		double lowest = recall(index, random);
		int next = size;
		for (int cycle = 1; cycle <= cycles; cycle++) {
			// A tenth goes, at random, and as many new ones come; some are replaced.
			for (int i = 0; i < size / 10; i++) {
				while (!index.remove(random.nextInt(next))) {
					assertThat(index.size()).isPositive();
				}
				index.add(next++, TestVectors.gaussian(random, DIMENSIONS));
			}
			IndexAudit audit = index.audit();
			assertThat(audit.isConnected()).as("seed %d, cycle %d: %s", seed, cycle, audit).isTrue();
			assertThat(index.size()).isEqualTo(size);
			if (cycle % restartEvery == 0) {
				index.save(file);
				index.close();
				index = HnswIndex.load(file);
				lowest = Math.min(lowest, recall(index, random));
			}
		}
		// Three quarters of what is left go.
		int target = size / 4;
		while (index.size() > target) {
			index.remove(random.nextInt(next));
		}
		IndexAudit audit = index.audit();
		assertThat(audit.isConnected()).as("seed %d: %s", seed, audit).isTrue();
		double afterDeletion = recall(index, random);
		index.close();
		Files.delete(file);
		assertThat(lowest).as("seed " + seed).isGreaterThan(0.95);
		assertThat(afterDeletion).as("seed " + seed).isGreaterThan(0.95);
		ReliabilityReport.record(PROMISE, "ReachabilityTests." + test,
				"%d churn cycles of a tenth of %d vectors: 0 unreachable in every audit; lowest recall@10 %.4f, %.4f after 75%% deletion"
					.formatted(cycles, size, lowest, afterDeletion),
				seed);
	}

	private static void fill(HnswIndex index, Random random, int from, int count) {
		long[] ids = new long[count];
		float[][] vectors = new float[count][];
		for (int i = 0; i < count; i++) {
			ids[i] = from + i;
			vectors[i] = TestVectors.gaussian(random, DIMENSIONS);
		}
		index.addAll(ids, vectors);
	}

	private static double recall(HnswIndex index, Random random) {
		int found = 0;
		int queries = 100;
		for (int i = 0; i < queries; i++) {
			float[] query = TestVectors.gaussian(random, DIMENSIONS);
			Set<Long> exact = new HashSet<>();
			index.search(VectorQuery.of(query).k(10).exact()).forEach((hit) -> exact.add(hit.id()));
			List<Neighbor> hits = index.search(query, 10, 200);
			assertThat(hits).hasSize(10);
			found += (int) hits.stream().filter((hit) -> exact.contains(hit.id())).count();
		}
		return found / (10.0 * queries);
	}

	/** Thousands of equal vectors fill each other's rows; others must still be found. */
	@Test
	void duplicatesHideNoOtherVector() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		int equal = 3000;
		int others = 300;
		try (HnswIndex index = HnswIndex.builder(DIMENSIONS).build()) {
			float[] same = TestVectors.gaussian(random, DIMENSIONS);
			float[][] different = new float[others][];
			for (int i = 0; i < equal; i++) {
				index.add(i, same);
				if (i % (equal / others) == 0) {
					int at = i / (equal / others);
					different[at] = TestVectors.gaussian(random, DIMENSIONS);
					index.add(equal + at, different[at]);
				}
			}
			IndexAudit audit = index.audit();
			assertThat(audit.isConnected()).as("seed %d: %s", seed, audit).isTrue();
			int found = 0;
			for (int at = 0; at < others; at++) {
				List<Neighbor> hits = index.search(different[at], 1);
				found += (hits.get(0).id() == equal + at) ? 1 : 0;
			}
			assertThat(index.search(same, 1000)).as("seed " + seed)
				.hasSize(1000)
				.allMatch((hit) -> hit.distance() < 1e-5);
			assertThat(found).as("seed " + seed).isGreaterThanOrEqualTo(others * 9 / 10);
			for (int i = 0; i < equal - 5; i++) {
				index.remove(i);
			}
			audit = index.audit();
			assertThat(audit.isConnected()).as("seed %d: %s", seed, audit).isTrue();
			assertThat(index.search(same, 5, 200)).as("seed " + seed).allMatch((hit) -> hit.distance() < 1e-5);
			assertThat(index.search(same, 1000)).hasSize(others + 5);
			ReliabilityReport.record(PROMISE, "ReachabilityTests.duplicatesHideNoOtherVector-" + equal,
					equal + " equal vectors among " + others + " others: " + found + " of " + others
							+ " others found by their own vector; sound after removing nearly all",
					seed);
		}
	}

	/** However few pass a filter, and however many were removed. */
	@Test
	void thereAreAlwaysAsManyHitsAsMatches() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		int queries = 0;
		try (HnswIndex index = HnswIndex.builder(DIMENSIONS).m(8).efConstruction(40).build()) {
			fill(index, random, 0, 3000);
			for (int round = 0; round < 6; round++) {
				for (int modulus : new int[] { 1, 2, 10, 100, 999, 5000 }) {
					int rest = random.nextInt(modulus);
					long matches = 0;
					for (long id = 0; id < 3000; id++) {
						matches += (index.contains(id) && id % modulus == rest) ? 1 : 0;
					}
					for (int k : new int[] { 1, 10, 500, 5000 }) {
						VectorQuery query = VectorQuery.of(TestVectors.gaussian(random, DIMENSIONS)).k(k);
						assertThat(index.search(query.filter((id) -> id % modulus == rest))).as("seed " + seed)
							.hasSize((int) Math.min(k, matches));
						queries++;
					}
				}
				for (int i = 0; i < 900; i++) {
					index.remove(random.nextInt(3000));
				}
			}
		}
		ReliabilityReport.record("Always min(k, matches) results",
				"ReachabilityTests.thereAreAlwaysAsManyHitsAsMatches",
				queries + " filtered queries during mass deletion: all complete", seed);
	}

}

package io.github.hnswspring.index.reliability;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.github.hnswspring.fixtures.Walks;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.reliability.ModelRun.Kind;
import io.github.hnswspring.index.reliability.ModelRun.Operation;
import io.github.hnswspring.index.reliability.ModelRun.Setup;
import io.github.hnswspring.reliability.ReliabilityReport;
import io.github.hnswspring.reliability.Shrinker;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random histories of every kind of index compared with a map: with restarts, crashes
 * back to the last save, and damaged vector files. Few ids, so that slots are reused over
 * and over. A history that fails is made as short as can be before it is printed.
 */
@Walks
class LongModelTests {

	private static final String PROMISE = "An index behaves like a map, across restarts";

	private static final long SHRINK_NANOS = 20_000_000_000L;

	@TempDir
	Path directory;

	@Test
	void shortHistories() throws IOException {
		run("shortHistories", System.nanoTime(), 24 * 700);
	}

	@Test
	@Tag("reliability")
	void longHistories() throws IOException {
		run("longHistories", System.nanoTime(), 200_000);
	}

	/** The entry point rose during a sweep, and a vector was lost until its end. */
	@Test
	void aHistoryThatOnceLostAVector() throws IOException {
		long seed = 20006217293944L;
		check(new Setup(Metric.DOT_PRODUCT, Quantization.bits(1), false), operations(new Random(seed), 4_000, 1_500),
				seed);
	}

	@Test
	void aFailingHistoryShrinks() throws IOException {
		List<Operation> operations = new ArrayList<>(operations(new Random(7), 300, 200));
		// A model cannot know an id that the index was given behind its back.
		operations.add(150, new Operation(Kind.CRASH, 0, 1));
		Shrinker<Operation> shrinker = new Shrinker<>(
				(candidate) -> candidate.stream().filter((operation) -> operation.kind() == Kind.CRASH).count() >= 1
						&& candidate.stream().anyMatch((operation) -> operation.kind() == Kind.REMOVE),
				SHRINK_NANOS);
		assertThat(shrinker.shrink(operations)).hasSize(2);
	}

	private void run(String test, long seed, int total) throws IOException {
		Quantization[] quantizations = { Quantization.NONE, Quantization.bits(1), Quantization.bits(2),
				Quantization.bits(4) };
		int setups = Metric.values().length * quantizations.length * 2;
		int each = total / setups;
		int done = 0;
		for (Metric metric : Metric.values()) {
			for (Quantization quantization : quantizations) {
				for (boolean mapped : new boolean[] { false, true }) {
					Setup setup = new Setup(metric, quantization, mapped);
					// Codes are made from a thousand vectors on.
					int ids = quantization.isNone() ? 150 : 1500;
					List<Operation> operations = operations(new Random(seed + done), each, ids);
					check(setup, operations, seed + done);
					done += operations.size();
				}
			}
		}
		ReliabilityReport.record(PROMISE, "LongModelTests." + test,
				done + " operations on " + setups + " kinds of index (metric x bits x where vectors lie), restarts, "
						+ "crashes and damaged vector files included: no difference",
				seed);
	}

	private void check(Setup setup, List<Operation> operations, long seed) throws IOException {
		Map.Entry<Integer, String> failure = ModelRun.failure(setup, this.directory, operations);
		if (failure == null) {
			return;
		}
		Shrinker<Operation> shrinker = new Shrinker<>(
				(candidate) -> ModelRun.failure(setup, this.directory, candidate) != null, SHRINK_NANOS);
		List<Operation> shortest = shrinker.shrink(operations.subList(0, failure.getKey() + 1));
		StringBuilder text = new StringBuilder();
		shortest.forEach((operation) -> text.append('\n').append(operation));
		throw new AssertionError("seed " + seed + ", " + setup + ", operation " + failure.getKey() + ": "
				+ failure.getValue() + "\n" + shortest.size() + " operations are enough:" + text);
	}

	private static List<Operation> operations(Random random, int count, int ids) {
		List<Operation> operations = new ArrayList<>();
		if (ids > 1000) {
			for (int first = 0; first < ids; first += 10) {
				operations.add(new Operation(Kind.ADD_ALL, first, random.nextLong()));
			}
		}
		while (operations.size() < count) {
			// Phases of growth and of shrinking, so that sweeps and refills alternate.
			boolean grow = operations.size() / 500 % 2 == 0;
			operations.add(new Operation(kind(random, grow), random.nextInt(ids), random.nextLong()));
		}
		operations.add(new Operation(Kind.CHECK, 0, random.nextLong()));
		return operations;
	}

	private static Kind kind(Random random, boolean grow) {
		int dice = random.nextInt(1000);
		if (dice < 6) {
			return new Kind[] { Kind.SAVE, Kind.RESTART, Kind.CRASH, Kind.DAMAGE }[random.nextInt(4)];
		}
		if (dice < 40) {
			return Kind.CHECK;
		}
		if (dice < 50) {
			return Kind.ADD_ALL;
		}
		return (random.nextInt(100) < (grow ? 70 : 25)) ? Kind.ADD : Kind.REMOVE;
	}

}

package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.github.hnswspring.reliability.ReliabilityReport;
import io.github.hnswspring.reliability.Shrinker;
import io.github.hnswspring.vectorstore.reliability.StoreModelRun.Kind;
import io.github.hnswspring.vectorstore.reliability.StoreModelRun.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random histories of a store with few ids, compared with a map after every operation,
 * with restarts. A history that fails is made as short as can be before it is printed.
 */
class StoreModelTests {

	private static final int EACH = 2_000;

	private static final long SHRINK_NANOS = 60_000_000_000L;

	@TempDir
	Path directory;

	@Test
	void aShortHistory() throws IOException {
		run(System.nanoTime(), 1_000);
	}

	@Test
	@Tag("reliability")
	void aHundredThousandOperations() throws IOException {
		longHistory("aHundredThousandOperations", 100_000);
	}

	@Test
	@Tag("reliability-long")
	void aMillionOperations() throws IOException {
		longHistory("aMillionOperations", 1_000_000);
	}

	private void longHistory(String test, int total) throws IOException {
		long seed = System.nanoTime();
		run(seed, total);
		ReliabilityReport.record("A store behaves like a map, across restarts", "StoreModelTests." + test, total
				+ " operations (add, with and without an end, update metadata, sync, forget, within and without scopes, delete, delete by filter, replace, search by meaning and by words, read, restart, compact) on "
				+ StoreModelRun.IDS + " ids: no difference from a map after any of them", seed);
	}

	@Test
	void aFailingHistoryShrinks() throws IOException {
		List<Operation> operations = operations(new Random(7), 300);
		Shrinker.Test<Operation> deletesAfterRestart = (candidate) -> {
			List<Kind> kinds = candidate.stream().map(Operation::kind).toList();
			return kinds.contains(Kind.RESTART) && kinds.lastIndexOf(Kind.DELETE) > kinds.indexOf(Kind.RESTART);
		};
		assertThat(deletesAfterRestart.fails(operations)).isTrue();
		assertThat(new Shrinker<>(deletesAfterRestart, SHRINK_NANOS).shrink(operations)).extracting(Operation::kind)
			.containsExactly(Kind.RESTART, Kind.DELETE);
	}

	private void run(long seed, int total) throws IOException {
		for (int done = 0; done < total; done += EACH) {
			List<Operation> operations = operations(new Random(seed + done), Math.min(EACH, total - done));
			Map.Entry<Integer, String> failure = StoreModelRun.failure(fresh(), operations);
			if (failure == null) {
				continue;
			}
			List<Operation> shortest = new Shrinker<Operation>(
					(candidate) -> StoreModelRun.failure(fresh(), candidate) != null, SHRINK_NANOS)
				.shrink(operations.subList(0, failure.getKey() + 1));
			throw new AssertionError("seed " + (seed + done) + ", operation " + failure.getKey() + ": "
					+ failure.getValue() + "\n" + shortest.size() + " operations are enough: " + shortest);
		}
	}

	private Path fresh() throws IOException {
		return Files.createTempDirectory(this.directory, "store");
	}

	private static List<Operation> operations(Random random, int count) {
		List<Operation> operations = new ArrayList<>(count);
		while (operations.size() < count) {
			operations.add(new Operation(kind(random.nextInt(1_000)), random.nextInt(StoreModelRun.IDS),
					random.nextInt(StoreModelRun.VERSIONS)));
		}
		return operations;
	}

	private static Kind kind(int dice) {
		if (dice < 5) {
			return Kind.RESTART;
		}
		if (dice < 6) {
			return Kind.COMPACT;
		}
		Kind[] often = { Kind.ADD, Kind.ADD, Kind.ADD_SOME, Kind.ADD_ENDING, Kind.MINUTE, Kind.UPDATE,
				Kind.UPDATE_BY_FILTER, Kind.WALLED, Kind.WALLED, Kind.WALLED, Kind.DELETE, Kind.DELETE,
				Kind.DELETE_BY_FILTER, Kind.REPLACE, Kind.SEARCH, Kind.SEARCH, Kind.SEARCH, Kind.FILTERED_SEARCH,
				Kind.FILTERED_SEARCH, Kind.TEXT_SEARCH, Kind.TEXT_SEARCH, Kind.READ };
		return often[dice % often.length];
	}

}

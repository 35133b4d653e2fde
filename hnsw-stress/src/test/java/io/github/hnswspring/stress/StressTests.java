package io.github.hnswspring.stress;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.github.hnswspring.reliability.ChangedSource;
import io.github.hnswspring.reliability.ChangedSource.Change;
import io.github.hnswspring.reliability.Child;
import io.github.hnswspring.reliability.ReliabilityReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Memory-model tests: jcstress has the actors of each {@code ...Stress} class meet over
 * and over, compiled by a compiler that reorders at random what it may, and no forbidden
 * result may come out. Mistakes made on purpose must come out.
 */
class StressTests {

	/** What jcstress prints of a test, and of each result of the test it printed last. */
	private static final Pattern LINE = Pattern
		.compile("(?m)^\\.+ \\[(\\w+)] \\S+\\.(\\w+)$|^ +(\\S.*?) +([\\d,]+) +<?[\\d.]+% +(\\w+) ");

	/**
	 * Given by hand: jcstress adds none of its own to a JVM whose arguments it is given.
	 */
	private static final String REORDERING_COMPILER = "-XX:-TieredCompilation -XX:+UnlockDiagnosticVMOptions "
			+ "-XX:+StressLCM -XX:+StressGCM";

	@TempDir
	Path directory;

	@Test
	void noForbiddenResultComesOut() throws Exception {
		Child run = stress(Child.classPath());
		assertThat(run.exitCode()).as(run.end()).isZero();
		Set<String> tests = new HashSet<>();
		Set<String> states = new HashSet<>();
		long meetings = 0;
		String test = "";
		for (MatchResult line : LINE.matcher(results(run)).results().toList()) {
			if (line.group(2) != null) {
				test = line.group(2);
				tests.add(test);
				continue;
			}
			long count = count(line);
			meetings += count;
			if (count > 0) {
				states.add(test + " " + line.group(3));
			}
		}
		assertThat(tests).as(run.end())
			.containsAll(Arrays.stream(Bug.values()).map((bug) -> bug.test).toList())
			.contains("SlotsLoadedStress");
		ReliabilityReport.record("Readers without locks see whole things", "StressTests.noForbiddenResultComesOut",
				tests.size() + " memory-model tests, " + meetings + " meetings of a reader and a writer, "
						+ states.size() + " different results, 0 forbidden");
	}

	@Test
	void plantedBugsComeOut() throws Exception {
		Map<Path, List<Change>> changes = Arrays.stream(Bug.values())
			.collect(Collectors.groupingBy(Bug::source, Collectors.mapping(Bug::change, Collectors.toList())));
		Path classes = this.directory.resolve("classes");
		for (Map.Entry<Path, List<Change>> entry : changes.entrySet()) {
			new ChangedSource(entry.getKey(), entry.getValue()).compile(classes);
		}
		Child run = stress(ChangedSource.classPath(classes));
		assertThat(run.exitCode()).as(run.end()).isNotZero();
		Map<String, Long> caught = new TreeMap<>();
		String test = "";
		for (MatchResult line : LINE.matcher(results(run)).results().toList()) {
			if (line.group(2) != null) {
				test = line.group(2);
			}
			else if (line.group(5).equals("Forbidden")) {
				caught.merge(test, count(line), Long::sum);
			}
		}
		for (Bug bug : Bug.values()) {
			assertThat(caught.getOrDefault(bug.test, 0L)).as(bug + "\n" + run.end()).isPositive();
		}
		ReliabilityReport.record("A harness that can fail: planted in what readers see",
				"StressTests.plantedBugsComeOut",
				Arrays.toString(Bug.values()) + ": each caught by its test, so many times: " + caught);
	}

	private static long count(MatchResult line) {
		return Long.parseLong(line.group(4).replace(",", ""));
	}

	/** The part about all runs of each test, without that about each run. */
	private static String results(Child run) {
		return run.output().substring(Math.max(0, run.output().indexOf("RUN RESULTS:")));
	}

	/**
	 * Mistakes that show on every processor. All are made at once, each in the code of
	 * another test. Where one lasts for a single store, a pause makes it last longer, so
	 * that it shows in every run and not in most.
	 */
	enum Bug {

		COUNT_BEFORE_LINK("LinksAppendStress", "hnsw-core", "index/graph/Links.java",
				"INT.setRelease(row, offset + 1 + count, neighbor);",
				"INT.setRelease(row, offset, count + 1);" + Bug.PAUSE
						+ "INT.setRelease(row, offset + 1 + count, neighbor);"),

		FIRST_TWICE_THEN_RIGHT("LinksReplaceStress", "hnsw-core", "index/graph/Links.java",
				"INT.setRelease(row, i, neighbor);",
				"INT.setRelease(row, i, row[first]);" + Bug.PAUSE + "INT.setRelease(row, i, neighbor);"),

		COUNT_BEFORE_ROW("LinksSetStress", "hnsw-core", "index/graph/Links.java",
				"INT.setRelease(row, offset + 1 + i, neighbors[i]);",
				"INT.setRelease(row, offset, count);" + Bug.PAUSE
						+ "INT.setRelease(row, offset + 1 + i, neighbors[i]);"),

		CLOCK_BEFORE_BIRTH("SlotsReplaceStress", "hnsw-core", "index/graph/Slots.java", "birth(slot, tick);",
				"this.clock = tick;" + Bug.PAUSE + "birth(slot, tick);"),

		GONE_BEFORE_INVISIBLE("SlotsRemoveStress", "hnsw-core", "index/graph/Slots.java",
				"int slot = this.slotOfId.get(id);", "int slot = this.slotOfId.remove(id);" + Bug.PAUSE),

		TOLD_BEFORE_VISIBLE("SlotsAddStress", "hnsw-core", "index/graph/Slots.java",
				"isVisible(slot, this.clock) && slotOf(id) == slot", "slot >= 0"),

		REUSED_WHILE_SEARCHED("SlotsReuseStress", "hnsw-core", "index/graph/FreeSlots.java",
				"if (this.freedAt.peekFirst() <= oldestStart) {", "if (!this.freedAt.isEmpty()) {"),

		FIRST_BEFORE_NEXT("EqualFollowStress", "hnsw-core", "index/graph/EqualVectors.java",
				"row(slot, pack(~leader, (int) row(leader)));",
				"int first_ = (int) row(leader); update(leader, (row) -> pack((int) (row >> 32), slot + 1));"
						+ Bug.PAUSE + "row(slot, pack(~leader, first_));"),

		CHAIN_CUT("EqualReuseStress", "hnsw-core", "index/graph/EqualVectors.java",
				"update(last, (row) -> pack((int) (row >> 32), next + 1));",
				"update(last, (row) -> pack((int) (row >> 32), next + 1)); row(slot, 0);"),

		CHANGE_LOST("EqualCountStress", "hnsw-core", "index/graph/EqualVectors.java",
				"while (!Slots.LONG.compareAndSet(chunk, offset, row, change.applyAsLong(row)));",
				"while (false); long changed_ = change.applyAsLong(row);" + Bug.PAUSE
						+ "Slots.LONG.setVolatile(chunk, offset, changed_);"),

		CODES_BEFORE_THEY_ARE_MADE("CodesSwapStress", "hnsw-core", "index/graph/Quantizer.java", "int piece = 256;",
				"this.codes = fresh; int piece = 256;"),

		NOT_WAITED("SearchEpochsStress", "hnsw-spring-boot-autoconfigure", "vectorstore/derived/SearchEpochs.java",
				"return await(this.searches[before & 1], deadline);", "return true;");

		private static final String PAUSE = " for (int i_ = 0; i_ < 20; i_++) { Thread.onSpinWait(); } ";

		private final String test;

		private final String module;

		private final String file;

		private final String right;

		private final String wrong;

		Bug(String test, String module, String file, String right, String wrong) {
			this.test = test;
			this.module = module;
			this.file = file;
			this.right = right;
			this.wrong = wrong;
		}

		private Change change() {
			return new Change(name(), this.right, this.wrong);
		}

		private Path source() {
			return Path.of("..", this.module, "src/main/java/io/github/hnswspring", this.file);
		}

	}

	private Child stress(String classPath) throws IOException, InterruptedException {
		List<String> arguments = new ArrayList<>(List.of("-v", "-t", "Stress", "-r", this.directory.toString()));
		arguments
			.addAll(List.of("-f", "1", "-iters", System.getProperty("hnsw.stress.iterations", "2"), "-time", "100"));
		// Cores are few: waiting actors must let the other one run.
		arguments.addAll(List.of("-spinStyle", "THREAD_YIELD", "-sc", "false", "-jvmArgs", REORDERING_COMPILER));
		return Child.run(this.directory, classPath, List.of("-Xmx256m"), 1800, "org.openjdk.jcstress.Main", arguments);
	}

}

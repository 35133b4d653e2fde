package io.github.hnswspring.stress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Memory-model tests: jcstress has the actors of each {@code ...Stress} class meet over
 * and over, with compilers that reorder at random what they may, and no forbidden result
 * may come out. Mistakes made on purpose must come out.
 */
class StressTests {

	private static final String REORDERING_COMPILER = "-XX:-TieredCompilation -XX:+UnlockDiagnosticVMOptions "
			+ "-XX:+StressLCM -XX:+StressGCM";

	@TempDir
	Path directory;

	@Test
	void noForbiddenResultComesOut() throws Exception {
		Child run = stress("Stress", System.getProperty("hnsw.stress.iterations", "5"));
		assertThat(run.exitCode()).as(run.end()).isZero();
		System.out.println("[reliability] " + run.output());
	}

	@ParameterizedTest
	@EnumSource
	void aPlantedBugComesOut(Bug bug) throws Exception {
		compile(bug);
		Child run = stress(bug.test, "5");
		assertThat(run.exitCode()).as(bug + ": " + run.end()).isNotZero();
		assertThat(run.output()).contains("FORBIDDEN");
	}

	/** Mistakes that show on every processor; see docs/reliability.md for the others. */
	enum Bug {

		COUNT_BEFORE_LINK("LinksAppendStress", "hnsw-core", "index/graph/Links.java", """
						INT.setRelease(row, offset + 1 + count, neighbor);
						INT.setRelease(row, offset, count + 1);
				""", """
						INT.setRelease(row, offset, count + 1);
						INT.setRelease(row, offset + 1 + count, neighbor);
				"""),

		NODE_AFTER_LINK("LinksSetStress", "hnsw-core", "index/graph/Links.java", """
						for (int i = 0; i < count; i++) {
							INT.setRelease(row, offset + 1 + i, neighbors[i]);
						}
						INT.setRelease(row, offset, count);
				""", """
						INT.setRelease(row, offset, count);
						for (int i = 0; i < count; i++) {
							INT.setRelease(row, offset + 1 + i, neighbors[i]);
						}
				"""),

		CLOCK_BEFORE_BIRTH("SlotsReplaceStress", "hnsw-core", "index/graph/Slots.java", """
						this.births.set(slot, tick);
						time(slot, -tick);
				""", """
						this.clock = tick;
						this.births.set(slot, tick);
						time(slot, -tick);
				"""),

		REUSED_WHILE_SEARCHED("SlotsReuseStress", "hnsw-core", "index/graph/Slots.java",
				"!this.freed.isEmpty() && this.freedAt.peekFirst() <= oldestStart", "!this.freed.isEmpty()"),

		SEARCH_UNKNOWN_AT_FIRST("SlotsReuseStress", "hnsw-core", "index/graph/ScratchPool.java",
				"scratch.startedAt = 0;", ""),

		CODES_BEFORE_THEY_ARE_MADE("CodesSwapStress", "hnsw-core", "index/graph/Quantizer.java", "int piece = 256;",
				"this.codes = fresh;\nint piece = 256;"),

		NOT_WAITED("SearchEpochsStress", "hnsw-spring-boot-autoconfigure", "vectorstore/SearchEpochs.java",
				"return await(this.searches[before & 1], deadline);", "return true;");

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

	}

	/** Compiles a class with its mistake, to go before the right one. */
	private void compile(Bug bug) throws IOException {
		Path source = Path.of("..", bug.module, "src/main/java/io/github/hnswspring", bug.file);
		String text = Files.readString(source);
		assertThat(text.split(Pattern.quote(bug.right), -1))
			.as(bug + " does not fit " + source + " any more; change its description")
			.hasSize(2);
		Path changed = this.directory.resolve(source.getFileName());
		Files.writeString(changed, text.replace(bug.right, bug.wrong));
		int result = ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "--release", "17", "-nowarn", "-proc:none", "-cp", Child.classPath(), "-d",
					Files.createDirectories(classes()).toString(), changed.toString());
		assertThat(result).as(bug + " does not compile").isZero();
	}

	private Path classes() {
		return this.directory.resolve("classes");
	}

	private Child stress(String tests, String iterations) throws IOException, InterruptedException {
		return Child.run(this.directory, classes(), List.of("-Xmx256m"), 900, "org.openjdk.jcstress.Main",
				List.of("-t", tests, "-r", this.directory.toString(), "-f", "1", "-iters", iterations, "-time", "300",
						// Cores are few: waiting actors must let the other one run.
						"-spinStyle", "THREAD_YIELD", "-sc", "false", "-jvmArgs", REORDERING_COMPILER));
	}

}

package io.github.hnswspring.stress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.hnswspring.example.web.RestTarget;
import io.github.hnswspring.stress.fuzz.FilterTarget;
import io.github.hnswspring.stress.fuzz.ImportTarget;
import io.github.hnswspring.stress.fuzz.IndexFileTarget;
import io.github.hnswspring.stress.fuzz.MetadataTarget;
import io.github.hnswspring.stress.fuzz.Seeds;
import io.github.hnswspring.reliability.Child;
import io.github.hnswspring.reliability.ReliabilityReport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Readers of untrusted bytes and text, under a fuzzer that is led by the code it reaches:
 * no hang, no lack of memory, nothing but the exceptions they document.
 * {@code -Dhnsw.fuzz.seconds} is the time for each.
 */
class FuzzTests {

	/** Code that leads the fuzzer: ours, and what takes text apart for it. */
	private static final String INSTRUMENTED = "io.github.hnswspring.**:org.springframework.ai.vectorstore.filter.**"
			+ ":tools.jackson.core.json.**";

	private static final Pattern RUNS = Pattern.compile("Done (\\d+) runs in");

	private static final Pattern COVERED = Pattern.compile("cov: (\\d+)");

	@TempDir
	Path directory;

	/** One reader each. */
	enum Target {

		INDEX_FILE(IndexFileTarget.class, IndexFileTarget::fuzzerTestOneInput, Seeds::indexFiles),

		FILTER(FilterTarget.class, FilterTarget::fuzzerTestOneInput, Seeds::filters),

		METADATA(MetadataTarget.class, MetadataTarget::fuzzerTestOneInput, Seeds::metadata),

		IMPORT(ImportTarget.class, ImportTarget::fuzzerTestOneInput, Seeds::imports),

		REST(RestTarget.class, RestTarget::fuzzerTestOneInput, Seeds::requests);

		private final Class<?> type;

		private final Input input;

		private final Callable<List<byte[]>> seeds;

		Target(Class<?> type, Input input, Callable<List<byte[]>> seeds) {
			this.type = type;
			this.input = input;
			this.seeds = seeds;
		}

	}

	/** What a target does with an input. */
	interface Input {

		void accept(byte[] data) throws Exception;

	}

	@ParameterizedTest
	@EnumSource
	void everySeedPasses(Target target) throws Exception {
		for (byte[] seed : target.seeds.call()) {
			target.input.accept(seed);
		}
	}

	@ParameterizedTest
	@EnumSource
	void noInputGetsThrough(Target target) throws Exception {
		Path corpus = Files.createDirectory(this.directory.resolve("corpus"));
		int number = 0;
		for (byte[] seed : target.seeds.call()) {
			Files.write(corpus.resolve("seed" + number++), seed);
		}
		int seconds = Integer.getInteger("hnsw.fuzz.seconds", 20);
		Child run = Child.run(this.directory, Child.classPath(),
				List.of("-Xmx256m", "-XX:+UseSerialGC", "-Djdk.attach.allowAttachSelf=true"), seconds + 600,
				"com.code_intelligence.jazzer.Jazzer",
				List.of("--target_class=" + target.type.getName(), "--instrumentation_includes=" + INSTRUMENTED,
						// Comparisons lead the fuzzer too, but Jazzer 0.24 crashes the
						// JVM on Arrays.equals with a null, which imports come to.
						"--trace=" + ((target == Target.IMPORT) ? "cov:div:gep" : "cov:cmp:div:gep"),
						"-max_total_time=" + seconds, "-timeout=60", "-rss_limit_mb=0", "-max_len=262144",
						corpus.toString()));
		assertThat(run.exitCode()).as(reproducer() + run.end()).isZero();
		long runs = last(RUNS, run.output());
		assertThat(runs).as(run.end()).isGreaterThanOrEqualTo(number);
		ReliabilityReport.record("Bad input is refused", "FuzzTests.noInputGetsThrough-" + target,
				runs + " inputs in " + seconds + " s, " + last(COVERED, run.output())
						+ " edges covered, 0 unexpected exceptions, hangs or lacks of memory");
	}

	/** The input that failed, to become a seed. */
	private String reproducer() throws IOException {
		try (var files = Files.list(this.directory)) {
			return files.filter((file) -> file.getFileName().toString().matches("(crash|timeout|oom)-.*"))
				.map(FuzzTests::base64)
				.reduce("", String::concat);
		}
	}

	private static String base64(Path file) {
		try {
			return file.getFileName() + " in Base64: " + Base64.getEncoder().encodeToString(Files.readAllBytes(file))
					+ "\n";
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static long last(Pattern pattern, String text) {
		Matcher matcher = pattern.matcher(text);
		long last = 0;
		while (matcher.find()) {
			last = Long.parseLong(matcher.group(1));
		}
		return last;
	}

}

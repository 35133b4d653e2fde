package io.github.hnswspring.stress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Readers of bytes and text that may come from anybody, under a fuzzer that is led by the
 * code it reaches: no hang, no lack of memory, nothing but the exceptions they document.
 * {@code -Dhnsw.fuzz.seconds} is the time for each.
 */
class FuzzTests {

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
		Child run = Child.run(this.directory, this.directory, List.of("-Xmx256m", "-Djdk.attach.allowAttachSelf=true"),
				seconds + 180, "com.code_intelligence.jazzer.Jazzer", List.of("--target_class=" + target.type.getName(),
						// Jazzer 0.24 crashes on Arrays.equals with a null, which Draft
						// calls.
						"--custom_hook_excludes=io.github.hnswspring.vectorstore.Draft",
						"--instrumentation_includes=io.github.hnswspring.**:org.springframework.ai.vectorstore.filter.**:tools.jackson.**",
						"-max_total_time=" + seconds, "-timeout=20", "-rss_limit_mb=0", "-max_len=262144",
						"-print_final_stats=1", corpus.toString()));
		assertThat(run.exitCode()).as(reproducer() + run.end()).isZero();
		long runs = last(RUNS, run.output());
		assertThat(runs).as(run.end()).isGreaterThan(100);
		System.out.println("[reliability] fuzzed " + target + ": " + runs + " inputs in " + seconds + " s, "
				+ last(COVERED, run.output()) + " edges covered, 0 unexpected exceptions, hangs or lacks of memory");
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
			return file.getFileName() + " in Base64: "
					+ java.util.Base64.getEncoder().encodeToString(Files.readAllBytes(file)) + "\n";
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
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

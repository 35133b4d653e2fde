package io.github.hnswspring.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.benchmarks.report.Csv;
import io.github.hnswspring.benchmarks.report.Tables;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the JMH benchmarks on each JDK, with and without the Vector API. Confined to one
 * thread.
 */
final class KernelCommand {

	private final Workplace workplace;

	private final List<Jdk> jdks;

	private final List<String> simd;

	private final String include;

	private final List<String> dimensions;

	private final boolean quick;

	private final String command;

	KernelCommand(Options options) {
		this.quick = options.isSet("quick");
		this.workplace = new Workplace(options);
		this.jdks = Jdk.all(options);
		this.simd = options.list("simd", "on,off");
		this.include = options.text("include", ".*");
		this.dimensions = options.list("dimensions", "384,768,1536");
		this.command = "kernels " + options;
		options.complainAboutUnknown();
	}

	void run() throws RunnerException, IOException {
		List<Row> rows = new ArrayList<>();
		for (Jdk jdk : this.jdks) {
			for (String flag : this.simd) {
				rows.addAll(run(jdk, flag.equals("on")));
			}
		}
		Csv.write(this.workplace.out().resolve("kernels.csv"), rows);
		List<List<String>> table = new ArrayList<>();
		table.add(List.of("kernel", "dimensions", "JDK", "Vector API", "ns", "+-"));
		for (Row row : rows) {
			table.add(List.of(row.kernel(), row.dimensions(), row.jdk(), row.vectorApi() ? "yes" : "no",
					String.format(Locale.ROOT, "%.2f", row.nanos()), String.format(Locale.ROOT, "%.2f", row.error())));
		}
		String text = "# Kernels\n\n" + Machine.describe() + "- command: `" + this.command + "`\n\n"
				+ Tables.table(table);
		Files.writeString(this.workplace.out().resolve("kernels.md"), text);
		System.out.println(text);
		Progress.say("results are in " + this.workplace.out());
	}

	private List<Row> run(Jdk jdk, boolean vectorApi) throws RunnerException {
		Progress.say("JMH on JDK " + jdk.version() + (vectorApi ? " with" : " without") + " the Vector API");
		TimeValue time = new TimeValue(this.quick ? 200 : 1000, TimeUnit.MILLISECONDS);
		ChainedOptionsBuilder builder = new OptionsBuilder().include("benchmarks\\.kernel\\." + this.include)
			.jvm(jdk.home().resolve("bin").resolve("java").toString())
			.param("dimensions", this.dimensions.toArray(String[]::new))
			.warmupIterations(this.quick ? 2 : 5)
			.warmupTime(time)
			.measurementIterations(this.quick ? 3 : 5)
			.measurementTime(time)
			.forks(this.quick ? 1 : 3);
		if (vectorApi) {
			builder.jvmArgsAppend("-Xmx2g", "--add-modules", "jdk.incubator.vector");
		}
		else {
			builder.jvmArgsAppend("-Xmx2g");
		}
		Collection<RunResult> results = new Runner(builder.build()).run();
		List<Row> rows = new ArrayList<>();
		for (RunResult each : results) {
			Result<?> result = each.getPrimaryResult();
			rows.add(new Row(result.getLabel(), each.getParams().getParam("dimensions"), jdk.version(), vectorApi,
					result.getScore(), result.getScoreError()));
		}
		return rows;
	}

	/**
	 * A result.
	 *
	 * @param kernel the method
	 * @param dimensions components of a vector
	 * @param jdk version of the JDK
	 * @param vectorApi whether the Vector API was there
	 * @param nanos mean time of one distance
	 * @param error half of the 99.9 % confidence interval
	 */
	private record Row(String kernel, String dimensions, String jdk, boolean vectorApi, double nanos, double error) {

	}

}

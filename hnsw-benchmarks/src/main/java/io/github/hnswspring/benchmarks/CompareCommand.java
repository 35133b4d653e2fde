package io.github.hnswspring.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.data.Datasets;
import io.github.hnswspring.benchmarks.engine.Engines;
import io.github.hnswspring.benchmarks.harness.BuildMeasurement;
import io.github.hnswspring.benchmarks.harness.Comparison;
import io.github.hnswspring.benchmarks.harness.Contender;
import io.github.hnswspring.benchmarks.harness.Measurement;
import io.github.hnswspring.benchmarks.harness.RunSettings;

/**
 * Compares engines with each other. Confined to one thread.
 */
final class CompareCommand {

	private static final String GENERATED = "text-100000x384,text-1000000x384,text-100000x768,text-100000x1536";

	private static final String REAL = "passages384,mnist784";

	private final Workplace workplace;

	private final Datasets datasets;

	private final List<String> datasetNames;

	private final List<Contender> contenders;

	private final RunSettings settings;

	private final int heapMebi;

	private final String command;

	private final List<String> remarks = new ArrayList<>();

	CompareCommand(Options options) {
		boolean quick = options.isSet("quick");
		this.workplace = new Workplace(options);
		this.datasets = new Datasets(this.workplace.work().resolve("data"), options.path("data"),
				options.number("queries", 1000), Progress::say);
		this.datasetNames = options.list("datasets", datasets(quick, options.path("data") != null));
		Contenders contenders = Contenders.of(options.list("engines", String.join(",", Engines.names())), options,
				"on,off", this.workplace);
		this.contenders = contenders.all();
		this.remarks.addAll(contenders.remarks());
		this.settings = settings(options, quick);
		this.heapMebi = options.number("heap", 0);
		this.command = "compare " + options;
		options.complainAboutUnknown();
	}

	private static String datasets(boolean quick, boolean real) {
		if (quick) {
			return real ? "passages384" : "text-20000x384";
		}
		return real ? REAL + "," + GENERATED : GENERATED;
	}

	private static RunSettings settings(Options options, boolean quick) {
		String efs = quick ? "10,16,32,64,128" : "10,16,24,32,48,64,96,128,192,256";
		String jvmArguments = options.text("jvm-args", "");
		return new RunSettings(options.number("m", 16), options.number("ef-construction", 200), options.number("k", 10),
				options.numbers("ef", efs), options.number("passes", quick ? 2 : 4), options.number("forks", 1),
				options.numbers("threads", quick ? "1" : "1,all"),
				options.numbers("build-threads", quick ? "all" : "1,all"), options.number("builds", 1),
				options.number("warm-up", quick ? 4000 : 15000), options.number("min-time", quick ? 500 : 1000),
				options.number("max-time", quick ? 3000 : 30000),
				jvmArguments.isEmpty() ? List.of() : List.of(jvmArguments.split(" ")));
	}

	void run() throws IOException {
		List<Measurement> measurements = new ArrayList<>();
		List<BuildMeasurement> builds = new ArrayList<>();
		CompareReport report = new CompareReport(this.workplace.out(), this.command, this.settings);
		String text = "";
		for (String name : this.datasetNames) {
			Dataset dataset = this.datasets.get(name);
			Grouping plan = Grouping.plan(dataset.base().rows(), dataset.base().columns(), this.heapMebi);
			Comparison comparison = new Comparison(dataset, this.settings, this.workplace.work().resolve("scratch"),
					Progress::say);
			int measured = measurements.size();
			int built = builds.size();
			for (List<Contender> group : plan.groups(this.contenders)) {
				comparison.run(group, plan.heap());
				measurements.subList(measured, measurements.size()).clear();
				measurements.addAll(comparison.measurements());
				builds.subList(built, builds.size()).clear();
				builds.addAll(comparison.builds());
				text = report.write(measurements, builds, this.remarks);
			}
			this.remarks.addAll(comparison.failures());
			text = report.write(measurements, builds, this.remarks);
		}
		System.out.println(text);
		Progress.say("results are in " + this.workplace.out());
	}

}

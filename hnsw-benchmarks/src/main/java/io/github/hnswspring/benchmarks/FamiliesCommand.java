package io.github.hnswspring.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.data.Datasets;
import io.github.hnswspring.benchmarks.data.Family;
import io.github.hnswspring.benchmarks.data.Space;
import io.github.hnswspring.benchmarks.engine.Engines;
import io.github.hnswspring.benchmarks.harness.Contender;
import io.github.hnswspring.benchmarks.harness.DefaultsComparison;
import io.github.hnswspring.benchmarks.harness.DefaultsSettings;
import io.github.hnswspring.benchmarks.harness.RunSettings;

/**
 * Recall and speed at the defaults on families of data that were never tuned for, beside
 * other engines. Confined to one thread.
 */
final class FamiliesCommand {

	private final Workplace workplace;

	private final Datasets datasets;

	private final List<FamilyCase> cases;

	private final Contenders contenders;

	private final DefaultsSettings settings;

	private final int heapMebi;

	private final String command;

	FamiliesCommand(Options options) {
		boolean quick = options.isSet("quick");
		boolean real = options.path("data") != null;
		this.workplace = new Workplace(options);
		this.datasets = new Datasets(this.workplace.work().resolve("data"), options.path("data"),
				options.number("queries", quick ? 200 : 500), Progress::say);
		List<String> families = new ArrayList<>(options.list("families", String.join(",", Family.labels())));
		List<Space> spaces = options.list("metrics", "cosine").stream().map(Space::of).toList();
		List<Integer> dimensions = options.numbers("dims", quick ? "128" : "33,384");
		List<Integer> counts = options.numbers("count", "25000");
		List<String> files = options.namesOrNone("real", real ? "passages384,mnist784" : "none");
		this.cases = cases(families, spaces, dimensions, counts, files);
		List<String> engines = new ArrayList<>();
		options.namesOrNone("bits", quick ? "none,4" : "none,1,4,8").forEach((bits) -> engines.add(ours(bits)));
		engines.addAll(options.namesOrNone("peers", quick ? "hnswlib,exact" : "hnswlib,lucene,lucene-1bit,exact"));
		this.contenders = Contenders.of(engines, options, "on", this.workplace);
		String jvmArguments = options.text("jvm-args", "");
		RunSettings run = new RunSettings(options.number("m", 16), options.number("ef-construction", 200), 0, List.of(),
				options.number("passes", 2), 1, List.of(1), options.numbers("build-threads", "all"), 1,
				options.number("warm-up", quick ? 500 : 1000), options.number("min-time", 200),
				options.number("max-time", quick ? 1500 : 3000),
				jvmArguments.isEmpty() ? List.of() : List.of(jvmArguments.split(" ")));
		this.settings = new DefaultsSettings(run, options.numbers("k", "10"), options.number("peer-ef", 64),
				Double.parseDouble(options.text("target", "0.99")));
		this.heapMebi = options.number("heap", 0);
		this.command = "families " + options;
		options.complainAboutUnknown();
	}

	private static String ours(String bits) {
		return Engines.OURS + bits;
	}

	private static List<FamilyCase> cases(List<String> families, List<Space> spaces, List<Integer> dimensions,
			List<Integer> counts, List<String> files) {
		List<FamilyCase> cases = new ArrayList<>();
		for (int count : counts) {
			for (Space space : spaces) {
				for (int each : dimensions) {
					for (String family : families) {
						cases.add(new FamilyCase(Family.of(family).dataset(count, each, space), family));
					}
				}
			}
			files.forEach((file) -> cases.add(new FamilyCase("limited-" + count + ":" + file, "real: " + file)));
		}
		return cases;
	}

	void run() throws IOException {
		FamiliesReport report = new FamiliesReport(this.workplace.out(), this.command, this.settings,
				this.contenders.remarks());
		String text = "";
		int done = 0;
		for (FamilyCase each : this.cases) {
			Progress.say("=== " + each.dataset() + ", " + ++done + " of " + this.cases.size());
			Dataset dataset = this.datasets.get(each.dataset());
			Grouping plan = Grouping.plan(dataset.base().rows(), dataset.base().columns(), this.heapMebi);
			DefaultsComparison comparison = new DefaultsComparison(dataset, this.settings,
					this.workplace.work().resolve("scratch"), Progress::say);
			for (List<Contender> group : plan.groups(this.contenders.all())) {
				comparison.run(group, plan.heap());
			}
			report.add(each.family(), dataset, comparison);
			// After every data set, so that an interrupted run leaves what it had.
			text = report.write();
		}
		System.out.println(text);
		Progress.say("results are in " + this.workplace.out());
	}

	/**
	 * A data set and what it is called in the report.
	 *
	 * @param dataset name of the data set
	 * @param family name of the family
	 */
	private record FamilyCase(String dataset, String family) {

	}

}

package io.github.hnswspring.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.data.Datasets;
import io.github.hnswspring.benchmarks.engine.Engines;
import io.github.hnswspring.benchmarks.harness.Contender;
import io.github.hnswspring.benchmarks.harness.ForkedJvm;
import io.github.hnswspring.benchmarks.scenario.ScenarioMain;
import io.github.hnswspring.benchmarks.scenario.ScenarioPoint;

/**
 * Runs a scenario for every data set and configuration of this project's index. Confined
 * to one thread.
 */
final class ScenarioCommand {

	private final String scenario;

	private final Workplace workplace;

	private final Datasets datasets;

	private final List<String> datasetNames;

	private final List<Contender> contenders;

	private final List<String> parameters;

	private final int heapMebi;

	private final int repetitions;

	private final String command;

	private final ScenarioReport report;

	ScenarioCommand(String scenario, Options options) {
		this.scenario = scenario;
		this.workplace = new Workplace(options);
		this.datasets = new Datasets(this.workplace.work().resolve("data"), options.path("data"),
				options.number("queries", 1000), Progress::say);
		boolean opening = scenario.equals("startup");
		this.datasetNames = options.list("datasets",
				opening ? "text-10000x384,text-100000x384,text-1000000x384" : "text-100000x384");
		List<String> engines = new ArrayList<>();
		for (String quantization : options.list("quantizations", opening ? "none,1,1-mapped" : "none,1,4")) {
			engines.add(Engines.OURS + quantization);
		}
		if (scenario.equals("filters")) {
			engines.addAll(options.namesOrNone("peers", Engines.LUCENE));
		}
		this.contenders = Contenders.of(engines, options, "on", this.workplace).all();
		this.parameters = List.of(options.text("m", "16"), options.text("ef-construction", "200"),
				options.text("ef", "default"), options.text("min-time", options.isSet("quick") ? "300" : "1000"),
				options.text("cycles", "10"));
		this.heapMebi = options.number("heap", 0);
		this.repetitions = options.number("repetitions", opening ? 3 : 1);
		this.command = scenario + " " + options;
		options.complainAboutUnknown();
		this.report = new ScenarioReport(scenario, this.workplace.out(), this.command);
	}

	void run() throws IOException, InterruptedException {
		for (String name : this.datasetNames) {
			Dataset dataset = this.datasets.get(name);
			Grouping plan = Grouping.plan(dataset.base().rows(), dataset.base().columns(), this.heapMebi);
			for (Contender contender : this.contenders) {
				if (this.scenario.equals("startup")) {
					fork("save", dataset, contender, plan.heap());
					for (int i = 0; i < this.repetitions; i++) {
						fork("open", dataset, contender, plan.heap());
					}
				}
				else {
					for (int i = 0; i < this.repetitions; i++) {
						fork(this.scenario, dataset, contender, plan.heap());
					}
				}
			}
		}
		System.out.println(this.report.write());
		Progress.say("results are in " + this.workplace.out());
	}

	private void fork(String what, Dataset dataset, Contender contender, String heap)
			throws IOException, InterruptedException {
		Path directory = Files.createDirectories(this.workplace.work().resolve("scenario").resolve(this.scenario));
		List<String> arguments = ForkedJvm.command(contender, heap, List.of(), ScenarioMain.class);
		arguments.addAll(List.of(what, dataset.name(), dataset.space().name(), dataset.baseFile().toString(),
				dataset.queryFile().toString(), dataset.truthFile().toString(), contender.engine()));
		arguments.addAll(this.parameters);
		arguments.add(directory.toString());
		Path log = directory.resolve("stderr.log");
		boolean done = ForkedJvm.run(arguments, log, (line) -> {
			if (line.startsWith("=")) {
				ScenarioPoint point = ScenarioPoint.of(line.substring(1));
				this.report.add(dataset.name(), contender.label(), point);
				Progress.say(contender.label() + ": " + point);
			}
			else {
				Progress.say(contender.label() + ": " + line);
			}
		});
		if (!done) {
			Progress.say("LEFT OUT: " + contender.label() + " failed at " + what + "; see " + log);
			this.report.failure(contender.label() + " failed at " + what + " on " + dataset.name());
		}
	}

}

package io.github.hnswspring.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.data.Datasets;
import io.github.hnswspring.benchmarks.engine.Engines;
import io.github.hnswspring.benchmarks.harness.Contender;
import io.github.hnswspring.benchmarks.harness.ForkedJvm;
import io.github.hnswspring.benchmarks.replica.LargeCopyMain;
import io.github.hnswspring.benchmarks.replica.ReplicaResult;
import io.github.hnswspring.benchmarks.replica.ReplicasMain;

/**
 * Replicas beside what an application has without them. Confined to one thread.
 */
final class ReplicasCommand {

	/** What the forked JVM takes for a server that it has to start itself. */
	private static final String EMBEDDED = "embedded";

	/**
	 * The part that has documents of its own and takes long, so it has to be asked for.
	 */
	private static final String LARGE = "large";

	private final Workplace workplace;

	private final Datasets datasets;

	private final List<String> datasetNames;

	private final List<String> parts;

	private final boolean large;

	private final int documents;

	private final List<Contender> contenders;

	private final String url;

	private final List<String> parameters;

	private final String heap;

	private final ReplicasReport report;

	ReplicasCommand(Options options) {
		boolean quick = options.isSet("quick");
		this.workplace = new Workplace(options);
		this.datasets = new Datasets(this.workplace.work().resolve("data"), options.path("data"),
				options.number("queries", 1000), Progress::say);
		this.documents = options.number("documents", quick ? 5_000 : 30_000);
		this.datasetNames = options.list("datasets", "text-" + this.documents + "x384"
				+ ((options.path("data") != null) ? ",limited-" + this.documents + ":passages384" : ""));
		this.parts = new ArrayList<>(options.list("parts", String.join(",", ReplicasMain.parts())));
		this.large = this.parts.remove(LARGE);
		if (!ReplicasMain.parts().containsAll(this.parts)) {
			throw new IllegalArgumentException(
					"--parts must be some of " + ReplicasMain.parts() + " and " + LARGE + ", but was " + this.parts);
		}
		this.url = options.text("url", EMBEDDED);
		if (!this.url.equals(EMBEDDED)) {
			ReplicasMain.requireServer(this.url);
		}
		this.parameters = List.of(
				options.numbers("threads", "1,all").stream().map(String::valueOf).collect(Collectors.joining(",")),
				Integer.toString(options.number("passes", quick ? 4 : 10)),
				Integer.toString(options.number("min-time", quick ? 100 : 250)),
				Integer.toString(options.number("probes", quick ? 50 : 100)));
		this.contenders = Contenders.of(List.of(Engines.OURS + "4"), options, "on", this.workplace).all();
		this.heap = options.number("heap", 4096) + "m";
		String command = withoutPassword("replicas " + options);
		options.complainAboutUnknown();
		this.report = new ReplicasReport(this.workplace.out(), command);
	}

	/** A report goes to others. */
	static String withoutPassword(String command) {
		return command.replaceAll("\\?\\S*", "?...");
	}

	void run() throws IOException, InterruptedException {
		for (String name : this.parts.isEmpty() ? List.<String>of() : this.datasetNames) {
			Dataset dataset = this.datasets.get(name);
			for (Contender contender : this.contenders) {
				for (String part : this.parts) {
					fork(part, dataset, contender);
				}
			}
		}
		for (Contender contender : this.large ? this.contenders : List.<Contender>of()) {
			forkLarge(contender);
		}
		System.out.println(this.report.write());
		Progress.say("results are in " + this.workplace.out());
	}

	private void forkLarge(Contender contender) throws IOException, InterruptedException {
		List<String> arguments = new ArrayList<>(
				ForkedJvm.command(contender, this.heap, List.of(), LargeCopyMain.class));
		arguments.addAll(List.of(Integer.toString(this.documents), this.url));
		run(arguments, LARGE + " with " + this.documents + " documents");
	}

	private void fork(String part, Dataset dataset, Contender contender) throws IOException, InterruptedException {
		List<String> arguments = new ArrayList<>(
				ForkedJvm.command(contender, this.heap, List.of(), ReplicasMain.class));
		arguments.addAll(List.of(part, dataset.name(), dataset.space().name(), dataset.baseFile().toString(),
				dataset.queryFile().toString(), dataset.truthFile().toString(), this.url));
		arguments.addAll(this.parameters);
		run(arguments, part + " on " + dataset.name());
	}

	private void run(List<String> arguments, String what) throws IOException, InterruptedException {
		Path directory = Files.createDirectories(this.workplace.work().resolve("replicas"));
		arguments.add(directory.resolve("stores").toString());
		Path log = directory.resolve("stderr.log");
		boolean done = ForkedJvm.run(arguments, log, this::take);
		if (!done) {
			String failure = what + " failed; see " + log;
			Progress.say("LEFT OUT: " + failure);
			this.report.remark(failure);
		}
	}

	private void take(String line) {
		String rest = line.substring(Math.min(1, line.length()));
		if (line.startsWith("=")) {
			this.report.add(ReplicaResult.of(rest));
		}
		else if (line.startsWith("!")) {
			this.report.remark(rest);
		}
		Progress.say(rest.replace("\t", " | "));
	}

}

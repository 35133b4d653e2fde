package io.github.hnswspring.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.hnswspring.benchmarks.engine.Engines;
import io.github.hnswspring.benchmarks.harness.Contender;
import io.github.hnswspring.benchmarks.harness.ForkedJvm;
import io.github.hnswspring.benchmarks.retrieval.RetrievalMain;
import io.github.hnswspring.benchmarks.retrieval.RetrievalRow;

/**
 * Asks texts questions by meaning, by words and by both. Confined to one thread.
 */
final class RetrievalCommand {

	private final Workplace workplace;

	private final List<String> corpora = new ArrayList<>();

	private final List<String> parameters;

	private final List<Contender> contenders;

	private final String heap;

	private final RetrievalReport report;

	RetrievalCommand(Options options) {
		this.workplace = new Workplace(options);
		boolean quick = options.isSet("quick");
		for (String folder : options.namesOrNone("data", "none")) {
			if (!Files.isDirectory(Path.of(folder))) {
				throw new IllegalArgumentException("--data must name folders of texts, but " + folder + " is none");
			}
			this.corpora.add(folder);
		}
		for (String count : options.namesOrNone("count", quick ? "5000" : "10000,100000")) {
			this.corpora.add(RetrievalMain.GENERATED + Integer.parseInt(count));
		}
		this.parameters = List.of(options.text("modes", "dense,text,hybrid,grouped"),
				Integer.toString(options.number("questions", quick ? 50 : 300)),
				Integer.toString(options.number("seed", 1)),
				Integer.toString(options.number("min-time", quick ? 500 : 3000)));
		this.contenders = Contenders.of(List.of(Engines.OURS + "4"), options, "on", this.workplace).all();
		this.heap = options.number("heap", 3072) + "m";
		String command = "retrieval " + options;
		options.complainAboutUnknown();
		this.report = new RetrievalReport(this.workplace.out(), command);
	}

	void run() throws IOException, InterruptedException {
		for (String corpus : this.corpora) {
			for (Contender contender : this.contenders) {
				fork(corpus, contender);
			}
		}
		System.out.println(this.report.write());
		Progress.say("results are in " + this.workplace.out());
	}

	private void fork(String corpus, Contender contender) throws IOException, InterruptedException {
		Path directory = Files.createDirectories(this.workplace.work().resolve("retrieval"));
		List<String> arguments = ForkedJvm.command(contender, this.heap, List.of(), RetrievalMain.class);
		arguments.add(corpus);
		arguments.addAll(this.parameters);
		arguments.add(directory.toString());
		Path log = directory.resolve("stderr.log");
		boolean done = ForkedJvm.run(arguments, log, (line) -> {
			if (line.startsWith("=")) {
				this.report.add(RetrievalRow.of(Labels.configuration(contender.label()), line.substring(1)));
			}
			Progress.say(line.substring(Math.min(1, line.length())));
		});
		if (!done) {
			String failure = corpus + " failed; see " + log;
			Progress.say("LEFT OUT: " + failure);
			this.report.failure(failure);
		}
	}

}

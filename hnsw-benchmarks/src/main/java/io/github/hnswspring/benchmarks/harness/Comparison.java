package io.github.hnswspring.benchmarks.harness;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.engine.Engines;

/**
 * Runs contenders against each other on one data set. All processes of a group are alive
 * at once, one works at a time: every pass visits them in turn, and every second pass in
 * reverse order (A B B A), so that a machine that slows down slows down all. Confined to
 * one thread.
 */
public final class Comparison {

	private final Dataset dataset;

	private final RunSettings settings;

	private final Path directory;

	private final Consumer<String> progress;

	private final Recall recall;

	private int groups;

	private final List<Measurement> measurements = new ArrayList<>();

	private final List<BuildMeasurement> builds = new ArrayList<>();

	private final List<String> failures = new ArrayList<>();

	/**
	 * Prepares a comparison.
	 * @param dataset the data set
	 * @param settings how to run
	 * @param directory for scratch files
	 * @param progress told what is going on
	 */
	public Comparison(Dataset dataset, RunSettings settings, Path directory, Consumer<String> progress) {
		this.dataset = dataset;
		this.settings = settings;
		this.directory = directory;
		this.progress = progress;
		this.recall = new Recall(dataset);
	}

	/**
	 * Runs one group of contenders.
	 * @param group contenders whose processes fit into memory together
	 * @param heap heap of each JVM, such as {@code 4g}
	 */
	public void run(List<Contender> group, String heap) {
		this.groups++;
		for (int fork = 0; fork < this.settings.forks(); fork++) {
			List<Contender> order = new ArrayList<>(group);
			if (fork % 2 == 1) {
				Collections.reverse(order);
			}
			try (WorkerGroup workers = new WorkerGroup(this::fail)) {
				for (Contender contender : order) {
					startAndBuild(contender, heap, fork, workers);
				}
				buildAgain(workers, fork);
				workers.each(this::warmUp);
				measure(workers, fork);
			}
		}
	}

	private void startAndBuild(Contender contender, String heap, int fork, WorkerGroup workers) {
		workers.start(
				() -> WorkerProcess.start(contender, this.dataset, this.settings, heap, this.directory, this.progress),
				(worker) -> {
					int round = 0;
					for (int threads : this.settings.buildThreads()) {
						this.progress.accept(contender.label() + ": building with " + threads + " thread(s)");
						record(worker, fork, ++round, worker.build(threads));
					}
				});
	}

	private void buildAgain(WorkerGroup workers, int fork) {
		List<Integer> threads = this.settings.buildThreads();
		for (int more = 1; more < this.settings.builds(); more++) {
			int round = threads.size() + more;
			workers.each((worker) -> record(worker, fork, round, worker.build(threads.get(threads.size() - 1))));
		}
	}

	private void warmUp(WorkerProcess worker) throws IOException {
		List<Integer> efs = efs(worker.contender());
		long each = Math.max(1, this.settings.warmUpMillis() / efs.size());
		for (int ef : efs) {
			worker.run(ef, this.settings.k(), 1, each, each);
		}
	}

	private List<Integer> efs(Contender contender) {
		List<Integer> efs = this.settings.efs();
		return Engines.hasEf(contender.engine()) ? efs : efs.subList(0, 1);
	}

	private void measure(WorkerGroup workers, int fork) {
		List<WorkerProcess> order = new ArrayList<>(workers.workers());
		for (int pass = 0; pass < this.settings.passes(); pass++) {
			for (int threads : this.settings.searchThreads()) {
				for (int ef : this.settings.efs()) {
					visit(workers, order, fork, pass, threads, ef);
				}
			}
			Collections.reverse(order);
		}
	}

	private void visit(WorkerGroup workers, List<WorkerProcess> order, int fork, int pass, int threads, int ef) {
		for (WorkerProcess worker : order) {
			if (efs(worker.contender()).contains(ef)) {
				workers.attempt(worker, (each) -> record(each, fork, pass, threads, ef));
			}
		}
	}

	private void record(WorkerProcess worker, int fork, int round, WorkerProcess.Build build) throws IOException {
		BuildMeasurement measurement = BuildMeasurement.of(this.dataset, worker, fork, round, build);
		this.builds.add(measurement);
		this.progress.accept(String.format(Locale.ROOT,
				"%-40s built with %d thread(s) in %.2f s, %.0f bytes per vector", measurement.contender(),
				measurement.threads(), measurement.seconds(), measurement.totalBytesPerVector()));
	}

	private void record(WorkerProcess worker, int fork, int pass, int threads, int ef) throws IOException {
		WorkerProcess.Run run = worker.run(ef, this.settings.k(), threads, this.settings.minMillis(),
				this.settings.maxMillis());
		Answers answers = run.answers();
		Measurement measurement = new Measurement(this.dataset.name(), worker.contender().label(), this.groups, fork,
				pass, threads, ef, this.recall.of(answers.rows()), run.qps(), answers.percentile(50),
				answers.percentile(95), answers.percentile(99), run.allocatedBytes());
		this.measurements.add(measurement);
		this.progress.accept(String.format(Locale.ROOT,
				"%-40s fork %d pass %d  %d thread(s)  ef %4d  recall %.4f  %8.0f QPS  p99 %.0f us",
				measurement.contender(), fork, pass, threads, ef, measurement.recall(), measurement.qps(),
				measurement.p99Nanos() / 1e3));
	}

	private void fail(IOException ex) {
		String message = String.valueOf(ex.getMessage());
		this.failures.add(message);
		this.progress.accept("LEFT OUT: " + message);
	}

	/**
	 * What was measured so far.
	 * @return searches
	 */
	public List<Measurement> measurements() {
		return this.measurements;
	}

	/**
	 * What was measured so far.
	 * @return builds
	 */
	public List<BuildMeasurement> builds() {
		return this.builds;
	}

	/**
	 * Which engines dropped out, and why.
	 * @return messages
	 */
	public List<String> failures() {
		return this.failures;
	}

}

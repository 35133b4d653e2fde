package io.github.hnswspring.benchmarks.harness;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.engine.Engines;
import io.github.hnswspring.benchmarks.engine.Searcher;
import io.github.hnswspring.benchmarks.harness.DefaultsMeasurement.Setting;

/**
 * Compares engines as their users meet them: ours without an ef, the others at one ef for
 * everything and at one chosen for this data set. As in {@link Comparison} all processes
 * of a group are alive at once and take turns, every second pass in reverse order.
 * Confined to one thread.
 */
public final class DefaultsComparison {

	/** What is tried when an ef is chosen; k itself comes first. */
	private static final List<Integer> LADDER = List.of(10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024,
			1536, 2048, 3072, 4096);

	private final Dataset dataset;

	private final DefaultsSettings settings;

	private final Path directory;

	private final Consumer<String> progress;

	private final Recall recall;

	private int groups;

	private final List<DefaultsMeasurement> measurements = new ArrayList<>();

	private final List<BuildMeasurement> builds = new ArrayList<>();

	private final List<String> failures = new ArrayList<>();

	/**
	 * Prepares a comparison.
	 * @param dataset the data set
	 * @param settings how to run
	 * @param directory for scratch files
	 * @param progress told what is going on
	 */
	public DefaultsComparison(Dataset dataset, DefaultsSettings settings, Path directory, Consumer<String> progress) {
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
		try (WorkerGroup workers = new WorkerGroup(this::fail)) {
			for (Contender contender : group) {
				startAndBuild(contender, heap, workers);
			}
			for (int k : this.settings.ks()) {
				List<Line> lines = new ArrayList<>();
				workers.each((worker) -> lines.addAll(lines(worker, k)));
				measure(lines, workers, k);
				lines.stream().filter((line) -> !line.runs.isEmpty()).forEach((line) -> record(line, k));
			}
		}
	}

	private void startAndBuild(Contender contender, String heap, WorkerGroup workers) {
		workers.start(() -> WorkerProcess.start(contender, this.dataset, this.settings.run(), heap, this.directory,
				this.progress), (worker) -> {
					int threads = this.settings.run().buildThreads().get(0);
					BuildMeasurement build = BuildMeasurement.of(this.dataset, worker, 0, 1, worker.build(threads));
					this.builds.add(build);
					this.progress.accept(
							String.format(Locale.ROOT, "%-40s built in %.2f s", build.contender(), build.seconds()));
				});
	}

	private List<Line> lines(WorkerProcess worker, int k) throws IOException {
		String engine = worker.contender().engine();
		boolean choosesItself = engine.startsWith(Engines.OURS) || !Engines.hasEf(engine);
		int fixed = choosesItself ? Searcher.DEFAULT_EF : Math.max(k, this.settings.fixedEf());
		long warmUp = this.settings.run().warmUpMillis();
		worker.run(fixed, k, 1, warmUp, warmUp);
		if (choosesItself) {
			return List.of(new Line(worker, List.of(Setting.DEFAULTS), fixed));
		}
		int chosen = chosenEf(worker, k);
		if (chosen == fixed) {
			return List.of(new Line(worker, List.of(Setting.FIXED, Setting.CHOSEN), fixed));
		}
		return List.of(new Line(worker, List.of(Setting.FIXED), fixed),
				new Line(worker, List.of(Setting.CHOSEN), chosen));
	}

	/** The smallest ef that reaches the target, or as much as the largest does. */
	private int chosenEf(WorkerProcess worker, int k) throws IOException {
		int[] efs = IntStream.concat(IntStream.of(k), LADDER.stream().mapToInt((ef) -> ef).filter((ef) -> ef > k))
			.toArray();
		int last = efs.length - 1;
		int chosen = smallest(worker, k, efs, this.settings.target());
		if (chosen == last) {
			double most = recall(worker, k, efs[last]);
			chosen = smallest(worker, k, efs, Math.min(most, this.settings.target()));
		}
		return efs[chosen];
	}

	/** Recall grows with the ef, so the ladder is halved until one step is left. */
	private int smallest(WorkerProcess worker, int k, int[] efs, double target) throws IOException {
		int low = 0;
		int high = efs.length - 1;
		while (low < high) {
			int middle = (low + high) / 2;
			if (recall(worker, k, efs[middle]) >= target) {
				high = middle;
			}
			else {
				low = middle + 1;
			}
		}
		return low;
	}

	private double recall(WorkerProcess worker, int k, int ef) throws IOException {
		return this.recall.of(worker.run(ef, k, 1, 0, this.settings.run().maxMillis()).answers().rows());
	}

	private void measure(List<Line> lines, WorkerGroup workers, int k) {
		RunSettings run = this.settings.run();
		List<Line> order = new ArrayList<>(lines);
		for (int pass = 0; pass < run.passes(); pass++) {
			for (Line line : order) {
				workers.attempt(line.worker,
						(worker) -> line.runs.add(worker.run(line.ef, k, 1, run.minMillis(), run.maxMillis())));
			}
			Collections.reverse(order);
		}
	}

	private void record(Line line, int k) {
		double recall = line.runs.stream()
			.mapToDouble((run) -> this.recall.of(run.answers().rows()))
			.average()
			.orElseThrow();
		List<WorkerProcess.Run> bySpeed = new ArrayList<>(line.runs);
		bySpeed.sort(Comparator.comparingDouble(WorkerProcess.Run::qps));
		WorkerProcess.Run best = bySpeed.get(bySpeed.size() - 1);
		double median = (bySpeed.get((bySpeed.size() - 1) / 2).qps() + bySpeed.get(bySpeed.size() / 2).qps()) / 2;
		for (Setting setting : line.settings) {
			DefaultsMeasurement measurement = new DefaultsMeasurement(this.dataset.name(), line.worker.contender(),
					this.groups, setting, k, line.ef, recall, best.qps(), median, best.answers().percentile(50),
					best.answers().percentile(99));
			this.measurements.add(measurement);
			this.progress.accept(String.format(Locale.ROOT, "%-40s %-8s k %4d  ef %4d  recall %.4f  %8.0f QPS",
					measurement.contender().label(), setting, k, measurement.ef(), recall, measurement.bestQps()));
		}
	}

	private void fail(IOException ex) {
		String message = this.dataset.name() + ": " + ex.getMessage();
		this.failures.add(message);
		this.progress.accept("LEFT OUT: " + message);
	}

	/**
	 * What was measured so far.
	 * @return searches
	 */
	public List<DefaultsMeasurement> measurements() {
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

	/**
	 * A process at one ef, and what it did there.
	 */
	private static final class Line {

		private final WorkerProcess worker;

		private final List<Setting> settings;

		private final int ef;

		private final List<WorkerProcess.Run> runs = new ArrayList<>();

		Line(WorkerProcess worker, List<Setting> settings, int ef) {
			this.worker = worker;
			this.settings = settings;
			this.ef = ef;
		}

	}

}

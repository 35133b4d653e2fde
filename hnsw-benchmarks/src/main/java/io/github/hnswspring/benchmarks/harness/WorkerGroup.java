package io.github.hnswspring.benchmarks.harness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The processes of a group of contenders. One that fails drops out, and the others go on.
 * Confined to one thread.
 */
final class WorkerGroup implements AutoCloseable {

	private final Consumer<IOException> failures;

	private final List<WorkerProcess> workers = new ArrayList<>();

	/**
	 * Creates an empty group.
	 * @param failures told why a process dropped out
	 */
	WorkerGroup(Consumer<IOException> failures) {
		this.failures = failures;
	}

	/** Starts a process and takes a first step with it. */
	void start(Start start, Step first) {
		WorkerProcess worker;
		try {
			worker = start.start();
		}
		catch (IOException ex) {
			this.failures.accept(ex);
			return;
		}
		this.workers.add(worker);
		attempt(worker, first);
	}

	/** Takes a step with each process in turn. */
	void each(Step step) {
		List.copyOf(this.workers).forEach((worker) -> attempt(worker, step));
	}

	/** Takes a step with one process, unless it has dropped out. */
	void attempt(WorkerProcess worker, Step step) {
		if (!this.workers.contains(worker)) {
			return;
		}
		try {
			step.take(worker);
		}
		catch (IOException ex) {
			this.workers.remove(worker);
			worker.close();
			this.failures.accept(ex);
		}
	}

	/** Those that have not dropped out, in the order they were started. */
	List<WorkerProcess> workers() {
		return List.copyOf(this.workers);
	}

	@Override
	public void close() {
		this.workers.forEach(WorkerProcess::close);
	}

	/** Starts a process. */
	@FunctionalInterface
	interface Start {

		WorkerProcess start() throws IOException;

	}

	/** One step with one process. */
	@FunctionalInterface
	interface Step {

		void take(WorkerProcess worker) throws IOException;

	}

}

package io.github.hnswspring.benchmarks.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.engine.Engines;

/**
 * A process that holds one engine: a forked JVM with {@link Worker}, or the native
 * driver. Confined to one thread.
 */
final class WorkerProcess implements AutoCloseable {

	private final Contender contender;

	private final Path directory;

	private final Process process;

	private final BufferedReader in;

	private final PrintWriter out;

	private final Consumer<String> progress;

	private WorkerProcess(Contender contender, Path directory, Process process, Consumer<String> progress) {
		this.contender = contender;
		this.directory = directory;
		this.process = process;
		this.in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
		this.out = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
		this.progress = progress;
	}

	static WorkerProcess start(Contender contender, Dataset dataset, RunSettings settings, String heap, Path directory,
			Consumer<String> progress) throws IOException {
		Path home = Files.createDirectories(directory.resolve(contender.slug()));
		List<String> command = new ArrayList<>();
		if (Engines.isNative(contender.engine())) {
			command.add(contender.javaHome().toString());
		}
		else {
			command.addAll(ForkedJvm.command(contender, heap, settings.jvmArguments(), Worker.class));
			command.add(contender.engine());
		}
		command.add(dataset.space().name());
		command.add(dataset.baseFile().toString());
		command.add(dataset.queryFile().toString());
		command.add(Integer.toString(settings.m()));
		command.add(Integer.toString(settings.efConstruction()));
		if (!Engines.isNative(contender.engine())) {
			command.add(home.toString());
		}
		Process process = new ProcessBuilder(command)
			.redirectError(Redirect.appendTo(home.resolve("stderr.log").toFile()))
			.start();
		return new WorkerProcess(contender, home, process, progress);
	}

	Contender contender() {
		return this.contender;
	}

	Build build(int threads) throws IOException {
		String[] answer = ask("BUILD " + threads).split(" ");
		return new Build(threads, Long.parseLong(answer[0]), Long.parseLong(answer[1]), Long.parseLong(answer[2]),
				Long.parseLong(answer[3]));
	}

	Run run(int ef, int k, int threads, long minMillis, long maxMillis) throws IOException {
		Path file = this.directory.resolve("answers.bin").toAbsolutePath();
		String[] answer = ask("RUN " + ef + " " + k + " " + threads + " " + minMillis + " " + maxMillis + " " + file)
			.split(" ");
		long queries = Long.parseLong(answer[1]);
		long allocated = Long.parseLong(answer[2]);
		return new Run(Long.parseLong(answer[0]), queries, (allocated < 0) ? -1 : (double) allocated / queries,
				Answers.read(file));
	}

	String remark() throws IOException {
		return ask("REMARK");
	}

	private String ask(String command) throws IOException {
		this.out.println(command);
		for (String line = this.in.readLine(); line != null; line = this.in.readLine()) {
			if (line.startsWith("=")) {
				return line.substring(1);
			}
			if (line.startsWith("!")) {
				throw new IOException(
						this.contender.label() + " failed at '" + command + "': " + line.substring(1) + seeLog());
			}
			this.progress.accept(this.contender.label() + ": " + (line.startsWith("#") ? line.substring(1) : line));
		}
		throw new IOException(this.contender.label() + " ended at '" + command + "'" + seeLog());
	}

	private String seeLog() {
		return "; see " + this.directory.resolve("stderr.log");
	}

	@Override
	public void close() {
		this.out.println("QUIT");
		try {
			if (!this.process.waitFor(20, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * A build.
	 *
	 * @param threads threads used
	 * @param nanos time taken
	 * @param heapBytes growth of the used heap after garbage collection; 0 for a native
	 * program
	 * @param claimedHeapBytes what the engine says it holds, or -1
	 * @param offHeapBytes bytes outside the heap
	 */
	record Build(int threads, long nanos, long heapBytes, long claimedHeapBytes, long offHeapBytes) {

	}

	/**
	 * A round of queries.
	 *
	 * @param nanos time taken
	 * @param queries queries answered
	 * @param allocatedBytes bytes allocated per query, or -1
	 * @param answers what was found
	 */
	record Run(long nanos, long queries, double allocatedBytes, Answers answers) {

		double qps() {
			return this.queries * 1e9 / this.nanos;
		}

	}

}

package io.github.hnswspring.benchmarks.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.benchmarks.data.Space;
import io.github.hnswspring.benchmarks.data.VectorFile;
import io.github.hnswspring.benchmarks.engine.Engine;
import io.github.hnswspring.benchmarks.engine.EngineSettings;
import io.github.hnswspring.benchmarks.engine.Engines;

/**
 * The program of a forked JVM: holds one engine, builds and searches when told to. Reads
 * a command a line from standard input; answers with one line that starts with {@code =},
 * or {@code !} and a message; lines that start with {@code #} tell progress.
 *
 * <pre>
 * BUILD threads                              = nanos heapBytes claimedHeapBytes offHeapBytes
 * RUN ef k threads minMillis maxMillis file  = nanos queries bytesAllocated
 * REMARK                                     = text
 * QUIT
 * </pre>
 *
 * {@code RUN} goes round the queries at least once and for at least {@code minMillis},
 * but never longer than {@code maxMillis}, and writes what it found as
 * {@link Answers#read} describes. Confined to the main thread.
 */
public final class Worker {

	private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(5);

	private static final int CLASS_LOADING_ROWS = 500;

	private final Path baseFile;

	private final Engine engine;

	private final SearchLoop loop;

	private final PrintStream out;

	private long lastProgress = System.nanoTime();

	private Worker(Path baseFile, Engine engine, SearchLoop loop, PrintStream out) {
		this.baseFile = baseFile;
		this.engine = engine;
		this.loop = loop;
		this.out = out;
	}

	/**
	 * Starts a worker.
	 * @param args engine, space, base file, query file, M, efConstruction, scratch
	 * directory
	 * @throws Exception if the commands cannot be read or the engine cannot be closed
	 */
	public static void main(String[] args) throws Exception {
		PrintStream out = System.out;
		// Whatever libraries print must not be taken for an answer.
		System.setOut(System.err);
		VectorFile queries = VectorFile.open(Path.of(args[3]));
		EngineSettings settings = new EngineSettings(queries.columns(), Space.valueOf(args[1]),
				Integer.parseInt(args[4]), Integer.parseInt(args[5]), Path.of(args[6]));
		try (Engine engine = Engines.create(args[0], settings)) {
			new Worker(Path.of(args[2]), engine, new SearchLoop(queries.rows(queries.rows())), out).serve();
		}
		catch (RuntimeException | LinkageError ex) {
			// An engine that cannot do this at all; the other end waits for an answer.
			out.println("!" + ex.getMessage());
			throw ex;
		}
	}

	private void serve() throws IOException {
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = in.readLine(); line != null && !line.equals("QUIT"); line = in.readLine()) {
			try {
				this.out.println("=" + answer(line.split(" ", 7)));
			}
			catch (Exception | LinkageError ex) {
				ex.printStackTrace();
				this.out.println("!" + ex);
			}
			this.out.flush();
		}
	}

	private String answer(String[] command) throws Exception {
		return switch (command[0]) {
			case "BUILD" -> build(Integer.parseInt(command[1]));
			case "RUN" -> this.loop.run(this.engine, Integer.parseInt(command[1]), Integer.parseInt(command[2]),
					Integer.parseInt(command[3]), Long.parseLong(command[4]), Long.parseLong(command[5]),
					Path.of(command[6]));
			case "REMARK" -> this.engine.remark();
			default -> throw new IllegalArgumentException("Unknown command " + command[0]);
		};
	}

	private String build(int threads) throws Exception {
		// A handful of vectors first, so that classes and tables of the engine's code are
		// not counted as memory of the index.
		timedBuild(threads, CLASS_LOADING_ROWS);
		this.engine.close();
		long before = usedHeap();
		long nanos = timedBuild(threads, Integer.MAX_VALUE);
		long heap = usedHeap() - before;
		return nanos + " " + heap + " " + this.engine.claimedHeapBytes() + " " + this.engine.offHeapBytes();
	}

	/** A method of its own, so that the vectors are garbage when it returns. */
	private long timedBuild(int threads, int most) throws Exception {
		VectorFile file = VectorFile.open(this.baseFile);
		float[][] base = file.rows(Math.min(most, file.rows()));
		long start = System.nanoTime();
		this.engine.build(base, threads, this::progress);
		return System.nanoTime() - start;
	}

	private void progress(String message) {
		long now = System.nanoTime();
		if (now - this.lastProgress > PROGRESS_NANOS) {
			this.lastProgress = now;
			this.out.println("#" + message);
			this.out.flush();
		}
	}

	private static long usedHeap() throws InterruptedException {
		long used = Long.MAX_VALUE;
		for (int i = 0; i < 4; i++) {
			System.gc();
			Thread.sleep(50);
			used = Math.min(used, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
		}
		return used;
	}

}

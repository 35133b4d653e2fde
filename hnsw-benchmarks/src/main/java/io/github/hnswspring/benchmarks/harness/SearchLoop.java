package io.github.hnswspring.benchmarks.harness;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.management.ThreadMXBean;
import io.github.hnswspring.benchmarks.engine.Engine;
import io.github.hnswspring.benchmarks.engine.Searcher;
import org.jspecify.annotations.Nullable;

/**
 * The one measuring loop all JVM engines share. Confined to the worker's main thread,
 * which is the first of the searching threads.
 */
final class SearchLoop {

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private final float[][] queries;

	SearchLoop(float[][] queries) {
		this.queries = queries;
	}

	String run(Engine engine, int ef, int k, int threads, long minMillis, long maxMillis, Path file)
			throws IOException, InterruptedException {
		int[][] rows = new int[this.queries.length][k];
		for (int[] row : rows) {
			Arrays.fill(row, Answers.NOT_ASKED);
		}
		AtomicInteger next = new AtomicInteger();
		List<Turn> turns = new ArrayList<>();
		for (int thread = 0; thread < threads; thread++) {
			turns.add(new Turn(engine.searcher(), ef, k, rows, next, minMillis * 1_000_000, maxMillis * 1_000_000));
		}
		List<Thread> others = new ArrayList<>();
		long start = System.nanoTime();
		turns.forEach((turn) -> turn.start = start);
		for (Turn turn : turns.subList(1, threads)) {
			Thread thread = new Thread(turn, "search");
			others.add(thread);
			thread.start();
		}
		turns.get(0).run();
		for (Thread other : others) {
			other.join();
		}
		long nanos = System.nanoTime() - start;
		for (Turn turn : turns) {
			if (turn.failure != null) {
				throw new IllegalStateException("A search failed", turn.failure);
			}
		}
		List<long[]> latencies = turns.stream().map((turn) -> Arrays.copyOf(turn.latencies, turn.answered)).toList();
		Answers.write(file, rows, k, latencies);
		int answered = turns.stream().mapToInt((turn) -> turn.answered).sum();
		return nanos + " " + answered + " " + ((threads == 1) ? turns.get(0).allocated : -1);
	}

	/**
	 * What one thread does. Confined to it; read by the main thread after joining.
	 */
	private final class Turn implements Runnable {

		private final Searcher searcher;

		private final int ef;

		private final int k;

		private final int[][] rows;

		private final AtomicInteger next;

		private final long minNanos;

		private final long maxNanos;

		private long start;

		private long[] latencies = new long[1 << 17];

		private int answered;

		private long allocated;

		private @Nullable Exception failure;

		Turn(Searcher searcher, int ef, int k, int[][] rows, AtomicInteger next, long minNanos, long maxNanos) {
			this.searcher = searcher;
			this.ef = ef;
			this.k = k;
			this.rows = rows;
			this.next = next;
			this.minNanos = minNanos;
			this.maxNanos = maxNanos;
		}

		@Override
		public void run() {
			long before = THREADS.getCurrentThreadAllocatedBytes();
			try {
				search();
			}
			catch (Exception ex) {
				this.failure = ex;
			}
			this.allocated += THREADS.getCurrentThreadAllocatedBytes() - before;
		}

		private void search() throws Exception {
			float[][] queries = SearchLoop.this.queries;
			while (true) {
				int turn = this.next.getAndIncrement();
				long before = System.nanoTime();
				long elapsed = before - this.start;
				if ((turn >= queries.length && elapsed >= this.minNanos) || elapsed >= this.maxNanos) {
					return;
				}
				int query = turn % queries.length;
				int found = this.searcher.search(queries[query], this.k, this.ef, this.rows[query]);
				record(System.nanoTime() - before);
				Arrays.fill(this.rows[query], found, this.k, Answers.NOTHING);
			}
		}

		private void record(long nanos) {
			if (this.answered == this.latencies.length) {
				// No part of a search: taken out of its bytes again.
				long before = THREADS.getCurrentThreadAllocatedBytes();
				this.latencies = Arrays.copyOf(this.latencies, 2 * this.latencies.length);
				this.allocated -= THREADS.getCurrentThreadAllocatedBytes() - before;
			}
			this.latencies[this.answered++] = nanos;
		}

	}

}

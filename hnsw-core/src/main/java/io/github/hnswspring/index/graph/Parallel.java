package io.github.hnswspring.index.graph;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Runs numbered pieces of work on threads of its own: the common pool belongs to the
 * application. Thread-safe: stateless.
 */
final class Parallel {

	/**
	 * Milliseconds between two reports of progress: often enough for an eye. A judgment.
	 */
	private static final long REPORT_MILLIS = 200;

	private Parallel() {
	}

	/**
	 * Runs {@code body} for 0 to {@code count - 1}; the caller's thread helps.
	 * @param progress told the pieces begun by the caller's thread now and then, or null
	 */
	static void forEach(int count, int threads, IntConsumer body, @Nullable IntConsumer progress) {
		AtomicInteger next = new AtomicInteger();
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		Runnable work = () -> drain(count, next, failure, body, null);
		Thread[] helpers = new Thread[Math.min(threads, count) - 1 > 0 ? Math.min(threads, count) - 1 : 0];
		for (int i = 0; i < helpers.length; i++) {
			helpers[i] = new Thread(work, "hnsw-worker-" + (i + 1));
			helpers[i].setDaemon(true);
			helpers[i].start();
		}
		drain(count, next, failure, body, progress);
		join(helpers);
		Throwable thrown = failure.get();
		if (thrown instanceof Error error) {
			throw error;
		}
		if (thrown != null) {
			throw (RuntimeException) thrown;
		}
	}

	private static void drain(int count, AtomicInteger next, AtomicReference<@Nullable Throwable> failure,
			IntConsumer body, @Nullable IntConsumer progress) {
		long reported = System.nanoTime();
		int i;
		while (failure.get() == null && (i = next.getAndIncrement()) < count) {
			try {
				body.accept(i);
				if (progress != null && System.nanoTime() - reported > REPORT_MILLIS * 1_000_000) {
					reported = System.nanoTime();
					progress.accept(Math.min(count, next.get()));
				}
			}
			catch (RuntimeException | Error ex) {
				failure.compareAndSet(null, ex);
			}
		}
	}

	private static void join(Thread[] threads) {
		boolean interrupted = false;
		for (Thread thread : threads) {
			while (thread.isAlive()) {
				try {
					thread.join();
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

}

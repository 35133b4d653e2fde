package io.github.hnswspring.replica;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Calls of a truth that are not waited for without end: a pool or a network may take
 * longer than anybody wants to wait. They run in threads of their own, and so are never
 * part of a transaction of the caller's. Thread-safe.
 */
final class BoundedCalls {

	private static final Log logger = LogFactory.getLog(BoundedCalls.class);

	private static final Duration LONGEST_END = Duration.ofMillis(200);

	private final ExecutorService threads = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "hnsw-replica-call");
		thread.setDaemon(true);
		return thread;
	});

	/**
	 * Makes a call.
	 * @param timedOut what to tell if it takes longer
	 * @param interrupted what to tell if the thread that waits is interrupted
	 * @param timeout how long to wait
	 * @param work the call; interrupted when nobody waits for it any more
	 * @return what that returned
	 * @throws TruthUnavailableException if nobody waits for it any more
	 */
	<T> T call(String timedOut, String interrupted, Duration timeout, Callable<T> work) {
		Future<T> running = this.threads.submit(work);
		try {
			return running.get(Math.max(1, timeout.toNanos()), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException failure) {
				throw failure;
			}
			if (ex.getCause() instanceof Error error) {
				throw error;
			}
			throw new IllegalStateException(ex.getCause());
		}
		catch (TimeoutException ex) {
			running.cancel(true);
			throw new TruthUnavailableException(timedOut, ex);
		}
		catch (InterruptedException ex) {
			running.cancel(true);
			Thread.currentThread().interrupt();
			throw new TruthUnavailableException(interrupted, ex);
		}
	}

	/**
	 * Ends something that was called before, which may still be under way: then that is
	 * not waited for.
	 * @param work what to do; must not fail
	 */
	void end(Runnable work) {
		Future<?> running = this.threads.submit(work);
		try {
			running.get(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.debug("A call of the truth has not ended yet", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}

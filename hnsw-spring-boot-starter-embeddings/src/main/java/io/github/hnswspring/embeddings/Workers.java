package io.github.hnswspring.embeddings;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads of a model: as many as may work at a time, and none where nothing was to be
 * done for a while. A single task runs on the thread that asks, so that a question does
 * not queue behind documents. Thread-safe.
 */
final class Workers implements AutoCloseable {

	private static final long IDLE_SECONDS = 10;

	private final int threads;

	private final ThreadPoolExecutor executor;

	Workers(int threads) {
		this.threads = threads;
		CustomizableThreadFactory factory = new CustomizableThreadFactory("embedding-");
		factory.setDaemon(true);
		this.executor = new ThreadPoolExecutor(threads, threads, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), factory);
		this.executor.allowCoreThreadTimeOut(true);
	}

	/**
	 * Applies a function to each of many values.
	 * @return the results in the order of the values
	 * @throws IllegalStateException if this thread is interrupted, or the workers are
	 * closed
	 * @throws RuntimeException the first that the function threw; what had not begun is
	 * not done
	 */
	<T, R> List<R> map(List<T> values, Function<T, R> function) {
		if (this.threads == 1 || values.size() <= 1) {
			return values.stream().map(function).toList();
		}
		List<Future<R>> futures = new ArrayList<>(values.size());
		try {
			for (T value : values) {
				futures.add(this.executor.submit(() -> function.apply(value)));
			}
			List<R> results = new ArrayList<>(values.size());
			for (Future<R> future : futures) {
				results.add(future.get());
			}
			return results;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while texts were embedded", ex);
		}
		catch (RejectedExecutionException ex) {
			throw new IllegalStateException("The embedding model is closed: " + ex.getMessage());
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Error error) {
				throw error;
			}
			throw (RuntimeException) ex.getCause();
		}
		finally {
			futures.forEach((future) -> future.cancel(false));
		}
	}

	/** Takes no more; what was taken is done or, by who asked, given up. */
	@Override
	public void close() {
		this.executor.shutdown();
	}

}

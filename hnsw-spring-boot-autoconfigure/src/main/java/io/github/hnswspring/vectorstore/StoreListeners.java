package io.github.hnswspring.vectorstore;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/** Measures operations for those who listen. Thread-safe. */
final class StoreListeners {

	private static final Log logger = LogFactory.getLog(StoreListeners.class);

	private final List<StoreListener> listeners = new CopyOnWriteArrayList<>();

	void add(StoreListener listener) {
		this.listeners.add(listener);
	}

	void timeAdd(Runnable operation) {
		time(StoreListener::onAdd, () -> {
			operation.run();
			return Boolean.TRUE;
		});
	}

	<T> T timeAdd(Supplier<T> operation) {
		return time(StoreListener::onAdd, operation);
	}

	<T> T timeSearch(Supplier<T> operation) {
		return time(StoreListener::onSearch, operation);
	}

	void progress(StoreProgress progress) {
		for (StoreListener listener : this.listeners) {
			tell(listener, () -> listener.onProgress(progress));
		}
	}

	private <T> T time(Report report, Supplier<T> operation) {
		if (this.listeners.isEmpty()) {
			return operation.get();
		}
		long start = System.nanoTime();
		boolean success = false;
		try {
			T result = operation.get();
			success = true;
			return result;
		}
		finally {
			Duration duration = Duration.ofNanos(System.nanoTime() - start);
			for (StoreListener listener : this.listeners) {
				boolean succeeded = success;
				tell(listener, () -> report.to(listener, duration, succeeded));
			}
		}
	}

	// What the caller asked for has happened; a listener must not turn it into a failure,
	// nor by an Error: one that was compiled against another version, for example.
	private static void tell(StoreListener listener, Runnable report) {
		try {
			report.run();
		}
		catch (RuntimeException | Error ex) {
			logger.debug("Listener " + listener + " failed", ex);
		}
	}

	private interface Report {

		void to(StoreListener listener, Duration duration, boolean success);

	}

}

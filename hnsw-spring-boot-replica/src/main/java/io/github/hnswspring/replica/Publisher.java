package io.github.hnswspring.replica;

import java.time.Duration;

import io.github.hnswspring.vectorstore.StoreException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a replica again and again, in a thread of its own. All instances may have
 * one: what another has published is not published again before its time. Thread-safe.
 */
final class Publisher {

	private static final Log logger = LogFactory.getLog(Publisher.class);

	/** So often within an interval it looks whether somebody has published. */
	private static final int LOOKS = 10;

	private final Duration interval;

	private final Runnable publish;

	private @Nullable Thread thread;

	private boolean running;

	private boolean complained;

	/**
	 * Does not begin yet.
	 * @param interval how old what is published may become
	 * @param publish publishes if what is there is as old as that
	 */
	Publisher(Duration interval, Runnable publish) {
		this.interval = interval;
		this.publish = publish;
	}

	synchronized void start() {
		this.running = true;
		Thread own = new Thread(this::run, "hnsw-replica-publish");
		own.setDaemon(true);
		this.thread = own;
		own.start();
	}

	/**
	 * Waits for a copy that is being written, but not for a database that does not
	 * answer.
	 * @param truth may be what the copy is written to
	 */
	void stop(Truth truth) {
		Thread former;
		synchronized (this) {
			this.running = false;
			former = this.thread;
			this.thread = null;
			notifyAll();
		}
		if (former != null) {
			ThreadEnd.await(former, truth);
		}
	}

	private void run() {
		while (awaitNext()) {
			try {
				this.publish.run();
				this.complained = false;
			}
			catch (RuntimeException ex) {
				if (!this.complained) {
					logger.warn(StoreException.reason(ex) + " It is tried again");
				}
				this.complained = true;
			}
		}
	}

	private synchronized boolean awaitNext() {
		try {
			if (this.running) {
				wait(Math.max(1, this.interval.toMillis() / LOOKS));
			}
			return this.running;
		}
		catch (InterruptedException ex) {
			return false;
		}
	}

}

package io.github.hnswspring.vectorstore;

import java.util.concurrent.Semaphore;

/**
 * Lets so many callers in at once and so many wait, and refuses the others: each holds
 * its documents in memory. Waiting costs a virtual thread nothing. Thread-safe.
 */
final class IngestGate {

	private final int atOnce;

	private final int inLine;

	private final Semaphore running;

	private final Semaphore waiting;

	IngestGate(int atOnce, int inLine) {
		this.atOnce = atOnce;
		this.inLine = inLine;
		this.running = new Semaphore(atOnce, true);
		this.waiting = new Semaphore(inLine);
	}

	/** Calls under way, for tests. */
	int running() {
		return this.atOnce - this.running.availablePermits();
	}

	/** Calls in line, for tests. */
	int waiting() {
		return this.running.getQueueLength();
	}

	void pass(Runnable work) {
		// Those in line come first.
		if (this.running.hasQueuedThreads() || !this.running.tryAcquire()) {
			await();
		}
		try {
			work.run();
		}
		finally {
			this.running.release();
		}
	}

	private void await() {
		if (!this.waiting.tryAcquire()) {
			throw new TooManyIngestsException(this.atOnce, this.inLine);
		}
		try {
			this.running.acquire();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new StoreException(
					"Interrupted while waiting to store documents; nothing was changed, add them again", ex);
		}
		finally {
			this.waiting.release();
		}
	}

}

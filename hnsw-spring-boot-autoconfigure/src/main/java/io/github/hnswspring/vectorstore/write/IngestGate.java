package io.github.hnswspring.vectorstore.write;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.TooManyIngestsException;

/**
 * Lets a limited number of callers in at once, a limited number wait, and refuses the
 * others, because each holds its documents in memory. Waiting costs a virtual thread
 * nothing. Thread-safe.
 */
final class IngestGate {

	private static final long LONGEST_CALL_SECONDS = 10;

	private final int atOnce;

	private final int inLine;

	/** Calls under way and in line. */
	private final Semaphore admitted;

	/** Calls under way; those that waited longest come first. */
	private final Semaphore running;

	IngestGate(int atOnce, int inLine) {
		this.atOnce = atOnce;
		this.inLine = inLine;
		this.admitted = new Semaphore(atOnce + inLine);
		this.running = new Semaphore(atOnce, true);
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
		pass(() -> {
			work.run();
			return Boolean.TRUE;
		});
	}

	<T> T pass(Supplier<T> work) {
		if (!this.admitted.tryAcquire()) {
			throw new TooManyIngestsException(this.atOnce, this.inLine);
		}
		try {
			await();
			try {
				return work.get();
			}
			finally {
				this.running.release();
			}
		}
		finally {
			this.admitted.release();
		}
	}

	/**
	 * Runs something while no call is under way; those that come wait.
	 * @return whether it was run; not if calls take too long
	 */
	boolean alone(Runnable work) {
		try {
			if (!this.running.tryAcquire(this.atOnce, LONGEST_CALL_SECONDS, TimeUnit.SECONDS)) {
				return false;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		try {
			work.run();
			return true;
		}
		finally {
			this.running.release(this.atOnce);
		}
	}

	private void await() {
		// A caller that need not wait is let in even if interrupted, unless others wait.
		if (!this.running.hasQueuedThreads() && this.running.tryAcquire()) {
			return;
		}
		try {
			this.running.acquire();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new StoreException(
					"Interrupted while waiting to store documents; nothing was changed, add them again", ex);
		}
	}

}

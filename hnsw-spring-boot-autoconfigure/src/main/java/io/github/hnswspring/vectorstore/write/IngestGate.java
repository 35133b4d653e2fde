package io.github.hnswspring.vectorstore.write;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.TooManyIngestsException;

/**
 * Lets a limited number of callers in at once, a limited number wait, and refuses the
 * others, because each holds its documents in memory. Waiting costs a virtual thread
 * nothing. Thread-safe.
 */
final class IngestGate {

	private static final long MOMENT_MILLIS = 2_000;

	private final int atOnce;

	private final int inLine;

	/** Calls under way and in line. */
	private final Semaphore admitted;

	/** Calls under way; those that waited longest come first. */
	private final Semaphore running;

	private final ReadWriteLock commits = new ReentrantReadWriteLock();

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

	/** Commits part of a call, once nothing is {@linkplain #ahead ahead} of it. */
	void commit(Runnable commit) {
		run(this.commits.readLock(), commit);
	}

	/**
	 * Runs something ahead of commits, which wait for it, though for a moment only: it
	 * comes sooner to its end, but must not rely on being alone.
	 */
	void ahead(Runnable work) {
		run(this.commits.writeLock(), work);
	}

	private static void run(Lock lock, Runnable work) {
		boolean locked = false;
		try {
			locked = lock.tryLock(MOMENT_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		try {
			work.run();
		}
		finally {
			if (locked) {
				lock.unlock();
			}
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

package io.github.hnswspring.replica;

import java.time.Duration;
import java.util.function.Supplier;

import io.github.hnswspring.vectorstore.StoreClosedException;
import io.github.hnswspring.vectorstore.StoreException;

/**
 * Keeps readers from a replica that is filled while it is in use: until it has all that
 * the truth has, its answers would lack most. Thread-safe; costs a look at a field while
 * nothing is made anew.
 */
final class Refill {

	private final String truth;

	private final ReplicaFigures figures;

	private volatile boolean underWay;

	private volatile boolean stopped;

	private volatile long begun;

	Refill(String truth, ReplicaFigures figures) {
		this.truth = truth;
		this.figures = figures;
	}

	/** Called before anything is removed, by one thread at a time. */
	synchronized void begin() {
		// In this order: who reads the number sees that it is under way.
		this.underWay = true;
		this.begun = this.begun + 1;
		this.figures.refilling(true);
	}

	/** Called once the replica has all. */
	synchronized void end() {
		if (this.underWay) {
			this.underWay = false;
			this.figures.refilling(false);
			notifyAll();
		}
	}

	/** Whether the replica has not got all yet. */
	boolean isUnderWay() {
		return this.underWay;
	}

	/** Nobody waits for a replica that is stopped. */
	synchronized void stopped(boolean stopped) {
		this.stopped = stopped;
		notifyAll();
	}

	/**
	 * Returns once the replica has all.
	 * @throws StoreException if that takes too long
	 */
	void await(Duration timeout) {
		if (this.underWay) {
			awaitEnd(timeout);
		}
	}

	private synchronized void awaitEnd(Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		try {
			while (this.underWay && !this.stopped) {
				long left = (deadline - System.nanoTime()) / 1_000_000;
				if (left <= 0) {
					throw new StoreException("The replica of " + this.truth + " " + this.figures.filling()
							+ ", and was not filled within " + timeout
							+ " (hnsw.replica.write-timeout); ask again, or another instance: its health is "
							+ "OUT_OF_SERVICE until it is filled", null);
				}
				wait(left);
			}
			if (this.underWay) {
				throw new StoreClosedException("The replica of " + this.truth
						+ " is stopped while it is filled; ask again once it is started");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new StoreException("Interrupted while the replica of " + this.truth + " is filled; ask again", ex);
		}
	}

	/**
	 * Reads what is answered from one replica: what began before it was made anew and
	 * ended later is read again.
	 */
	<T> T read(Duration timeout, Supplier<T> reading) {
		while (true) {
			long before = this.begun;
			if (this.underWay) {
				awaitEnd(timeout);
				continue;
			}
			try {
				T answer = reading.get();
				if (before == this.begun) {
					return answer;
				}
			}
			catch (StoreClosedException ex) {
				if (before == this.begun || this.stopped) {
					throw ex;
				}
			}
		}
	}

}

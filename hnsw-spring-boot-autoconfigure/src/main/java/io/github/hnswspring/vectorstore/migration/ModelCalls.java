package io.github.hnswspring.vectorstore.migration;

import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * The calls of embedding models by the thread of a migration, and whether it is to end:
 * only such a call may be interrupted, or be left behind if it does not come back.
 */
final class ModelCalls {

	private final Object asking = new Object();

	private boolean isAsking;

	// An answer that comes later finds a store that is closed.
	private boolean abandoned;

	private volatile boolean ending;

	/** Does what may ask a model, which may take any time and may be interrupted. */
	<T> T ask(Supplier<T> work) {
		synchronized (this.asking) {
			if (this.ending) {
				throw new CancellationException();
			}
			this.isAsking = true;
		}
		T answer;
		try {
			answer = work.get();
		}
		finally {
			synchronized (this.asking) {
				this.isAsking = false;
				// An interrupt that came after the answer.
				Thread.interrupted();
			}
		}
		synchronized (this.asking) {
			if (this.abandoned) {
				throw new CancellationException();
			}
		}
		return answer;
	}

	boolean isAsking() {
		synchronized (this.asking) {
			return this.isAsking;
		}
	}

	/** No model is asked from now on. */
	void end() {
		this.ending = true;
	}

	boolean isEnding() {
		return this.ending;
	}

	/** Interrupts a thread if it waits for a model. */
	void interrupt(Thread thread) {
		synchronized (this.asking) {
			if (this.isAsking) {
				// Nothing else is interrupted: it would close files.
				thread.interrupt();
			}
		}
	}

	/**
	 * Leaves the call under way behind; its answer is not used.
	 * @return whether there is one
	 */
	boolean abandon() {
		synchronized (this.asking) {
			this.abandoned = this.isAsking;
			return this.isAsking;
		}
	}

}

package io.github.hnswspring.replica;

import java.time.Duration;

/**
 * Waits for a thread that was told to end. What it has under way ends in order; only a
 * database that does not answer is not waited for, since what is read of it, or written
 * by the way, is done again at the next start. Stateless.
 */
final class ThreadEnd {

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

	/** With a database that does not answer. */
	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private ThreadEnd() {
	}

	/**
	 * Waits. The thread is not interrupted: that would close the files of SQLite under
	 * it.
	 * @param thread was told to end
	 * @param truth is told to give up what the thread waits for
	 */
	static void await(Thread thread, Truth truth) {
		long begun = System.nanoTime();
		try {
			thread.join(PATIENCE.toMillis());
			while (thread.isAlive() && System.nanoTime() - begun < LONGEST_WAIT.toNanos()) {
				truth.giveUp();
				thread.join(PATIENCE.toMillis() / 4);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}

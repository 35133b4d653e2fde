package io.github.hnswspring.vectorstore.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * An open store with the number of those who hold it: the lifecycle, until another takes
 * its place, and every use. The last one to let go closes it. Thread-safe.
 */
final class LentSession {

	private final StoreSession session;

	private final AtomicLong holders = new AtomicLong(1);

	LentSession(StoreSession session) {
		this.session = session;
	}

	StoreSession session() {
		return this.session;
	}

	/**
	 * Holds it open.
	 * @return {@code false} if it was let go of by all; there is another by then
	 */
	boolean hold() {
		return this.holders.getAndUpdate((holders) -> (holders > 0) ? holders + 1 : 0) > 0;
	}

	void letGo() {
		if (this.holders.decrementAndGet() == 0) {
			this.session.close();
		}
	}

}

package io.github.hnswspring.vectorstore.session;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Very many documents on their way into a store, past both indexes. The documents
 * themselves are stored as always, and as durably; what is not durable is the intention:
 * when the process dies, the next start builds the indexes of what is there. Thread-safe.
 */
public final class BulkLoad implements AutoCloseable {

	private final Runnable end;

	private final AtomicBoolean ended = new AtomicBoolean();

	BulkLoad(Runnable end) {
		this.end = end;
	}

	/** Has the indexes built of what is there. */
	@Override
	public void close() {
		if (!this.ended.getAndSet(true)) {
			this.end.run();
		}
	}

}

package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.concurrent.TimeUnit;

/**
 * Takes what a process writes to its standard error, so that it never waits for a reader,
 * and keeps the end of what it said until it is ready: afterwards it may quote documents.
 * Thread-safe.
 */
final class ErrorOutput {

	private static final int MOST = 2_000;

	private static final int BUFFER = 4_096;

	private final InputStream in;

	private final Thread thread;

	private final StringBuilder end = new StringBuilder();

	private boolean forgets;

	ErrorOutput(InputStream in) {
		this.in = in;
		this.thread = new Thread(this::take, "hnsw-ingest-read-errors");
		this.thread.setDaemon(true);
		this.thread.start();
	}

	private void take() {
		byte[] buffer = new byte[BUFFER];
		try {
			for (int read = this.in.read(buffer); read >= 0; read = this.in.read(buffer)) {
				keep(buffer, read);
			}
		}
		catch (IOException ex) {
			// The process has been ended.
		}
	}

	private synchronized void keep(byte[] bytes, int length) {
		if (!this.forgets) {
			this.end.append(new String(bytes, 0, length, Charset.defaultCharset()));
			this.end.delete(0, Math.max(this.end.length() - MOST, 0));
		}
	}

	/** Nothing is kept from now on. */
	synchronized void forget() {
		this.forgets = true;
		this.end.setLength(0);
	}

	/** The end of what was said, as one line; of a process that has ended, all of it. */
	String said() {
		try {
			this.thread.join(TimeUnit.SECONDS.toMillis(5));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		synchronized (this) {
			return this.end.toString().strip().replaceAll("\\R", " | ").replaceAll("[\\p{Cc}\\p{Cf}]", "?");
		}
	}

}

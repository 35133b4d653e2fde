package io.github.hnswspring.vectorstore.progress;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.StoreProgress;
import io.github.hnswspring.vectorstore.StoreProgress.Kind;

/**
 * Something that takes its time, from {@link Activities#begin} until it is closed.
 * Thread-safe.
 */
public final class Activity implements AutoCloseable {

	private final Activities activities;

	private final Kind kind;

	private final String subject;

	private final long startNanos;

	// Done before it began, by an earlier process for example.
	private final long doneBefore;

	private final AtomicLong done;

	private volatile long total;

	private volatile long lastNanos;

	// When the log was told that it stands still, if it does.
	private volatile long stillNanos;

	private volatile boolean still;

	private volatile long endNanos;

	private final AtomicBoolean ended = new AtomicBoolean();

	// Whether the log has a line about it, and so wants one about its end.
	private volatile boolean logged;

	Activity(Activities activities, Kind kind, String subject, long doneBefore, long total, long startNanos) {
		this.activities = activities;
		this.kind = kind;
		this.subject = subject;
		this.doneBefore = doneBefore;
		this.done = new AtomicLong(doneBefore);
		this.total = total;
		this.startNanos = startNanos;
		this.lastNanos = startNanos;
	}

	/**
	 * Some more are done.
	 * @param documents how many
	 */
	public void advance(long documents) {
		this.done.addAndGet(documents);
		if (documents != 0) {
			gotOn();
		}
		this.activities.advanced(this);
	}

	/**
	 * So many are done by now, of so many.
	 * @param done documents that are done
	 * @param total documents there are to do
	 */
	public void set(long done, long total) {
		this.total = total;
		if (this.done.getAndSet(done) != done) {
			gotOn();
		}
		this.activities.advanced(this);
	}

	private void gotOn() {
		this.lastNanos = this.activities.now();
		this.still = false;
	}

	/** It is over, whether all is done or not; once is enough. */
	@Override
	public void close() {
		if (this.ended.compareAndSet(false, true)) {
			this.activities.ended(this);
		}
	}

	void endedAt(long nanos) {
		this.endNanos = nanos;
	}

	StoreProgress progress(long now) {
		long nanos = (this.endNanos != 0) ? this.endNanos : now;
		return new StoreProgress(this.kind, this.subject, this.done.get(), this.total,
				Duration.ofNanos(Math.max(0, nanos - this.startNanos)), this.ended.get(),
				Duration.ofNanos(this.ended.get() ? 0 : Math.max(0, nanos - this.lastNanos)));
	}

	/** What it takes for the rest, if it goes on like this; {@code null} if unknown. */
	@Nullable Duration left(StoreProgress progress) {
		long achieved = progress.done() - this.doneBefore;
		long open = progress.total() - progress.done();
		if (progress.ended() || progress.idle().toMinutes() > 0 || achieved <= 0 || open <= 0) {
			return null;
		}
		return Duration.ofMillis((long) (progress.elapsed().toMillis() * (double) open / achieved));
	}

	/**
	 * Whether it is time to tell that it stands still.
	 * @param after for so long, and again after so much more
	 */
	boolean standsStill(long nanos, long after, long again) {
		long done = this.done.get();
		if (nanos - this.lastNanos < after || (this.total > 0 && done >= this.total)
				|| (this.still && nanos - this.stillNanos < again)) {
			return false;
		}
		this.still = true;
		this.stillNanos = nanos;
		return true;
	}

	boolean isLogged() {
		return this.logged;
	}

	void logged() {
		this.logged = true;
	}

}

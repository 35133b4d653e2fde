package io.github.hnswspring.ingest;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Runs rounds one after the other in a thread of its own: when asked, when files have
 * changed, and when something is to be tried again, later each time it fails.
 * <p>
 * Thread-safe.
 */
final class RoundWorker {

	private static final Log logger = LogFactory.getLog(RoundWorker.class);

	/** A look at a slow disk does not keep it busy. */
	private static final int SHARE_OF_LOOKS = 20;

	/** Parts of the longest wait after which an instance asks whether it is its turn. */
	private static final int TURNS = 30;

	private record Pending(RoundRequest request, CompletableFuture<RoundSummary> round) {
	}

	private final Rounds rounds;

	private final Turn turn;

	private final RoundLog log;

	private final IngestTiming timing;

	private final ApplicationEventPublisher events;

	private final ScheduledThreadPoolExecutor executor;

	private final Object monitor = new Object();

	/** Guarded by the monitor. */
	private @Nullable Pending pending;

	private volatile ScanProgress progress = ScanProgress.NONE;

	private volatile boolean stopping;

	private volatile boolean retrying;

	/** Confined to the thread of the rounds. */
	private boolean asking;

	private volatile long retryMillis;

	private final AtomicLong ended = new AtomicLong();

	private final AtomicLong tookNanos = new AtomicLong();

	private final AtomicLong characters = new AtomicLong();

	private final AtomicLong embedded = new AtomicLong();

	private final AtomicLong reused = new AtomicLong();

	RoundWorker(Rounds rounds, Turn turn, RoundLog log, IngestTiming timing, ApplicationEventPublisher events) {
		this.rounds = rounds;
		this.turn = turn;
		this.log = log;
		this.timing = timing;
		this.events = events;
		this.retryMillis = timing.retry().toMillis();
		CustomizableThreadFactory threads = new CustomizableThreadFactory("hnsw-ingest-");
		threads.setDaemon(true);
		this.executor = new ScheduledThreadPoolExecutor(1, threads);
		this.executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
	}

	void start(boolean watch) {
		if (watch) {
			later(this::look, this.timing.look().toMillis());
		}
	}

	/** Asks for a round; one that has not begun yet serves this request as well. */
	CompletableFuture<RoundSummary> request(RoundRequest request) {
		synchronized (this.monitor) {
			Pending waiting = this.pending;
			if (waiting != null) {
				this.pending = new Pending(waiting.request().and(request), waiting.round());
				return waiting.round().copy();
			}
			if (this.stopping) {
				return CompletableFuture.failedFuture(new CancellationException("Ingestion has been stopped"));
			}
			Pending asked = new Pending(request, new CompletableFuture<>());
			this.pending = asked;
			this.executor.execute(this::round);
			return asked.round().copy();
		}
	}

	/** That a round is waiting to begin is seen before its request is forgotten. */
	ScanProgress progress() {
		synchronized (this.monitor) {
			ScanProgress now = this.progress;
			return (this.pending != null && !now.running()) ? ScanProgress.begin(0) : now;
		}
	}

	boolean isStopping() {
		return this.stopping;
	}

	private void round() {
		Pending asked;
		synchronized (this.monitor) {
			asked = this.pending;
			this.progress = ScanProgress.begin(0);
			this.pending = null;
		}
		if (asked == null) {
			return;
		}
		RoundSummary summary = null;
		RuntimeException failure = null;
		try {
			if (!this.turn.take()) {
				failure = new IllegalStateException("Another instance of the application goes over the sources, and "
						+ "this one does once that has gone; ask that one, or wait");
				askAgainLater();
				return;
			}
			summary = this.rounds.run(asked.request(), () -> this.stopping, this::announce);
			count(summary);
			boolean again = summary.waiting() > 0;
			if (this.stopping && this.progress.checked() < this.progress.files()) {
				this.log.stopped(summary, this.progress);
			}
			else if (asked.request().all() || !summary.isQuiet()) {
				this.log.summary(summary, this.retryMillis / 1_000);
			}
			else {
				this.log.quiet(summary);
			}
			if (again) {
				retryLater();
			}
			else {
				this.retryMillis = this.timing.retry().toMillis();
			}
		}
		catch (RuntimeException ex) {
			failure = ex;
			if (this.stopping) {
				logger.info("The round over all sources was stopped, and goes on at the next start");
				logger.debug("What stopped it", ex);
			}
			else {
				LoggedFailure.log(logger, "The round over all sources failed; it is tried again", ex);
			}
			retryLater();
		}
		finally {
			end(asked, summary, failure);
		}
	}

	private void end(Pending asked, @Nullable RoundSummary summary, @Nullable RuntimeException failure) {
		announce(this.progress.end());
		if (summary != null && !this.stopping) {
			this.events.publishEvent(new IngestEvent.RoundEnded(summary));
			asked.round().complete(summary);
		}
		else {
			asked.round()
				.completeExceptionally(
						(failure != null) ? failure : new CancellationException("Ingestion has been stopped"));
		}
	}

	/** Asks whether it is this instance's turn, unless that is planned already. */
	private void askAgainLater() {
		if (!this.asking) {
			this.asking = true;
			later(() -> {
				this.asking = false;
				request(RoundRequest.ALL);
			}, this.timing.maxRetry().toMillis() / TURNS);
		}
	}

	/** Has what could not be stored be tried again, unless that is planned already. */
	void retryLater() {
		synchronized (this.monitor) {
			if (this.retrying || this.stopping) {
				return;
			}
			this.retrying = true;
			long delay = this.retryMillis;
			this.retryMillis = Math.min(delay * 2, this.timing.maxRetry().toMillis());
			later(() -> {
				this.retrying = false;
				request(RoundRequest.changed(Set.of()));
			}, delay);
		}
	}

	private void look() {
		long begin = System.nanoTime();
		try {
			Set<String> restless = this.turn.isWaiting() ? null : this.rounds.hasNews();
			if (restless != null) {
				request(RoundRequest.changed(restless));
			}
		}
		catch (RuntimeException ex) {
			LoggedFailure.log(logger, "Looking for changes failed; the next look comes as planned", ex);
		}
		long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
		later(this::look, Math.max(this.timing.look().toMillis(), took * SHARE_OF_LOOKS));
	}

	private void later(Runnable task, long millis) {
		synchronized (this.monitor) {
			if (!this.stopping) {
				this.executor.schedule(task, millis, TimeUnit.MILLISECONDS);
			}
		}
	}

	private void announce(ScanProgress now) {
		this.progress = now;
		this.events.publishEvent(new IngestEvent.Scan(now));
	}

	void count(Outcome outcome) {
		this.characters.addAndGet(outcome.characters());
		this.embedded.addAndGet(outcome.embedded());
		this.reused.addAndGet(outcome.reused());
	}

	private void count(RoundSummary summary) {
		this.ended.incrementAndGet();
		this.tookNanos.addAndGet(summary.took().toNanos());
		this.characters.addAndGet(summary.characters());
		this.embedded.addAndGet(summary.embedded());
		this.reused.addAndGet(summary.reused());
	}

	IngestStatistics statistics() {
		return new IngestStatistics(this.ended.get(), Duration.ofNanos(this.tookNanos.get()), this.characters.get(),
				this.embedded.get(), this.reused.get());
	}

	void stop() {
		synchronized (this.monitor) {
			this.stopping = true;
			Pending asked = this.pending;
			this.pending = null;
			if (asked != null) {
				asked.round().completeExceptionally(new CancellationException("Ingestion has been stopped"));
			}
			this.executor.shutdown();
		}
	}

	boolean awaitEnd(int seconds) throws InterruptedException {
		return this.executor.awaitTermination(seconds, TimeUnit.SECONDS);
	}

}

package io.github.hnswspring.vectorstore.migration;

import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.embedding.EmbeddingCounters;
import io.github.hnswspring.vectorstore.options.OtherGenerationException;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.write.IngestPipeline;

/**
 * The thread that goes the {@linkplain MigrationSteps way} from one embedding model to
 * another: takes step after step, waits where there is nothing to do, tries again later
 * what failed, and ends before the store is closed. Its state may be read by any thread.
 */
final class MigrationWorker implements Runnable {

	private static final Log logger = LogFactory.getLog(MigrationWorker.class);

	private static final long FIRST_PAUSE_NANOS = 1_000_000_000;

	private static final long LONGEST_PAUSE_NANOS = 60_000_000_000L;

	private static final long END_MILLIS = 2_000;

	private static final long LONGEST_END_MILLIS = 60_000;

	private final StoreSession session;

	private final ModelCalls calls = new ModelCalls();

	private final MigrationSteps steps;

	private final Thread thread;

	private volatile @Nullable String failure;

	private volatile @Nullable Instant failingSince;

	private @Nullable String lastComplaint;

	MigrationWorker(IngestPipeline pipeline, StoreSession session, EmbeddingCounters counters) {
		this.session = session;
		this.steps = new MigrationSteps(pipeline, session, counters, this.calls);
		this.thread = new Thread(this, "hnsw-migration-" + session.directory().path().getFileName());
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	MigrationSteps steps() {
		return this.steps;
	}

	@Nullable String failure() {
		return this.failure;
	}

	@Nullable Instant failingSince() {
		return this.failingSince;
	}

	void wakeUp() {
		LockSupport.unpark(this.thread);
	}

	/**
	 * Lets go of the former generation; its vectors are removed from now on.
	 * @return whether it is; not while a migration is under way
	 */
	boolean release() {
		boolean released = this.steps.changes().release();
		wakeUp();
		return released;
	}

	/** Ends after the step under way; an answer of the model is waited for a moment. */
	void end() {
		this.calls.end();
		wakeUp();
		boolean interrupted = join(END_MILLIS);
		this.calls.interrupt(this.thread);
		interrupted |= join(END_MILLIS);
		if (this.calls.abandon()) {
			logger.warn("The embedding model does not answer; the batch it was asked for is asked for again");
		}
		long deadline = System.currentTimeMillis() + LONGEST_END_MILLIS;
		while (this.thread.isAlive() && !this.calls.isAsking() && System.currentTimeMillis() < deadline) {
			interrupted |= join(50);
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean join(long millis) {
		try {
			this.thread.join(millis);
			return false;
		}
		catch (InterruptedException ex) {
			return true;
		}
	}

	@Override
	public void run() {
		long pause = FIRST_PAUSE_NANOS;
		while (!this.calls.isEnding()) {
			try {
				long idle = this.steps.next();
				this.failure = null;
				this.failingSince = null;
				this.lastComplaint = null;
				pause = FIRST_PAUSE_NANOS;
				if (idle > 0) {
					park(idle);
				}
			}
			catch (OtherGenerationException ex) {
				// It was rolled back, or begun anew, while the model was asked.
				park(MigrationSteps.IDLE_NANOS);
			}
			catch (Throwable ex) {
				// Whatever a model throws: without this thread nothing would go on before
				// the next start.
				if (this.calls.isEnding()) {
					break;
				}
				if (ex instanceof EmbeddingModelMismatchException && isAnotherModelNow()) {
					continue;
				}
				complain(ex, pause);
				park(pause);
				pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
			}
		}
		this.steps.closeActivity();
	}

	/** Whether the store migrates to what its own model has become meanwhile. */
	private boolean isAnotherModelNow() {
		try {
			return this.steps.learnAnew();
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	private void park(long nanos) {
		if (!this.calls.isEnding()) {
			LockSupport.parkNanos(nanos);
		}
	}

	private void complain(Throwable problem, long pause) {
		String reason = StoreException.reason(problem);
		if (this.failingSince == null) {
			this.failingSince = this.session.options().clock().instant();
		}
		this.failure = reason;
		if (!reason.equals(this.lastComplaint)) {
			this.lastComplaint = reason;
			String work = this.session.identity().generations().isBeingCompleted()
					? "Giving the documents of " + this.session.directory().path() + " that have no embedding one"
					: "The migration of " + this.session.directory().path() + " to another embedding model";
			logger.warn(work + " failed (" + reason + "); it is tried again from where it is, in "
					+ pause / 1_000_000_000 + " s at first and in a minute at most", problem);
		}
	}

}

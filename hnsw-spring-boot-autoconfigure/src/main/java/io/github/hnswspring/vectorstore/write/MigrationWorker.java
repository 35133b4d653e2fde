package io.github.hnswspring.vectorstore.write;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreProgress.Kind;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.embedding.EmbeddingCounters;
import io.github.hnswspring.vectorstore.options.GenerationSteps;
import io.github.hnswspring.vectorstore.options.Generations;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.progress.Activity;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.session.StoreWriter;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;

/**
 * Goes the way from one embedding model to another, step by step, beside searches and
 * additions: fills the generation that is to be complete, has its index built, switches
 * to it, and removes what is not needed any more. Where it stands is in the database, so
 * a worker that is killed is followed by one that goes on. Confined to its thread, but
 * for its state, which may be read by any, and for {@link #end} and {@link #wakeUp}.
 */
final class MigrationWorker implements Runnable {

	private static final Log logger = LogFactory.getLog(MigrationWorker.class);

	private static final long IDLE_NANOS = 250_000_000;

	private static final long FIRST_PAUSE_NANOS = 1_000_000_000;

	private static final long LONGEST_PAUSE_NANOS = 60_000_000_000L;

	// Of the time it takes, searches and additions that ask a model may have half.
	private static final long LONGEST_REST_NANOS = 5_000_000_000L;

	private static final long END_MILLIS = 2_000;

	private static final long LONGEST_END_MILLIS = 60_000;

	private static final int SWEEP = 500;

	/** How long vectors of a former model are kept for a way back. */
	static final Duration KEPT = Duration.ofDays(1);

	private final IngestPipeline pipeline;

	private final StoreSession session;

	private final EmbeddingCounters counters;

	private final MigrationFiller filler;

	private final Thread thread;

	private final Object asking = new Object();

	private boolean isAsking;

	private volatile boolean ending;

	private volatile boolean indexing;

	private volatile boolean waiting;

	private volatile @Nullable String failure;

	private @Nullable String lastComplaint;

	private boolean sweeping = true;

	private int generation = -1;

	private @Nullable Activity activity;

	MigrationWorker(IngestPipeline pipeline, StoreSession session, EmbeddingCounters counters) {
		this.pipeline = pipeline;
		this.session = session;
		this.counters = counters;
		this.filler = new MigrationFiller(pipeline, session);
		this.thread = new Thread(this, "hnsw-migration-" + session.directory().path().getFileName());
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	boolean isIndexing() {
		return this.indexing;
	}

	boolean isWaiting() {
		return this.waiting;
	}

	@Nullable String failure() {
		return this.failure;
	}

	long embedded() {
		return this.filler.embedded();
	}

	long refused() {
		return this.filler.refused();
	}

	void wakeUp() {
		LockSupport.unpark(this.thread);
	}

	/** Ends after the step under way; an answer of the model is waited for a moment. */
	void end() {
		this.ending = true;
		wakeUp();
		boolean interrupted = join(END_MILLIS);
		synchronized (this.asking) {
			if (this.isAsking) {
				// Nothing else is interrupted: it would close files.
				this.thread.interrupt();
			}
		}
		interrupted |= join(END_MILLIS);
		synchronized (this.asking) {
			if (this.isAsking) {
				logger.warn("The embedding model does not answer; the batch it was asked for is asked for again");
			}
		}
		long deadline = System.currentTimeMillis() + LONGEST_END_MILLIS;
		while (this.thread.isAlive() && !isAsking() && System.currentTimeMillis() < deadline) {
			interrupted |= join(50);
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean isAsking() {
		synchronized (this.asking) {
			return this.isAsking;
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
		while (!this.ending) {
			try {
				boolean more = step();
				this.failure = null;
				this.lastComplaint = null;
				pause = FIRST_PAUSE_NANOS;
				if (!more) {
					park(IDLE_NANOS);
				}
			}
			catch (CancellationException ex) {
				break;
			}
			catch (RuntimeException | SQLException | LinkageError | VirtualMachineError ex) {
				complain(ex, pause);
				park(pause);
				pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
			}
		}
		closeActivity();
	}

	private void park(long nanos) {
		if (!this.ending) {
			LockSupport.parkNanos(nanos);
		}
	}

	private void complain(Throwable problem, long pause) {
		String reason = StoreException.reason(problem);
		this.failure = reason;
		if (!reason.equals(this.lastComplaint)) {
			this.lastComplaint = reason;
			logger.warn("The migration of " + this.session.directory().path() + " to another embedding model failed ("
					+ reason + "); it is tried again from where it is, in " + pause / 1_000_000_000
					+ " s at first and in a minute at most", problem);
		}
	}

	/** Returns whether there is more to do at once. */
	private boolean step() throws SQLException {
		if (this.session.identity().generations().target() == null) {
			this.indexing = false;
			this.waiting = false;
			return upkeep();
		}
		this.session.models().learn(this.filler.access());
		Generations generations = this.session.identity().generations();
		ModelGeneration target = generations.target();
		if (target == null) {
			return true;
		}
		if (target.number() != this.generation) {
			begin(generations, target);
		}
		if (fill(target)) {
			return true;
		}
		if (this.waiting) {
			return false;
		}
		return generations.isMigrating() ? switchOver(target) : settle();
	}

	private void begin(Generations generations, ModelGeneration target) throws SQLException {
		closeActivity();
		this.generation = target.number();
		this.indexing = false;
		this.filler.begin(target.number());
		this.sweeping = true;
		EmbeddingClient client = this.session.models().of(target.number());
		if (generations.isMigrating() && client != null) {
			logger.info(MigrationEstimator.describe(this.session, generations,
					new MigrationEstimator(this.session, client).estimate(target.number(), () -> this.ending)));
			this.activity = this.session.activities()
				.resume(Kind.MIGRATION, Objects.requireNonNullElse(target.model(), ""), this.filler.embedded(),
						this.session.writer().documents());
		}
	}

	private void closeActivity() {
		Activity current = this.activity;
		if (current != null) {
			current.close();
			this.activity = null;
		}
	}

	/** Returns whether there may be more to fill. */
	private boolean fill(ModelGeneration target) throws SQLException {
		MigrationFiller.Chunk chunk = this.filler.next();
		if (chunk == null) {
			this.waiting = false;
			return false;
		}
		EmbeddingClient client = this.session.models().of(target.number());
		this.waiting = client == null;
		if (client == null) {
			// Rows stay as they are; the model may come with a call.
			this.filler.again();
			return false;
		}
		this.filler.fill(chunk, client, target, this::ask);
		Activity current = this.activity;
		if (current != null) {
			current.set(this.filler.embedded(), this.session.writer().documents());
		}
		return true;
	}

	/** Asks for one batch, and leaves searches and additions their part of the time. */
	private List<EmbeddedDraft> ask(List<EmbeddingPlan.Group> batch, Refusals refusals) {
		long waitUntil = System.nanoTime() + FIRST_PAUSE_NANOS;
		while (!this.ending && this.pipeline.gate().running() > 0 && System.nanoTime() < waitUntil) {
			LockSupport.parkNanos(10_000_000);
		}
		synchronized (this.asking) {
			if (this.ending) {
				throw new CancellationException();
			}
			this.isAsking = true;
		}
		long before = this.counters.computed();
		long begin = System.nanoTime();
		List<EmbeddedDraft> embedded;
		try {
			embedded = this.pipeline.embedder().embed(this.filler.access(), batch, refusals);
		}
		finally {
			synchronized (this.asking) {
				this.isAsking = false;
				// An interrupt that came after the answer.
				Thread.interrupted();
			}
		}
		if (this.counters.computed() - before > batch.size()) {
			this.filler.restAfterCommit(Math.min(System.nanoTime() - begin, LONGEST_REST_NANOS));
		}
		return embedded;
	}

	/**
	 * Has the index of the filled generation built, and then it answers. Additions wait
	 * for the last moment of it, so that no document is left behind.
	 */
	private boolean switchOver(ModelGeneration target) throws SQLException {
		this.indexing = true;
		if (!isIndexReady()) {
			return false;
		}
		List<String> done = new ArrayList<>();
		this.pipeline.gate().alone(() -> {
			try {
				while (!this.ending && fill(target)) {
					// What was added since the last look; nothing is added now.
				}
				if (!this.ending && attemptSwitch(target)) {
					done.add(target.name());
				}
			}
			catch (SQLException ex) {
				throw this.session.health().failed("be read", ex);
			}
		});
		if (done.isEmpty()) {
			return true;
		}
		closeActivity();
		this.indexing = false;
		logger.info("Vector store in " + this.session.directory().path() + ": embeddings of " + target.name()
				+ " answer from now on; the former ones are kept for " + KEPT.toHours() + " hours, for a way back");
		return true;
	}

	private boolean isIndexReady() {
		ReentrantLock lock = this.session.database().writerLock();
		lock.lock();
		try {
			ModelGeneration next = this.session.identity().generations().next();
			return next != null && (next.dimensions() == 0 || this.session.index().prepare(next));
		}
		finally {
			lock.unlock();
		}
	}

	private boolean attemptSwitch(ModelGeneration target) {
		boolean[] switched = new boolean[1];
		this.session.writer().change((transaction) -> {
			Generations now = this.session.identity().generations();
			ModelGeneration next = now.next();
			boolean complete = next != null && next.number() == target.number()
					&& EmbeddingTable.missing(transaction.connection(), next.number(), this.filler.position(), 1)
						.isEmpty()
					&& isIndexReady();
			if (complete) {
				GenerationSteps.switchOver(transaction.connection());
				// Readers look for changes only.
				ChangeLog.appendAll(transaction.connection());
				Generations changed = Generations.load(transaction.connection());
				transaction.afterCommit(() -> {
					this.session.identity().generations(changed);
					this.session.index().serveNext();
				});
				switched[0] = true;
			}
		});
		return switched[0];
	}

	/** The current generation is complete, whatever else there was. */
	private boolean settle() {
		Instant now = this.session.options().clock().instant();
		changeGenerations((transaction) -> GenerationSteps.settle(transaction.connection(), now.getEpochSecond()));
		closeActivity();
		return true;
	}

	private void changeGenerations(StoreWriter.Change change) {
		this.session.writer().change((transaction) -> {
			change.apply(transaction);
			Generations changed = Generations.load(transaction.connection());
			transaction.afterCommit(() -> {
				this.session.identity().generations(changed);
				this.session.index().abandonOthers(changed);
			});
		});
	}

	private boolean upkeep() {
		closeActivity();
		this.generation = -1;
		Generations generations = this.session.identity().generations();
		ModelGeneration previous = generations.previous();
		if (previous != null && isOver(generations)) {
			release();
			return true;
		}
		if (this.sweeping && this.session.health().failure() == null) {
			boolean[] more = new boolean[1];
			this.session.writer()
				.change((transaction) -> more[0] = GenerationSteps.sweep(transaction.connection(), SWEEP));
			this.sweeping = more[0];
			if (more[0]) {
				park(FIRST_PAUSE_NANOS / 20);
			}
			return more[0];
		}
		return false;
	}

	private boolean isOver(Generations generations) {
		return generations.formerSince() > 0 && Instant.ofEpochSecond(generations.formerSince())
			.plus(KEPT)
			.isBefore(this.session.options().clock().instant());
	}

	/** Lets go of the former generation; its vectors are removed from now on. */
	void release() {
		changeGenerations((transaction) -> GenerationSteps.release(transaction.connection()));
		this.sweeping = true;
		wakeUp();
	}

}

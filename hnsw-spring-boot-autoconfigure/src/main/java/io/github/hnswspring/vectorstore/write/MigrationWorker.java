package io.github.hnswspring.vectorstore.write;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.MigrationEstimate;
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
import io.github.hnswspring.vectorstore.session.WriteTransaction;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.WriteHealth;

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

	// So few are embedded while additions wait to commit.
	private static final int LAST_DOCUMENTS = 64;

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

	// An answer that comes later finds a store that is closed.
	private boolean abandoned;

	private boolean hurrying;

	// Whether the model answered the last time, and soon.
	private boolean prompt;

	private volatile boolean ending;

	private volatile boolean indexing;

	private volatile boolean waiting;

	// By documents that the model refuses.
	private volatile boolean held;

	private volatile @Nullable String failure;

	private volatile @Nullable Instant failingSince;

	private @Nullable String lastComplaint;

	private volatile boolean sweeping = true;

	private volatile @Nullable MigrationEstimate expected;

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

	RefusedDocuments refused() {
		return this.filler.refused();
	}

	boolean isHeld() {
		return this.held;
	}

	@Nullable Instant failingSince() {
		return this.failingSince;
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
			this.abandoned = this.isAsking;
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
				long idle = step();
				this.failure = null;
				this.failingSince = null;
				this.lastComplaint = null;
				pause = FIRST_PAUSE_NANOS;
				if (idle > 0) {
					park(idle);
				}
			}
			catch (CancellationException ex) {
				break;
			}
			catch (Throwable ex) {
				// Whatever a model throws: without this thread nothing would go on before
				// the next start.
				if (this.ending) {
					break;
				}
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
		if (this.failingSince == null) {
			this.failingSince = this.session.options().clock().instant();
		}
		this.failure = reason;
		if (!reason.equals(this.lastComplaint)) {
			this.lastComplaint = reason;
			logger.warn("The migration of " + this.session.directory().path() + " to another embedding model failed ("
					+ reason + "); it is tried again from where it is, in " + pause / 1_000_000_000
					+ " s at first and in a minute at most", problem);
		}
	}

	/** Returns for how long there is nothing to do, unless it is woken. */
	private long step() throws SQLException {
		if (this.session.identity().generations().target() == null) {
			this.indexing = false;
			this.waiting = false;
			this.held = false;
			return upkeep() ? 0 : IDLE_NANOS;
		}
		ask(() -> {
			this.session.models().learn(this.filler.access());
			return List.of();
		});
		Generations generations = this.session.identity().generations();
		ModelGeneration target = generations.target();
		if (target == null) {
			return 0;
		}
		if (target.number() != this.generation) {
			begin(generations, target);
		}
		EmbeddingClient client = this.session.models().of(this.session, target.number());
		this.waiting = client == null && isAnyMissing(target);
		if (this.waiting) {
			// The model may come with a call, which wakes this thread.
			return LONGEST_PAUSE_NANOS;
		}
		MigrationFiller.Chunk chunk = (client != null) ? this.filler.next() : null;
		boolean last = chunk == null || (chunk.rows().size() <= LAST_DOCUMENTS && this.prompt
				&& generations.isMigrating() && isIndexReady());
		if (client != null && chunk != null && !last) {
			// Who waits for additions at the end is never done with them.
			this.hurrying = chunk.nearEnd();
			return fill(chunk, client, target) ? 0 : IDLE_NANOS;
		}
		return generations.isMigrating() ? switchOver(target, client) : settle(target);
	}

	private boolean isAnyMissing(ModelGeneration target) throws SQLException {
		return this.session.database()
			.read((connection) -> !EmbeddingTable.missing(connection, target.number(), 0, 1).isEmpty());
	}

	private void begin(Generations generations, ModelGeneration target) throws SQLException {
		closeActivity();
		this.generation = target.number();
		this.indexing = false;
		this.filler.begin(target.number());
		this.sweeping = true;
		EmbeddingClient client = this.session.models().of(this.session, target.number());
		if (generations.isMigrating() && client != null) {
			tell(generations, target, client);
			this.activity = this.session.activities()
				.resume(Kind.MIGRATION, Objects.requireNonNullElse(target.model(), ""), this.filler.embedded(),
						this.session.writer().documents());
		}
	}

	/**
	 * What it takes is counted once: by whoever asked for it, or here at its beginning.
	 */
	private void tell(Generations generations, ModelGeneration target, EmbeddingClient client) {
		MigrationEstimate estimate = this.expected;
		this.expected = null;
		if (estimate == null && this.filler.embedded() == 0) {
			estimate = new MigrationEstimator(this.filler.access(), client).estimate(target.number(),
					() -> this.ending);
		}
		logger.info((estimate != null) ? MigrationEstimator.describe(this.session, generations, estimate)
				: "Vector store in " + this.session.directory().path() + ": migration to " + target.name()
						+ " goes on; " + this.filler.embedded() + " of " + this.session.writer().documents()
						+ " documents have an embedding of it");
	}

	/** What is about to begin takes so much; {@code null} if that is not known. */
	void expect(@Nullable MigrationEstimate estimate) {
		this.expected = estimate;
	}

	private void closeActivity() {
		Activity current = this.activity;
		if (current != null) {
			current.close();
			this.activity = null;
		}
	}

	private boolean fill(MigrationFiller.Chunk chunk, EmbeddingClient client, ModelGeneration target) {
		boolean done = this.filler.fill(chunk, client, target, new MigrationFiller.Asking() {

			@Override
			public void giveWay() {
				MigrationWorker.this.giveWay();
			}

			@Override
			public List<EmbeddedDraft> ask(List<EmbeddingPlan.Group> batch, Refusals refusals) {
				return embed(batch, refusals);
			}

			@Override
			public boolean answers() {
				return MigrationWorker.this.answers(client);
			}

		});
		Activity current = this.activity;
		if (current != null) {
			current.set(this.filler.embedded(), this.session.writer().documents());
		}
		return done;
	}

	private void giveWay() {
		long waitUntil = System.nanoTime() + FIRST_PAUSE_NANOS;
		while (!this.ending && !this.hurrying && this.pipeline.gate().running() > 0 && System.nanoTime() < waitUntil) {
			LockSupport.parkNanos(10_000_000);
		}
	}

	/** Embeds one batch, and leaves searches and additions their part of the time. */
	private List<EmbeddedDraft> embed(List<EmbeddingPlan.Group> batch, Refusals refusals) {
		long before = this.counters.computed();
		long begin = System.nanoTime();
		this.prompt = false;
		List<EmbeddedDraft> embedded = ask(() -> this.pipeline.embedder().embed(this.filler.access(), batch, refusals));
		long took = System.nanoTime() - begin;
		this.prompt = took < FIRST_PAUSE_NANOS;
		if (this.counters.computed() - before > batch.size() && !this.hurrying) {
			this.filler.restAfterCommit(Math.min(took, LONGEST_REST_NANOS));
		}
		return embedded;
	}

	private boolean answers(EmbeddingClient client) {
		try {
			return ask(() -> client.embed(List.of("model"), List.of("a text of one word"))).vectors().get(0) != null;
		}
		catch (CancellationException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	/** Does what may ask a model, which may take any time and may be interrupted. */
	private <T> T ask(Supplier<T> work) {
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

	/**
	 * Has the index of the filled generation built, and then it answers. Whether it has
	 * all documents is looked at under the lock. Those that come in between would never
	 * end, so their commits are overtaken.
	 */
	private long switchOver(ModelGeneration target, @Nullable EmbeddingClient client) throws SQLException {
		boolean ready = isIndexReady();
		this.held = isAnyRefused(target);
		this.indexing = !this.held;
		if (!ready || this.held) {
			return this.held ? FIRST_PAUSE_NANOS : IDLE_NANOS;
		}
		boolean[] switched = new boolean[1];
		this.hurrying = true;
		try {
			this.pipeline.gate().ahead(() -> {
				fillRest(target, client);
				switched[0] = !this.ending && attemptSwitch(target);
			});
		}
		finally {
			this.hurrying = false;
		}
		if (switched[0]) {
			closeActivity();
			this.indexing = false;
			logger.info("Vector store in " + this.session.directory().path() + ": embeddings of " + target.name()
					+ " answer from now on; the former ones are kept for " + KEPT.toHours() + " hours, for a way back");
		}
		// Another caller may be embedding what is missing.
		return switched[0] ? 0 : IDLE_NANOS / 10;
	}

	private boolean isAnyRefused(ModelGeneration target) throws SQLException {
		return this.session.database()
			.read((connection) -> EmbeddingTable.missing(connection, target.number(), 0, 1).isEmpty()
					&& this.filler.refused().isHolding(connection));
	}

	/** What was added since the last look. */
	private void fillRest(ModelGeneration target, @Nullable EmbeddingClient client) {
		try {
			MigrationFiller.Chunk chunk = (client != null) ? this.filler.next() : null;
			if (client != null && chunk != null && this.prompt) {
				fill(chunk, client, target);
			}
		}
		catch (SQLException ex) {
			throw this.session.health().failed(WriteHealth.READ, ex);
		}
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
			ModelGeneration next = this.session.identity().generations().next();
			if (next != null && next.number() == target.number() && isComplete(transaction, next)
					&& !this.filler.refused().isHolding(transaction.connection()) && isIndexReady()) {
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

	/** Whether no document is without a vector; if one is, that is the next one. */
	private boolean isComplete(WriteTransaction transaction, ModelGeneration target) throws SQLException {
		List<Long> missing = EmbeddingTable.missing(transaction.connection(), target.number(), 0, 1);
		missing.forEach(this.filler::from);
		return missing.isEmpty();
	}

	/** The current generation is complete, whatever else there was. */
	private long settle(ModelGeneration target) {
		Instant now = this.session.options().clock().instant();
		changeGenerations((transaction) -> {
			Generations generations = this.session.identity().generations();
			boolean wanted = target.equals(generations.target()) && !generations.isMigrating();
			if (wanted && isComplete(transaction, target)) {
				GenerationSteps.settle(transaction.connection(), now.getEpochSecond());
			}
		});
		return 0;
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

	/**
	 * Lets go of the former generation; its vectors are removed from now on.
	 * @return whether it is; not while a migration is under way
	 */
	boolean release() {
		boolean[] released = new boolean[1];
		changeGenerations((transaction) -> {
			released[0] = this.session.identity().generations().target() == null;
			if (released[0]) {
				GenerationSteps.release(transaction.connection());
			}
		});
		this.sweeping |= released[0];
		wakeUp();
		return released[0];
	}

}

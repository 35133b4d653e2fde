package io.github.hnswspring.vectorstore.migration;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.MigrationEstimate;
import io.github.hnswspring.vectorstore.StoreProgress.Kind;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.embedding.EmbeddingCounters;
import io.github.hnswspring.vectorstore.options.GenerationSteps;
import io.github.hnswspring.vectorstore.options.Generations;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.progress.Activity;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.WriteHealth;
import io.github.hnswspring.vectorstore.write.Backfill;
import io.github.hnswspring.vectorstore.write.EmbeddedDraft;
import io.github.hnswspring.vectorstore.write.EmbeddingPlan;
import io.github.hnswspring.vectorstore.write.IngestPipeline;
import io.github.hnswspring.vectorstore.write.Refusals;

/**
 * The way from one embedding model to another, step by step, beside searches and
 * additions: fills the generation that is to be complete, has its index built, switches
 * to it, and removes what is not needed any more. Where it stands is in the database, so
 * steps that end with a killed process are followed by those of the next one. Confined to
 * the worker's thread, but for its state, which may be read by any.
 */
final class MigrationSteps {

	private static final Log logger = LogFactory.getLog(MigrationSteps.class);

	static final long IDLE_NANOS = 250_000_000;

	private static final long MOMENT_NANOS = 1_000_000_000;

	private static final long UNTIL_WOKEN_NANOS = 60_000_000_000L;

	// Of the time it takes, searches and additions that ask a model may have half.
	private static final long LONGEST_REST_NANOS = 5_000_000_000L;

	// So few are embedded while additions wait to commit.
	private static final int LAST_DOCUMENTS = 64;

	private final Backfill backfill;

	private final StoreSession session;

	private final EmbeddingCounters counters;

	private final ModelCalls calls;

	private final MigrationFiller filler;

	private final GenerationChanges changes;

	private boolean hurrying;

	// Whether the model answered the last time, and soon.
	private boolean prompt;

	private volatile boolean indexing;

	private volatile boolean waiting;

	// By documents that the model refuses.
	private volatile boolean held;

	// Whether the database has to be asked for documents without a vector.
	private boolean mayLack = true;

	private volatile @Nullable MigrationEstimate expected;

	private int generation = -1;

	private @Nullable Activity activity;

	MigrationSteps(IngestPipeline pipeline, StoreSession session, EmbeddingCounters counters, ModelCalls calls) {
		this.backfill = new Backfill(pipeline, session);
		this.session = session;
		this.counters = counters;
		this.calls = calls;
		this.filler = new MigrationFiller(this.backfill, session);
		this.changes = new GenerationChanges(session, this.filler);
	}

	boolean isIndexing() {
		return this.indexing;
	}

	boolean isWaiting() {
		return this.waiting;
	}

	boolean isHeld() {
		return this.held;
	}

	long embedded() {
		return this.filler.embedded();
	}

	RefusedDocuments refused() {
		return this.filler.refused();
	}

	GenerationChanges changes() {
		return this.changes;
	}

	/** What is about to begin takes so much; {@code null} if that is not known. */
	void expect(@Nullable MigrationEstimate estimate) {
		this.expected = estimate;
	}

	/**
	 * Asks the store's own model once more which one it is, after it gave other vectors
	 * than those of the generation to be filled.
	 * @return whether the store migrates to what it is now
	 */
	boolean learnAnew() {
		return this.calls.ask(() -> this.session.models().learnAnew(this.filler.access()));
	}

	/** Returns for how long there is nothing to do, unless it is woken. */
	long next() throws SQLException {
		if (this.session.identity().generations().target() == null) {
			this.indexing = false;
			this.waiting = false;
			this.held = false;
			closeActivity();
			this.generation = -1;
			lookAtRefused();
			return this.changes.upkeep(IDLE_NANOS);
		}
		this.calls.ask(() -> {
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
		this.waiting = client == null && this.changes.isAnyMissing(target);
		if (this.waiting) {
			// The model may come with a call, which wakes this thread.
			return UNTIL_WOKEN_NANOS;
		}
		MigrationFiller.Chunk chunk = (client != null) ? this.filler.next() : null;
		boolean last = chunk == null || (chunk.rows().size() <= LAST_DOCUMENTS && this.prompt
				&& generations.isMigrating() && this.changes.isIndexReady());
		if (client != null && chunk != null && !last) {
			// Who waits for additions at the end is never done with them.
			this.hurrying = chunk.nearEnd();
			return fill(chunk, client, target) ? 0 : IDLE_NANOS;
		}
		if (generations.isMigrating()) {
			return switchOver(target, client);
		}
		this.changes.settle(target);
		this.mayLack = true;
		return 0;
	}

	/**
	 * A store that has had one model only, and imported no document without a vector, has
	 * none, and need not be searched for them.
	 */
	private void lookAtRefused() throws SQLException {
		Generations generations = this.session.identity().generations();
		if (!this.mayLack && generations.previous() == null) {
			return;
		}
		int current = generations.current().number();
		boolean noted = this.session.database().read((connection) -> {
			boolean lacking = GenerationSteps.isLacking(connection, current);
			if (lacking || generations.previous() != null) {
				this.filler.refused().lookAgain(connection, current);
			}
			return lacking;
		});
		this.mayLack = noted && this.filler.refused().count() > 0;
		if (noted && !this.mayLack) {
			this.changes.lacksNothing();
		}
	}

	private void begin(Generations generations, ModelGeneration target) throws SQLException {
		closeActivity();
		this.generation = target.number();
		this.indexing = false;
		this.filler.begin(target.number());
		this.changes.sweep();
		EmbeddingClient client = this.session.models().of(this.session, target.number());
		if (generations.isMigrating() && client != null) {
			tell(generations, target, client);
		}
		else if (generations.isBeingCompleted()) {
			logger.info("Vector store in " + this.session.directory().path() + ": "
					+ (this.session.writer().documents() - this.filler.embedded()) + " documents have no embedding of "
					+ target.name() + " yet. "
					+ ((client != null) ? "They are embedded in the background" : "That model is not there")
					+ "; until then words find them");
		}
		if (client != null && (generations.isMigrating() || generations.isBeingCompleted())) {
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
					this.calls::isEnding);
		}
		logger.info((estimate != null) ? MigrationEstimator.describe(this.session, generations, estimate)
				: "Vector store in " + this.session.directory().path() + ": migration to " + target.name()
						+ " goes on; " + this.filler.embedded() + " of " + this.session.writer().documents()
						+ " documents have an embedding of it");
	}

	void closeActivity() {
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
				MigrationSteps.this.giveWay();
			}

			@Override
			public List<EmbeddedDraft> ask(List<EmbeddingPlan.Group> batch, Refusals refusals) {
				return embed(batch, refusals);
			}

			@Override
			public boolean answers() {
				return MigrationSteps.this.answers(client);
			}

		});
		Activity current = this.activity;
		if (current != null) {
			current.set(this.filler.embedded(), this.session.writer().documents());
		}
		return done;
	}

	private void giveWay() {
		long waitUntil = System.nanoTime() + MOMENT_NANOS;
		while (!this.calls.isEnding() && !this.hurrying && this.backfill.isBusy() && System.nanoTime() < waitUntil) {
			LockSupport.parkNanos(10_000_000);
		}
	}

	/** Embeds one batch, and leaves searches and additions their part of the time. */
	private List<EmbeddedDraft> embed(List<EmbeddingPlan.Group> batch, Refusals refusals) {
		long before = this.counters.computed();
		long begin = System.nanoTime();
		this.prompt = false;
		List<EmbeddedDraft> embedded = this.calls.ask(() -> this.backfill.embed(this.filler.access(), batch, refusals));
		long took = System.nanoTime() - begin;
		this.prompt = took < MOMENT_NANOS;
		if (this.counters.computed() - before > batch.size() && !this.hurrying) {
			this.filler.restAfterCommit(Math.min(took, LONGEST_REST_NANOS));
		}
		return embedded;
	}

	private boolean answers(EmbeddingClient client) {
		try {
			return this.calls.ask(() -> client.embed(List.of("model"), List.of("a text of one word")))
				.vectors()
				.get(0) != null;
		}
		catch (CancellationException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	/**
	 * Has the index of the filled generation built, and then it answers. Whether it has
	 * all documents is looked at under the lock. Those that come in between would never
	 * end, so their commits are overtaken.
	 */
	private long switchOver(ModelGeneration target, @Nullable EmbeddingClient client) throws SQLException {
		boolean ready = this.changes.isIndexReady();
		this.held = this.changes.isAnyRefused(target);
		this.indexing = !this.held;
		if (!ready || this.held) {
			return this.held ? MOMENT_NANOS : IDLE_NANOS;
		}
		boolean[] switched = new boolean[1];
		this.hurrying = true;
		try {
			this.backfill.ahead(() -> {
				fillRest(target, client);
				switched[0] = !this.calls.isEnding() && this.changes.attemptSwitch(target);
			});
		}
		finally {
			this.hurrying = false;
		}
		if (switched[0]) {
			closeActivity();
			this.indexing = false;
			logger.info("Vector store in " + this.session.directory().path() + ": embeddings of " + target.name()
					+ " answer from now on; the former ones are kept for " + GenerationChanges.KEPT.toHours()
					+ " hours, for a way back");
		}
		// Another caller may be embedding what is missing.
		return switched[0] ? 0 : IDLE_NANOS / 10;
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

}

package io.github.hnswspring.vectorstore.migration;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import io.github.hnswspring.vectorstore.options.GenerationSteps;
import io.github.hnswspring.vectorstore.options.Generations;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.session.StoreWriter;
import io.github.hnswspring.vectorstore.session.WriteTransaction;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;

/**
 * Which generation answers, and which are kept: the switch to a filled one, its being
 * settled there, and the removal of the former one. Each is one transaction that looks
 * once more whether it may happen. Confined to the worker's thread, but for
 * {@link #release}.
 */
final class GenerationChanges {

	/** How long vectors of a former model are kept for a way back. */
	static final Duration KEPT = Duration.ofDays(1);

	private static final int SWEEP = 500;

	private static final long SWEEP_PAUSE_NANOS = 50_000_000;

	private final StoreSession session;

	private final MigrationFiller filler;

	private volatile boolean sweeping = true;

	GenerationChanges(StoreSession session, MigrationFiller filler) {
		this.session = session;
		this.filler = filler;
	}

	boolean isAnyMissing(ModelGeneration target) throws SQLException {
		return this.session.database()
			.read((connection) -> !EmbeddingTable.missing(connection, target.number(), 0, 1).isEmpty());
	}

	boolean isAnyRefused(ModelGeneration target) throws SQLException {
		return this.session.database()
			.read((connection) -> EmbeddingTable.missing(connection, target.number(), 0, 1).isEmpty()
					&& this.filler.refused().isHolding(connection));
	}

	/**
	 * Whether the next generation has an index; if not, it is being built from now on.
	 */
	boolean isIndexReady() {
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

	/** Has a generation answer, if it has all documents and an index of them. */
	boolean attemptSwitch(ModelGeneration target) {
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
	void settle(ModelGeneration target) throws SQLException {
		Instant now = this.session.options().clock().instant();
		boolean lacking = this.session.database()
			.read((connection) -> !EmbeddingTable.withoutVector(connection, target.number(), 0, 1).isEmpty());
		change((transaction) -> {
			Generations generations = this.session.identity().generations();
			boolean wanted = target.equals(generations.target()) && !generations.isMigrating();
			if (wanted && isComplete(transaction, target)) {
				GenerationSteps.settle(transaction.connection(), now.getEpochSecond(), lacking);
			}
		});
	}

	/** Every document has a vector. */
	void lacksNothing() {
		this.session.writer().change((transaction) -> GenerationSteps.lacksNothing(transaction.connection()));
	}

	private void change(StoreWriter.Change change) {
		this.session.writer().change((transaction) -> {
			change.apply(transaction);
			Generations changed = Generations.load(transaction.connection());
			transaction.afterCommit(() -> {
				this.session.identity().generations(changed);
				this.session.index().abandonOthers(changed);
			});
		});
	}

	/**
	 * Lets go of a former generation whose time is over, and removes some of the vectors
	 * that no generation needs.
	 * @param idle for how long there is nothing to do once all is done
	 * @return for how long there is nothing to do now
	 */
	long upkeep(long idle) {
		Generations generations = this.session.identity().generations();
		if (generations.previous() != null && isOver(generations)) {
			release();
			return 0;
		}
		if (this.sweeping && this.session.health().failure() == null) {
			boolean[] more = new boolean[1];
			this.session.writer()
				.change((transaction) -> more[0] = GenerationSteps.sweep(transaction.connection(), SWEEP));
			this.sweeping = more[0];
			return more[0] ? SWEEP_PAUSE_NANOS : idle;
		}
		return idle;
	}

	/** Looks again for vectors that no generation needs. */
	void sweep() {
		this.sweeping = true;
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
		change((transaction) -> {
			released[0] = this.session.identity().generations().target() == null;
			if (released[0]) {
				GenerationSteps.release(transaction.connection());
			}
		});
		this.sweeping |= released[0];
		return released[0];
	}

}

package io.github.hnswspring.replica.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Iterator;

import io.github.hnswspring.replica.KeyedTruth;
import io.github.hnswspring.replica.KeyedTruth.Committed;
import io.github.hnswspring.replica.Position;
import io.github.hnswspring.replica.StoredSink;
import io.github.hnswspring.replica.Truth.Followed;
import io.github.hnswspring.replica.TruthUnavailableException;
import io.github.hnswspring.replica.database.OpenTransaction;
import io.github.hnswspring.vectorstore.StoredChange;
import org.jspecify.annotations.Nullable;

/**
 * A change under way, with the lock on the row of the store. Confined to one thread at a
 * time, but for its end.
 */
final class ExclusiveTransaction implements KeyedTruth.Transaction {

	private final PostgresTruth truth;

	private final OpenTransaction open;

	private @Nullable TruthState state;

	ExclusiveTransaction(PostgresTruth truth, OpenTransaction open) {
		this.truth = truth;
		this.open = open;
	}

	@Override
	public Followed follow(@Nullable Position from, StoredSink sink) {
		try {
			return this.open.part(() -> {
				TruthState found = this.truth.state(this.open.jdbc(), from);
				this.state = found;
				return PostgresTruth.handOut(this.open.jdbc(), found, from, sink);
			});
		}
		catch (RuntimeException ex) {
			throw this.truth.translated("Following " + this.truth.name(), ex);
		}
	}

	@Override
	public Committed commit(Iterator<StoredChange> parts, Duration enough) {
		return this.open.part(() -> write(parts, enough));
	}

	private Committed write(Iterator<StoredChange> parts, Duration enough) {
		TruthState locked = this.state;
		if (locked == null) {
			throw new IllegalStateException("A change has to follow what others have changed before it is committed");
		}
		ChangePosition position;
		try {
			this.open.patience(enough);
			position = new RowWriter(this.open.jdbc(), locked).write(parts, this.truth.name());
			requireWanted();
		}
		catch (RuntimeException ex) {
			throw this.truth.translated("Storing in " + this.truth.name(), ex);
		}
		try {
			this.open.commit();
			this.truth.tellOthers(this.open);
		}
		catch (SQLException ex) {
			// Its connection may be needed to ask what became of it.
			this.open.close();
			this.truth.requireCommitted(position, ex);
		}
		return new Committed(position, position.number());
	}

	/** What nobody waits for any more is not committed. */
	private void requireWanted() {
		if (Thread.currentThread().isInterrupted()) {
			throw new TruthUnavailableException(
					"Storing in " + this.truth.name() + " took too long and was given up; nothing was changed", null);
		}
	}

	@Override
	public void close() {
		this.open.close();
	}

}

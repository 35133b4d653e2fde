package io.github.hnswspring.replica;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.SharedReplica;
import io.github.hnswspring.vectorstore.StoredChange;
import io.github.hnswspring.vectorstore.StoredRow;

/**
 * Follows a truth that has all that a store keeps, row by row and under the same keys.
 * Nothing that this instance writes meanwhile is in its way, since whoever writes follows
 * first and keeps the follower out until the end. Confined to the lock of the
 * {@link Follower}.
 */
final class KeyedReplication implements Replication {

	/** Fewer rows are put into the indexes as they come. */
	private static final int MANY = 1_000;

	private final SharedReplica local;

	private final KeyedTruth truth;

	private final FirstCopies copies;

	private final ReplicaFigures figures;

	private final Interim interim;

	private KeyedTruth.@Nullable Transaction transaction;

	/** Whether the replica may not know yet which truth it follows. */
	private boolean unnamed = true;

	KeyedReplication(SharedReplica local, KeyedTruth truth, FirstCopies copies, Interim interim,
			ReplicaFigures figures) {
		this.local = local;
		this.truth = truth;
		this.copies = copies;
		this.interim = interim;
		this.figures = figures;
	}

	/** Has the next look read within a transaction, or again without one. */
	void within(KeyedTruth.@Nullable Transaction transaction) {
		this.transaction = transaction;
	}

	@Override
	public Truth.Followed follow(@Nullable Position from, Application application) {
		Sink sink = new Sink(from, application);
		KeyedTruth.Transaction current = this.transaction;
		try (sink) {
			Truth.Followed followed = (current != null) ? current.follow(from, sink) : follow(from, sink, application);
			application.end(sink::end);
			return followed;
		}
	}

	private Truth.Followed follow(@Nullable Position from, Sink sink, Application application) {
		boolean first = from == null && this.local.count() == 0;
		return first ? this.copies.read(() -> application.apply(() -> {
		}), () -> this.truth.follow(null, sink)) : this.truth.follow(from, sink);
	}

	@Override
	public boolean answerMeanwhile(Runnable waiting) {
		return this.interim.begin(waiting);
	}

	@Override
	public boolean hasAllShown(Position reached) {
		return this.interim.hasAllShown(reached);
	}

	@Override
	public void answerNoMore(@Nullable String why) {
		if (why != null) {
			this.interim.giveUp(why);
		}
		else {
			this.interim.end();
		}
	}

	/** Has the parts applied as they come, the last one together with the position. */
	private final class Sink implements StoredSink, AutoCloseable {

		private final @Nullable Position from;

		private final Application application;

		private @Nullable Position reached;

		private @Nullable StoredChange last;

		private @Nullable Runnable filling;

		Sink(@Nullable Position from, Application application) {
			this.from = from;
			this.application = application;
		}

		@Override
		public void begin(Position position, @Nullable ResyncReason resync) {
			this.reached = position;
			this.application.begin(position, resync);
			if (resync != null || KeyedReplication.this.unnamed) {
				this.application.apply(() -> KeyedReplication.this.local.truthId(KeyedReplication.this.truth.secret()));
				KeyedReplication.this.unnamed = false;
			}
		}

		@Override
		public void digests(StoredRow.DigestVisitor visitor) {
			KeyedReplication.this.local.digests(visitor);
		}

		@Override
		public void take(StoredChange change) {
			StoredChange former = this.last;
			KeyedReplication.this.figures.behind(size(former) + size(change));
			if (former != null) {
				fill();
				this.application.apply(() -> apply(former, null));
			}
			this.last = change;
		}

		/**
		 * With more than one part to come, a store without rows has no index to keep up.
		 */
		private void fill() {
			if (this.filling == null && KeyedReplication.this.local.count() == 0) {
				this.filling = KeyedReplication.this.local.fill();
			}
		}

		/** With more to come than it has, the indexes are not kept up row by row. */
		@Override
		public void expect(long rows) {
			if (this.filling == null && rows > Math.max(MANY, KeyedReplication.this.local.count())) {
				this.filling = KeyedReplication.this.local.fill();
			}
		}

		@Override
		public void close() {
			if (this.filling != null) {
				this.filling.run();
			}
		}

		private static long size(@Nullable StoredChange change) {
			return (change != null) ? change.rows().size() + (long) change.removed().size() : 0;
		}

		private void apply(StoredChange change, @Nullable String position) {
			KeyedReplication.this.local.apply(change, position);
			KeyedReplication.this.figures.applied(size(change));
		}

		void end(String position) {
			if (this.last != null) {
				apply(this.last, position);
			}
			else if (!Objects.requireNonNull(this.reached).equals(this.from)) {
				apply(new StoredChange(List.of(), List.of(), 0, 0, null), position);
			}
		}

	}

}

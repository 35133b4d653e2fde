package io.github.hnswspring.replica;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.ReplicaRow;
import io.github.hnswspring.vectorstore.ReplicaStore;

/**
 * Follows a truth that knows documents by their ids. Confined to the lock of the
 * {@link Follower}.
 */
final class TableReplication implements Replication {

	private final ReplicaStore local;

	private final TableTruth truth;

	private final OwnWrites own;

	private final ReplicaFigures figures;

	TableReplication(ReplicaStore local, TableTruth truth, OwnWrites own, ReplicaFigures figures) {
		this.local = local;
		this.truth = truth;
		this.own = own;
		this.figures = figures;
	}

	@Override
	public Truth.Followed follow(@Nullable Position from, Application application) {
		try (Sink sink = new Sink(application)) {
			Truth.Followed followed = this.truth.follow(from, sink);
			application.end((position) -> Objects.requireNonNull(sink.batches).end(position));
			return followed;
		}
	}

	/** Has the parts applied as they come. */
	private final class Sink implements ChangeSink, AutoCloseable {

		private final Application application;

		private @Nullable Batches batches;

		Sink(Application application) {
			this.application = application;
		}

		@Override
		public void begin(Position reached, @Nullable ResyncReason resync) {
			this.application.begin(reached, resync);
			// A truth that was changed while it was read begins once more.
			close();
			this.batches = new Batches(TableReplication.this.local, reached, resync != null, TableReplication.this.own,
					TableReplication.this.figures);
		}

		/** Nothing to do, unless the store is being stopped. */
		@Override
		public void waiting() {
			this.application.apply(() -> {
			});
		}

		@Override
		public void take(List<ReplicaRow> rows, List<String> removed, Map<String, String> unreadable) {
			Batches current = Objects.requireNonNull(this.batches);
			this.application.apply(() -> current.take(rows, removed, unreadable));
		}

		@Override
		public void close() {
			if (this.batches != null) {
				this.batches.close();
			}
		}

	}

}

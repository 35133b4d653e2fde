package io.github.hnswspring.vectorstore.write;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;
import org.roaringbitmap.longlong.Roaring64Bitmap;

import io.github.hnswspring.vectorstore.ReplicaResync;
import io.github.hnswspring.vectorstore.ReplicaRow;
import io.github.hnswspring.vectorstore.derived.VectorCheck;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.session.BulkLoad;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * Brings a replica to what its truth has. Rows are checked as documents that are added;
 * one that cannot be stored keeps no other out. Thread-safe.
 */
public final class TruthFollower {

	// Keys looked at in one statement.
	private static final int STEP = 1_000;

	// Fewer rows are put into the indexes as they come.
	private static final int MANY = 1_000;

	private final IngestPipeline pipeline;

	private final StoreAccess store;

	public TruthFollower(IngestPipeline pipeline, StoreAccess store) {
		this.pipeline = pipeline;
		this.store = store;
	}

	/** Stores rows, removes others and notes how far that is, in one transaction. */
	public Map<String, String> apply(List<ReplicaRow> rows, Collection<String> removed, @Nullable String position) {
		return this.store.use((session) -> {
			Checked checked = check(session, rows);
			List<String> gone = new ArrayList<>(removed);
			gone.addAll(checked.refused().keySet());
			this.pipeline.change(session, (transaction) -> {
				transaction.removeIds(gone);
				transaction.follow(checked.drafts());
				note(transaction.connection(), position);
			});
			return checked.refused();
		});
	}

	private static void note(SqlConnection connection, @Nullable String position) throws SQLException {
		if (position != null) {
			MetaTable.put(connection, MetaTable.REPLICA_POSITION, position);
		}
	}

	private Checked check(StoreSession session, List<ReplicaRow> rows) {
		ModelGeneration current = session.identity().current();
		int known = session.identity().expectedDimensions(current);
		List<EmbeddedDraft> drafts = new ArrayList<>();
		Map<String, String> refused = new LinkedHashMap<>();
		for (ReplicaRow row : rows) {
			try {
				Draft draft = this.pipeline.writes().followed(row, current.number());
				int dimensions = (known > 0) ? known
						: drafts.isEmpty() ? row.vector().length : drafts.get(0).vector().length;
				VectorCheck.check(row.vector(), dimensions, session.options().metric(),
						"The embedding of document '" + row.id() + "'");
				drafts.add(new EmbeddedDraft(draft, row.vector(), null));
			}
			catch (IllegalArgumentException ex) {
				refused.put(row.id(), String.valueOf(ex.getMessage()));
			}
		}
		return new Checked(drafts, refused);
	}

	/** Begins to compare all there is with all that the truth has. */
	public ReplicaResync resync() {
		return new Comparison();
	}

	/** What can be stored, and what cannot. */
	private record Checked(List<EmbeddedDraft> drafts, Map<String, String> refused) {
	}

	/** Remembers the keys of rows that the truth has, to remove the others at the end. */
	private final class Comparison implements ReplicaResync {

		private final Roaring64Bitmap met = new Roaring64Bitmap();

		private long documents = -1;

		private long firstKey;

		private @Nullable BulkLoad bulk;

		@Override
		public Map<String, String> put(List<ReplicaRow> rows, Collection<String> skipped) {
			return TruthFollower.this.store.use((session) -> {
				Checked checked = check(session, rows);
				foresee(session, checked.drafts().size());
				TruthFollower.this.pipeline.change(session, (transaction) -> {
					transaction.follow(checked.drafts());
					for (EmbeddedDraft each : checked.drafts()) {
						meet(transaction.connection(), each.draft().id());
					}
					for (String id : skipped) {
						meet(transaction.connection(), id);
					}
				});
				return checked.refused();
			});
		}

		/** With more than it had still missing, the index is not kept up row by row. */
		private void foresee(StoreSession session, int coming) {
			if (this.bulk != null) {
				return;
			}
			long last = session.reader().read(DocumentTable::lastKey);
			if (this.documents < 0) {
				this.documents = session.writer().documents();
				this.firstKey = last;
			}
			long missing = last - this.firstKey + ((this.documents == 0) ? coming : 0);
			if (missing > Math.max(MANY, this.documents)) {
				this.bulk = session.writer().bulkLoad();
			}
		}

		@Override
		public void close() {
			BulkLoad begun = this.bulk;
			if (begun != null) {
				begun.close();
			}
		}

		private void meet(SqlConnection connection, String id) throws SQLException {
			OptionalLong key = DocumentTable.key(connection, id);
			if (key.isPresent()) {
				this.met.addLong(key.getAsLong());
			}
		}

		@Override
		public long end(Collection<String> kept, String position) {
			long[] removed = new long[1];
			TruthFollower.this.store.run((session) -> TruthFollower.this.pipeline.change(session, (transaction) -> {
				for (String id : kept) {
					meet(transaction.connection(), id);
				}
				removed[0] = removeOthers(transaction);
				note(transaction.connection(), position);
			}));
			return removed[0];
		}

		private long removeOthers(IngestTransaction transaction) throws SQLException {
			long removed = 0;
			List<Long> keys = DocumentTable.keysAfter(transaction.connection(), 0, STEP);
			while (!keys.isEmpty()) {
				for (long key : keys) {
					if (!this.met.contains(key)) {
						transaction.remove(key);
						removed++;
					}
				}
				keys = DocumentTable.keysAfter(transaction.connection(), keys.get(keys.size() - 1), STEP);
			}
			return removed;
		}

	}

}

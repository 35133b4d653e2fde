package io.github.hnswspring.vectorstore.derived;

import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.options.StoreIdentity;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DamagedRows;
import io.github.hnswspring.vectorstore.storage.DocumentEmbedding;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;

/**
 * Finds the index to begin with: the newest good snapshot brought up to date, or an empty
 * one that is built in the background. Confined to the opening thread.
 */
final class IndexRecovery {

	private static final Log logger = LogFactory.getLog(IndexRecovery.class);

	private final StoreOptions options;

	private final IndexFactory indexes;

	private final StoreIdentity identity;

	private final IndexManager index;

	private final SnapshotManager snapshots;

	private final DamagedRows damagedRows;

	IndexRecovery(StoreOptions options, IndexFactory indexes, StoreIdentity identity, IndexManager index,
			SnapshotManager snapshots, DamagedRows damagedRows) {
		this.options = options;
		this.indexes = indexes;
		this.identity = identity;
		this.index = index;
		this.snapshots = snapshots;
		this.damagedRows = damagedRows;
	}

	void recover(StoreDatabase database) throws SQLException {
		database.visit(this::recover);
	}

	private void recover(SqlConnection connection) throws SQLException {
		long lastChange = ChangeLog.last(connection);
		if (this.identity.dimensions().isEmpty()) {
			this.index.start(null, null, lastChange);
			return;
		}
		ModelGeneration current = this.identity.current();
		CoveredIndex serving = null;
		CoveredIndex building = null;
		for (SnapshotManager.Saved saved : this.snapshots.load(connection)) {
			if (serving == null && saved.target().generation() == current.number()) {
				serving = replayed(connection, saved);
			}
			else {
				building = resumed(connection, saved);
			}
		}
		// How the index is built is the writer's decision.
		boolean wanted = serving != null && (isAsConfigured(serving.index()) || this.options.readOnly());
		if (this.options.readOnly() && serving != null && serving.isComplete()) {
			close(building);
			building = null;
		}
		boolean next = building != null && building.generation() != current.number();
		if (next && (serving == null || !serving.isComplete())) {
			// One after the other: vectors of the next model answer nothing yet.
			close(building);
			building = null;
		}
		if (building != null && building.isComplete() && !next) {
			close(serving);
			serving = building;
			building = null;
		}
		else if (building == null && !wanted) {
			building = fresh(serving, current);
		}
		if (serving == null) {
			serving = building;
		}
		boolean unfinished = building == null && serving != null && !serving.isComplete();
		this.index.start(serving, unfinished ? serving : building, lastChange);
	}

	/** Goes on with a rebuild, if the index is still wanted as it was then. */
	private @Nullable CoveredIndex resumed(SqlConnection connection, SnapshotManager.Saved saved) throws SQLException {
		if (isAsConfigured(saved.target().index())) {
			return replayed(connection, saved);
		}
		close(saved.target());
		return null;
	}

	private static void close(@Nullable CoveredIndex target) {
		if (target != null) {
			target.index().close();
		}
	}

	/** An empty index, as there is none or as the loaded one was built differently. */
	private CoveredIndex fresh(@Nullable CoveredIndex loaded, ModelGeneration current) {
		if (loaded != null && !loaded.isComplete()) {
			// It would be replaced soon, so half an index of the old kind is not
			// finished.
			logger.info("The unfinished index has other parameters than configured; it is built anew");
		}
		return new CoveredIndex(this.indexes.newIndex(current.dimensions()), current.number(), 0);
	}

	/** Compares with an index that is never filled, and so needs no file. */
	private boolean isAsConfigured(HnswIndex loaded) {
		try (HnswIndex configured = this.options.newIndex(loaded.dimensions(), null)) {
			// Both apply at once: how an index is built does not depend on them.
			loaded.targetRecall(configured.targetRecall());
			if (configured.efSearch() > 0) {
				loaded.efSearch(configured.efSearch());
			}
			return SnapshotManager.sameParameters(loaded, configured);
		}
	}

	/** A derived file that cannot be written must not keep a store from opening. */
	private @Nullable CoveredIndex replayed(SqlConnection connection, SnapshotManager.Saved saved) throws SQLException {
		try {
			replay(connection, saved.target(), saved.entry().change());
			return saved.target();
		}
		catch (UncheckedIOException ex) {
			logger.warn("The saved index cannot be brought up to date (" + ex.getMessage()
					+ "); it is rebuilt in the background");
			close(saved.target());
			return null;
		}
	}

	/** Applies the changes since the snapshot to the rows within its reach. */
	private void replay(SqlConnection connection, CoveredIndex target, long since) throws SQLException {
		List<Long> keys = ChangeLog.keysSince(connection, since, 0, Long.MAX_VALUE);
		for (long key : keys) {
			float[] vector = vector(connection, key, target.generation());
			if (vector == null) {
				target.index().remove(key);
			}
			else if (key <= target.covered()) {
				putOrRemove(target.index(), key, vector);
			}
		}
	}

	/** One damaged row is no reason not to open the others. */
	private float @Nullable [] vector(SqlConnection connection, long key, int generation) throws SQLException {
		try {
			DocumentEmbedding row = EmbeddingTable.find(connection, key, generation);
			return (row != null) ? row.vector() : null;
		}
		catch (DamagedRowException ex) {
			this.damagedRows.note(ex);
			return null;
		}
	}

	private void putOrRemove(HnswIndex target, long key, float[] vector) {
		if (VectorCheck.isUsable(vector, target.dimensions(), this.options.metric())) {
			CoveredIndex.add(target, key, vector);
		}
		else {
			target.remove(key);
		}
	}

}

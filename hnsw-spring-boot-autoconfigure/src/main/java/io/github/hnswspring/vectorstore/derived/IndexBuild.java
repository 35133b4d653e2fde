package io.github.hnswspring.vectorstore.derived;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.StoreProgress.Kind;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.progress.Activity;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DamagedRows;
import io.github.hnswspring.vectorstore.storage.DocumentEmbedding;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.VectorBlob;

/**
 * Brings the rows an index lacks into it, a chunk at a time, beside searches and writes.
 * Confined to the maintenance thread; progress may be read by any.
 */
final class IndexBuild {

	private static final Log logger = LogFactory.getLog(IndexBuild.class);

	// Large enough to keep all cores busy and to make codes from, small enough to stop
	// quickly.
	private static final int CHUNK = 1_000;

	// As few rows as these are put in at once, so that no search has to be exact.
	private static final int SMALL = 500;

	private final StoreDatabase database;

	private final IndexManager index;

	private final StoreOptions options;

	private final DamagedRows damagedRows;

	private final Activities activities;

	// Looked up once per chunk: asking for the progress must not wait for the disk.
	private volatile long lastKey;

	private @Nullable CoveredIndex current;

	private @Nullable Activity activity;

	private long documents;

	private long startNanos;

	IndexBuild(StoreDatabase database, IndexManager index, StoreOptions options, DamagedRows damagedRows,
			Activities activities) {
		this.database = database;
		this.index = index;
		this.options = options;
		this.damagedRows = damagedRows;
		this.activities = activities;
	}

	/** Finds out how much there is to build, before the progress is asked for. */
	void begin() throws SQLException {
		this.lastKey = this.database.read(DocumentTable::lastKey);
	}

	/** How far the index being built is, 0 to 1; what an earlier process built counts. */
	double progress() {
		CoveredIndex target = this.index.building();
		if (target == null || target.isComplete()) {
			return 1;
		}
		long covered = target.covered();
		long last = this.lastKey;
		// Nothing is known yet of rows that were stored past the index.
		return (covered < last) ? (double) covered / last : 0;
	}

	/**
	 * Builds the next chunk.
	 * @return whether there is more to build
	 */
	boolean step() throws SQLException {
		CoveredIndex target = this.index.building();
		if (target != this.current) {
			// Another one, or none: the former was given up.
			this.current = null;
			end();
		}
		if (target == null || target.isComplete() || this.index.isPostponed() || !this.options.files().mayBuildOn()) {
			return false;
		}
		if (target != this.current) {
			begin(target);
		}
		// Before the rows are read: what changes afterwards is looked at again below.
		long seen = this.index.appliedChange();
		Chunk chunk = read(target);
		try {
			target.addAll(chunk.keyArray(), chunk.vectorArray());
		}
		catch (IllegalStateException ex) {
			if (target == this.index.building()) {
				throw ex;
			}
			// It was given up and closed this moment.
			return true;
		}
		boolean more = !finish(target, chunk, seen);
		report(more);
		return more;
	}

	private void begin(CoveredIndex target) throws SQLException {
		end();
		begin();
		this.current = target;
		this.startNanos = System.nanoTime();
		this.documents = this.database.read((SqlConnection connection) -> DocumentTable.count(connection));
		this.activity = this.activities.resume(Kind.INDEX, "", done(), this.documents);
	}

	/** Keys have gaps, so documents are reckoned from the share of the keys. */
	private long done() {
		return Math.round(progress() * this.documents);
	}

	private void report(boolean more) {
		Activity activity = this.activity;
		if (activity != null) {
			activity.set(done(), this.documents);
		}
		if (!more) {
			end();
		}
	}

	/** Nothing is being built any more, or not in this process. */
	void end() {
		Activity activity = this.activity;
		this.activity = null;
		if (activity != null) {
			activity.close();
		}
	}

	/**
	 * Builds at once what takes no time, so that a small store is ready from the start.
	 * What fails, on a full disk for example, is left to the maintenance thread: no other
	 * index serves here, so searches are exact meanwhile.
	 */
	void finishIfSmall() throws SQLException {
		CoveredIndex target = this.index.building();
		if (target != null && target == this.index.serving()) {
			long missing = this.database.read(DocumentTable::lastKey) - target.covered();
			if (missing <= SMALL) {
				try {
					step();
				}
				catch (RuntimeException ex) {
					logger.warn("The index of " + this.database.file() + " cannot be built yet and is tried again: "
							+ ex.getMessage());
				}
			}
		}
	}

	private Chunk read(CoveredIndex target) throws SQLException {
		return this.database.read((connection) -> {
			Chunk chunk = new Chunk(target.covered(), new ArrayList<>(), new ArrayList<>());
			long last = EmbeddingTable.scan(connection, target.generation(), target.covered(), CHUNK,
					new EmbeddingTable.Visitor() {
						@Override
						public void visit(long key, byte[] embedding) {
							collect(target.index(), key, VectorBlob.decode(embedding), chunk);
						}

						@Override
						public void visitDamaged(DamagedRowException damaged) {
							IndexBuild.this.damagedRows.note(damaged);
						}
					});
			return new Chunk(last, chunk.keys(), chunk.vectors());
		});
	}

	private void collect(HnswIndex index, long key, float[] vector, Chunk chunk) {
		String problem = VectorCheck.problem(vector, index.dimensions(), this.options.metric());
		if (problem == null) {
			chunk.keys().add(key);
			chunk.vectors().add(vector);
		}
		else {
			logger.warn("Document row " + key + " of " + this.database.file() + " cannot be searched: its embedding is "
					+ problem);
		}
	}

	/** Corrects what changed meanwhile and moves the reach forward. */
	private boolean finish(CoveredIndex target, Chunk chunk, long seen) throws SQLException {
		ReentrantLock lock = this.database.writerLock();
		lock.lock();
		try {
			if (target != this.index.building()) {
				return false;
			}
			long from = target.covered() + 1;
			boolean last = this.database.read((connection) -> {
				for (long key : ChangeLog.keysSince(connection, seen, from, chunk.last())) {
					correct(connection, target, key);
				}
				this.lastKey = DocumentTable.lastKey(connection);
				return !this.index.isPostponed()
						&& !EmbeddingTable.isAnyAfter(connection, target.generation(), chunk.last());
			});
			target.covered(last ? CoveredIndex.COMPLETE : chunk.last());
			if (last) {
				this.index.finished(target);
				this.current = null;
				logger.info("Index of " + this.database.file() + " is complete: " + target.index().size() + " vectors, "
						+ (System.nanoTime() - this.startNanos) / 1_000_000 + " ms");
			}
			return last;
		}
		finally {
			lock.unlock();
		}
	}

	private void correct(SqlConnection connection, CoveredIndex target, long key) throws SQLException {
		DocumentEmbedding row = null;
		try {
			row = EmbeddingTable.find(connection, key, target.generation());
		}
		catch (DamagedRowException ex) {
			this.damagedRows.note(ex);
		}
		HnswIndex built = target.index();
		if (row == null || !VectorCheck.isUsable(row.vector(), built.dimensions(), this.options.metric())) {
			built.remove(key);
		}
		else {
			CoveredIndex.add(built, key, row.vector());
		}
	}

	/**
	 * Rows read together.
	 *
	 * @param last the last key looked at
	 * @param keys of usable rows
	 * @param vectors one per key
	 */
	private record Chunk(long last, List<Long> keys, List<float[]> vectors) {

		long[] keyArray() {
			return CoveredIndex.toArray(this.keys);
		}

		float[][] vectorArray() {
			return this.vectors.toArray(new float[0][]);
		}

	}

}

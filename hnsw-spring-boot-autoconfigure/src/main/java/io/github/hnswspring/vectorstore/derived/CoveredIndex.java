package io.github.hnswspring.vectorstore.derived;

import java.util.Arrays;
import java.util.List;

import io.github.hnswspring.index.HnswIndex;

/**
 * An index together with how far it reaches: rows up to {@link #covered()} are in it, the
 * later ones not necessarily yet. Keys only grow, so one number says it all, and the same
 * number serves a rebuild, an interrupted rebuild and the rows since a snapshot.
 * Thread-safe: searches read freely; all else happens under the database's writer lock,
 * or in the one thread that builds.
 */
final class CoveredIndex {

	/** Reaches every row there is and will be. */
	static final long COMPLETE = Long.MAX_VALUE;

	private final HnswIndex index;

	private volatile long covered;

	CoveredIndex(HnswIndex index, long covered) {
		this.index = index;
		this.covered = covered;
	}

	HnswIndex index() {
		return this.index;
	}

	long covered() {
		return this.covered;
	}

	boolean isComplete() {
		return this.covered == COMPLETE;
	}

	/** Moves on, after everything up to there has been put in. */
	void covered(long key) {
		this.covered = key;
	}

	/** Adds those rows that are within reach; the builder will come to the others. */
	void add(PendingVectors rows) {
		if (isComplete()) {
			addAll(rows.keys(), rows.vectors());
			return;
		}
		long limit = this.covered;
		for (int i = 0; i < rows.keys().length; i++) {
			if (rows.keys()[i] <= limit) {
				this.index.add(rows.keys()[i], rows.vectors()[i]);
			}
		}
	}

	/** Adds rows wherever they are. */
	void addAll(long[] keys, float[][] vectors) {
		if (keys.length == 1) {
			this.index.add(keys[0], vectors[0]);
		}
		else if (keys.length > 1) {
			this.index.addAll(keys, vectors);
		}
	}

	void remove(List<Long> keys) {
		for (long key : keys) {
			this.index.remove(key);
		}
	}

	static long[] toArray(List<Long> keys) {
		long[] array = new long[keys.size()];
		Arrays.setAll(array, keys::get);
		return array;
	}

}

package io.github.hnswspring.vectorstore.derived;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.hnswspring.index.HnswIndex;

/**
 * An index together with how far it reaches: rows up to {@link #covered()} are in it, the
 * later ones not necessarily yet. Keys only grow, so one number says it all, and the same
 * number serves a rebuild, an interrupted rebuild and the rows since a snapshot.
 * Thread-safe: searches read freely; all else happens under the database's writer lock,
 * or in the one thread that builds.
 */
final class CoveredIndex {

	private static final Log logger = LogFactory.getLog(CoveredIndex.class);

	/** Reaches every row there is and will be. */
	static final long COMPLETE = Long.MAX_VALUE;

	private final HnswIndex index;

	private final int generation;

	private volatile long covered;

	CoveredIndex(HnswIndex index, int generation, long covered) {
		this.index = index;
		this.generation = generation;
		this.covered = covered;
	}

	HnswIndex index() {
		return this.index;
	}

	/** Of the embedding model its vectors come from: others must not be put in. */
	int generation() {
		return this.generation;
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
				add(this.index, rows.keys()[i], rows.vectors()[i]);
			}
		}
	}

	/** Adds rows wherever they are. */
	void addAll(long[] keys, float[][] vectors) {
		int[] missing = IntStream.range(0, keys.length)
			.filter((i) -> !holds(this.index, keys[i], vectors[i]))
			.toArray();
		if (missing.length == 1) {
			this.index.add(keys[missing[0]], vectors[missing[0]]);
		}
		else if (missing.length > 1) {
			this.index.addAll(Arrays.stream(missing).mapToLong((i) -> keys[i]).toArray(),
					Arrays.stream(missing).mapToObj((i) -> vectors[i]).toArray(float[][]::new));
		}
	}

	/** Adds a row, unless it is there as it is. */
	static void add(HnswIndex index, long key, float[] vector) {
		if (!holds(index, key, vector)) {
			index.add(key, vector);
		}
	}

	/**
	 * A row whose metadata changed is in the change log as well; to take its vector out
	 * and put it in again would cost a place in the graph.
	 */
	private static boolean holds(HnswIndex index, long key, float[] vector) {
		return index.contains(key) && index.vector(key).filter((known) -> Arrays.equals(known, vector)).isPresent();
	}

	/**
	 * Reads vectors of rows that are about to go, so that one that is damaged in its file
	 * is fetched while its row is there: searches that began before look at it later.
	 */
	void secure(List<Long> keys) {
		if (this.index.vectorFile().isEmpty()) {
			return;
		}
		for (long key : keys) {
			try {
				this.index.vector(key);
			}
			catch (RuntimeException | InternalError ex) {
				// What cannot be read now can be removed all the same.
				logger.debug("The vector of row " + key + " could not be read before the row is removed", ex);
			}
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

package io.github.hnswspring.index.graph;

import io.github.hnswspring.index.vector.CodeDistanceComputer;
import io.github.hnswspring.index.vector.VectorSpace;

/**
 * Turns the candidates of a walk into results with exact distances. After a walk on codes
 * the candidates are put in order by all planes, and full-precision vectors are fetched
 * only while a candidate may still get in: until its estimate, less a few standard
 * deviations, is beyond the k-th distance found. Thread-safe: stateless.
 */
final class Reranker {

	/**
	 * Candidates fetched at a time: four vectors are compared faster than one after the
	 * other, and their cache misses overlap.
	 */
	private static final int BATCH = 4;

	/**
	 * Candidates refined at a time, in the order of the walk, so that their cache misses
	 * overlap. A judgment.
	 */
	private static final int GROUP = 16;

	/**
	 * Standard deviations of an estimate's error that are allowed for: 6 in 1,000 errors
	 * of a normal distribution are larger.
	 */
	private static final float CONFIDENCE = 2.5f;

	/**
	 * The same for the estimate of the walk, which is rougher and costs little to better:
	 * 1.3 in 1,000 are larger.
	 */
	static final float WALKING_CONFIDENCE = 3;

	/**
	 * The same for the farthest candidate of a walk: what the list left out is farther
	 * than it by estimate, and where it might yet belong to the results, the list was too
	 * short for this query. Fires on one to three of a hundred queries where signs tell
	 * vectors apart, and on nearly all where they do not.
	 */
	static final float SEPARATION = 0.6f;

	/**
	 * By what factor the list of a walk on signs is longer. Of the ten nearest of text
	 * embeddings .905 were among the first twenty by signs and .973 among the first
	 * forty.
	 */
	private static final double WIDER = 1.5;

	/**
	 * Candidates by which it is longer besides, since short lists suffer most from a
	 * rough order. A judgment.
	 */
	private static final int EXTRA = 10;

	private Reranker() {
	}

	/**
	 * The candidate list of a walk on codes: longer on one bit per component, whose order
	 * is rough, so that the recall is that of a walk on full precision.
	 */
	static int walkingEf(int ef) {
		return (int) (WIDER * ef) + EXTRA;
	}

	/** Offers what the scratch's pool holds to its results. */
	static void collect(Scratch scratch, VectorSpace space) {
		if (scratch.walksOnCodes()) {
			collectCoded(scratch, space);
			return;
		}
		CandidatePool pool = scratch.pool;
		for (int i = 0; i < pool.size(); i++) {
			scratch.results.offer(pool.slotAt(i), pool.distanceAt(i));
		}
	}

	/**
	 * Whether the list of a walk on codes was long enough, as far as it can tell.
	 * @return {@code false} if what was left out may belong to the results
	 */
	static boolean isSeparated(Scratch scratch, VectorSpace space) {
		CandidatePool pool = scratch.pool;
		if (!pool.isFull() || pool.size() == 0) {
			return true;
		}
		int last = pool.size() - 1;
		float nearest = pool.distanceAt(last) - SEPARATION * coded(scratch).walkingError(pool.slotAt(last));
		// So that what is not a number counts as too short.
		return nearest > space.reduced(scratch.results.limit());
	}

	private static CodeDistanceComputer coded(Scratch scratch) {
		CodeDistanceComputer coded = scratch.coded;
		if (coded == null) {
			throw new IllegalStateException("no codes were walked on");
		}
		return coded;
	}

	private static void collectCoded(Scratch scratch, VectorSpace space) {
		CandidatePool pool = scratch.pool;
		scratch.ensureBatch(GROUP);
		for (int from = 0; from < pool.size(); from += GROUP) {
			refine(scratch, space, from, Math.min(pool.size(), from + GROUP));
			fetch(scratch, space);
		}
	}

	/** Puts those of a group that may still get in into order by all planes. */
	private static void refine(Scratch scratch, VectorSpace space, int from, int to) {
		CodeDistanceComputer coded = coded(scratch);
		CandidatePool refined = scratch.selection;
		refined.reset(GROUP);
		float limit = space.reduced(scratch.results.limit());
		int count = 0;
		for (int i = from; i < to; i++) {
			int slot = scratch.pool.slotAt(i);
			if (!(scratch.pool.distanceAt(i) - WALKING_CONFIDENCE * coded.walkingError(slot) > limit)) {
				scratch.batch[count++] = slot;
			}
		}
		coded.refined(scratch.batch, count, scratch.distances);
		for (int i = 0; i < count; i++) {
			refined.append(scratch.distances[i], scratch.batch[i]);
		}
		refined.sort();
	}

	private static void fetch(Scratch scratch, VectorSpace space) {
		CodeDistanceComputer coded = coded(scratch);
		CandidatePool refined = scratch.selection;
		int batched = 0;
		for (int i = 0; i < refined.size(); i++) {
			int slot = refined.slotAt(i);
			float lowest = refined.distanceAt(i) - CONFIDENCE * coded.error(slot);
			if (!(lowest > space.reduced(scratch.results.limit())) && scratch.results.admits(slot)) {
				scratch.batch[batched++] = slot;
				if (batched == BATCH) {
					offer(scratch, batched);
					batched = 0;
				}
			}
		}
		offer(scratch, batched);
	}

	private static void offer(Scratch scratch, int count) {
		scratch.exact.distances(scratch.batch, count, scratch.distances);
		for (int i = 0; i < count; i++) {
			scratch.results.offer(scratch.batch[i], scratch.distances[i]);
		}
	}

}

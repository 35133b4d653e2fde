package io.github.hnswspring.index.graph;

import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.VectorSpace;

/**
 * Turns the candidates of a walk into results with exact distances. After a walk on codes
 * the candidates are put in order by all planes, and full-precision vectors are fetched
 * only while a candidate may still get in: until its estimate, less a few standard
 * deviations, is beyond the k-th distance found. Thread-safe: stateless.
 */
final class Reranker {

	/** Candidates fetched at a time, so that their cache misses overlap. */
	private static final int BATCH = 4;

	/** Candidates refined at a time, in the order of the walk. */
	private static final int GROUP = 16;

	/** Standard deviations of an estimate's error that are allowed for. */
	private static final float CONFIDENCE = 2.5f;

	/**
	 * The same for the estimate of the walk, which is rougher and costs little to better.
	 */
	private static final float WALKING_CONFIDENCE = 3;

	private static final double WIDER = 1.5;

	private static final int EXTRA = 10;

	private Reranker() {
	}

	/**
	 * The candidate list of a walk: longer on one bit a component, whose order is rough,
	 * so that the recall is that of a walk on full precision.
	 */
	static int walkingEf(Scratch scratch, int ef) {
		return scratch.walksOnCodes() ? (int) (WIDER * ef) + EXTRA : ef;
	}

	/** Offers what the scratch's pool holds to its top. */
	static void collect(Scratch scratch, VectorSpace space, Slots slots, long at, float maxDistance) {
		if (scratch.walksOnCodes()) {
			collectCoded(scratch, space, slots, at, maxDistance);
			return;
		}
		CandidatePool pool = scratch.pool;
		for (int i = 0; i < pool.size(); i++) {
			float distance = space.distance(pool.scoreAt(i));
			if (distance > Math.min(maxDistance, scratch.top.limit())) {
				break;
			}
			int slot = pool.slotAt(i);
			if (slots.isVisible(slot, at)) {
				scratch.top.offer(distance, slots.id(slot));
			}
		}
	}

	private static void collectCoded(Scratch scratch, VectorSpace space, Slots slots, long at, float maxDistance) {
		CandidatePool pool = scratch.pool;
		scratch.ensureBatch(GROUP);
		for (int from = 0; from < pool.size(); from += GROUP) {
			refine(scratch, space, from, Math.min(pool.size(), from + GROUP), maxDistance);
			fetch(scratch, space, slots, at, maxDistance);
		}
	}

	/** Puts those of a group that may still get in into order by all planes. */
	private static void refine(Scratch scratch, VectorSpace space, int from, int to, float maxDistance) {
		BitPlaneCodes.CodeScorer coded = scratch.coded;
		CandidatePool refined = scratch.selection;
		refined.reset(GROUP);
		float limit = Math.min(maxDistance, scratch.top.limit());
		int count = 0;
		for (int i = from; i < to; i++) {
			int slot = scratch.pool.slotAt(i);
			float lowest = space.distance(scratch.pool.scoreAt(i) - WALKING_CONFIDENCE * coded.walkingError(slot));
			if (!(lowest > limit)) {
				scratch.batch[count++] = slot;
			}
		}
		coded.refined(scratch.batch, count, scratch.scores);
		for (int i = 0; i < count; i++) {
			refined.append(scratch.scores[i], scratch.batch[i]);
		}
		refined.sort();
	}

	private static void fetch(Scratch scratch, VectorSpace space, Slots slots, long at, float maxDistance) {
		CandidatePool refined = scratch.selection;
		int batched = 0;
		for (int i = 0; i < refined.size(); i++) {
			int slot = refined.slotAt(i);
			float lowest = space.distance(refined.scoreAt(i) - CONFIDENCE * scratch.coded.error(slot));
			if (!(lowest > Math.min(maxDistance, scratch.top.limit())) && slots.isVisible(slot, at)) {
				scratch.batch[batched++] = slot;
				if (batched == BATCH) {
					offer(scratch, space, slots, batched, maxDistance);
					batched = 0;
				}
			}
		}
		offer(scratch, space, slots, batched, maxDistance);
	}

	private static void offer(Scratch scratch, VectorSpace space, Slots slots, int count, float maxDistance) {
		scratch.exact.score(scratch.batch, count, scratch.scores);
		for (int i = 0; i < count; i++) {
			float distance = space.distance(scratch.scores[i]);
			if (distance <= maxDistance && distance <= scratch.top.limit()) {
				scratch.top.offer(distance, slots.id(scratch.batch[i]));
			}
		}
	}

}

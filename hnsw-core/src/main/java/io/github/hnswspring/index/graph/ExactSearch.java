package io.github.hnswspring.index.graph;

import io.github.hnswspring.index.IdSet;

/**
 * Compares the query with every full-precision vector, or with those of a set.
 * Thread-safe: the state is in the {@link Scratch}.
 */
final class ExactSearch {

	/** Vectors compared together, so that their cache misses overlap. A judgment. */
	private static final int BATCH = 64;

	private final Slots slots;

	ExactSearch(Slots slots) {
		this.slots = slots;
	}

	/** Offers every slot to the scratch's results, which know what they admit. */
	void scanAll(Scratch scratch) {
		scratch.ensureBatch(BATCH);
		int count = this.slots.count();
		int batched = 0;
		for (int slot = 0; slot < count; slot++) {
			if (scratch.results.admitsAlone(slot)) {
				scratch.batch[batched++] = slot;
				if (batched == BATCH) {
					offer(scratch, batched);
					batched = 0;
				}
			}
		}
		offer(scratch, batched);
	}

	/**
	 * As {@link #scanAll} over the ids of a set. Each id is looked up once, so it gives
	 * its old or its new vector.
	 */
	void scanIds(Scratch scratch, IdSet ids) {
		scratch.ensureBatch(BATCH);
		int[] batched = new int[1];
		ids.forEach((id) -> {
			int slot = this.slots.slotOf(id);
			if (slot != IdMap.NONE) {
				scratch.batch[batched[0]++] = slot;
				if (batched[0] == BATCH) {
					offer(scratch, BATCH);
					batched[0] = 0;
				}
			}
		});
		offer(scratch, batched[0]);
	}

	private static void offer(Scratch scratch, int count) {
		scratch.exact.distances(scratch.batch, count, scratch.distances);
		for (int i = 0; i < count; i++) {
			scratch.results.offerFound(scratch.batch[i], scratch.distances[i]);
		}
	}

}

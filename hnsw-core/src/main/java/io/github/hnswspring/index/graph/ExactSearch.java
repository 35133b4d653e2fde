package io.github.hnswspring.index.graph;

import java.util.function.LongPredicate;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.vector.VectorSpace;

import org.jspecify.annotations.Nullable;

/**
 * Compares the query with every vector, or with those of a set. Thread-safe: the state is
 * in the {@link Scratch}.
 */
final class ExactSearch {

	private static final int BATCH = 64;

	private final VectorSpace space;

	private final Slots slots;

	ExactSearch(VectorSpace space, Slots slots) {
		this.space = space;
		this.slots = slots;
	}

	/** Offers every vector visible at the given time that passes to the scratch's top. */
	void scanAll(Scratch scratch, long at, @Nullable LongPredicate filter, float maxDistance) {
		scratch.ensureBatch(BATCH);
		int count = this.slots.count();
		int batched = 0;
		for (int slot = 0; slot < count; slot++) {
			if (this.slots.isVisible(slot, at) && (filter == null || filter.test(this.slots.id(slot)))) {
				scratch.batch[batched++] = slot;
				if (batched == BATCH) {
					offer(scratch, batched, maxDistance);
					batched = 0;
				}
			}
		}
		offer(scratch, batched, maxDistance);
	}

	/**
	 * As {@link #scanAll} over the ids of a set. Each id is looked up once, so it gives
	 * its old or its new vector.
	 */
	void scanIds(Scratch scratch, IdSet ids, float maxDistance) {
		scratch.ensureBatch(BATCH);
		int[] batched = new int[1];
		ids.forEach((id) -> {
			int slot = this.slots.slotOf(id);
			if (slot != IdMap.NONE) {
				scratch.batch[batched[0]++] = slot;
				if (batched[0] == BATCH) {
					offer(scratch, BATCH, maxDistance);
					batched[0] = 0;
				}
			}
		});
		offer(scratch, batched[0], maxDistance);
	}

	private void offer(Scratch scratch, int count, float maxDistance) {
		scratch.exact.score(scratch.batch, count, scratch.scores);
		for (int i = 0; i < count; i++) {
			float distance = this.space.distance(scratch.scores[i]);
			if (distance <= maxDistance && distance <= scratch.top.limit()) {
				scratch.top.offer(distance, this.slots.id(scratch.batch[i]));
			}
		}
	}

}

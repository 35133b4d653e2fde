package io.github.hnswspring.index.graph;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.vector.VectorSpace;

/** What several stress tests need. */
final class StressGraph {

	private static final VectorSpace SPACE = VectorSpace.onHeap(1, Metric.EUCLIDEAN);

	private StressGraph() {
	}

	static ScratchPool pool(Slots slots) {
		return new ScratchPool(() -> new Scratch(SPACE, 1), slots::now);
	}

	static void add(Slots slots, ScratchPool pool, long id) {
		int slot = slots.allocate(id, pool.oldestStart(), (prepared) -> {
		});
		slots.commit(slot, pool.oldestStart());
	}

}

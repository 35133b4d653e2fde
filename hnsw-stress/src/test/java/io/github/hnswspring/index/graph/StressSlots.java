package io.github.hnswspring.index.graph;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.vector.VectorSpace;

import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Slots and the searches on them. Some thousand states of a stress test share one, each
 * with ids of its own: one each would be so large that few states fit and few races
 * happen. Thread-safe.
 */
final class StressSlots {

	private static final VectorSpace SPACE = VectorSpace.onHeap(1, Metric.EUCLIDEAN);

	private static final int SHARED_BY = 1 << 12;

	private static StressSlots shared = new StressSlots();

	private static int sharing;

	final Slots slots = new Slots((slot) -> slot, (a, b) -> false);

	final ScratchPool pool = new ScratchPool(() -> new Scratch(SPACE, this.slots, 1), this.slots::now);

	private long ids;

	/** For one more state. */
	static synchronized StressSlots share() {
		if (sharing++ == SHARED_BY) {
			sharing = 1;
			shared = new StressSlots();
		}
		return shared;
	}

	/** Of one state alone, as a file with one living vector leaves them. */
	static StressSlots loaded(long id) {
		StressSlots loaded = new StressSlots();
		loaded.slots.restore(0, id, Slots.STATE_ALIVE);
		loaded.slots.restored(1, 1);
		return loaded;
	}

	/** An id no other state has. */
	synchronized long newId() {
		return ++this.ids;
	}

	/** A slot for an id, not visible yet. */
	int allocate(long id) {
		return this.slots.allocate(id, this.pool::oldestStart, (slot) -> {
		});
	}

	/** Makes it visible in the place of the id's slot until now. */
	void commit(int slot) {
		this.slots.commit(slot, this.pool::oldestStart);
	}

	int add(long id) {
		int slot = allocate(id);
		commit(slot);
		return slot;
	}

	/** The same for an id whose vector equals that of a leader. */
	int addBehind(int leader, long id) {
		int slot = allocate(id);
		this.slots.equal().follow(slot, leader);
		commit(slot);
		return slot;
	}

	/**
	 * Asks for an id without a lock and then searches: notes whether the id was there,
	 * and whether the search saw its slot.
	 */
	void askAndSearch(long id, int slot, II_Result result) {
		result.r1 = this.slots.contains(id) ? 1 : 0;
		Scratch scratch = this.pool.acquire();
		result.r2 = this.slots.isVisible(slot, scratch.startedAt) ? 1 : 0;
		this.pool.release(scratch);
	}

}

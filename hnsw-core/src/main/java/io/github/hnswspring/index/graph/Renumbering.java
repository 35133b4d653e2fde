package io.github.hnswspring.index.graph;

import java.util.Arrays;

import io.github.hnswspring.index.vector.VectorSpace;

/**
 * Copies the occupied slots of a graph into a new one that has no free ones, in the order
 * they had: chunks of tables can only be given back as a whole, and what is alive lies
 * scattered over all of them. Since the order stays, so do all answers.
 * <p>
 * Confined to one thread, while nothing changes.
 */
final class Renumbering {

	private static final int FREE = -1;

	private final Graph from;

	private final Graph to;

	/** The new number of each slot. */
	private final int[] numbers;

	private final int occupied;

	private final int[] row;

	private Renumbering(Graph from, Calibration calibration) {
		this.from = from;
		GraphParameters parameters = from.parameters;
		this.to = new Graph(parameters, VectorSpace.onHeap(parameters.dimensions(), parameters.metric()), calibration);
		this.numbers = new int[from.slots.count()];
		this.row = new int[from.links.maxDegree(0)];
		int next = 0;
		for (int slot = 0; slot < this.numbers.length; slot++) {
			this.numbers[slot] = from.slots.isFree(slot) ? FREE : next++;
		}
		this.occupied = next;
	}

	/**
	 * Makes the smaller graph.
	 * @param from a graph with vectors on the heap, no slot of which is being filled or
	 * taken out
	 */
	static Graph of(Graph from, Calibration calibration) {
		return new Renumbering(from, calibration).copy();
	}

	private Graph copy() {
		int live = 0;
		for (int slot = 0; slot < this.numbers.length; slot++) {
			if (this.numbers[slot] != FREE) {
				copy(slot, this.numbers[slot]);
				live += this.from.slots.hasDied(slot) ? 0 : 1;
			}
		}
		this.to.supports.nextRank(this.from.supports.nextRank());
		this.to.space.narrowLike(this.from.space);
		this.to.quantizer.restoreFrom(this.from.quantizer, this.numbers, this.occupied);
		this.to.slots.restored(this.occupied, live);
		for (int slot = 0; slot < this.numbers.length; slot++) {
			if (this.numbers[slot] != FREE && this.from.slots.equal().isFollower(slot)) {
				this.to.slots.restoreFollower(this.numbers[slot], this.numbers[this.from.slots.equal().leaderOf(slot)]);
			}
		}
		long entry = this.from.entryPoint.get();
		if (!EntryPoint.isEmpty(entry)) {
			this.to.entryPoint.set(this.numbers[EntryPoint.slot(entry)], EntryPoint.level(entry));
			if (!this.from.repair.isEntryPointNew()) {
				this.to.entryPoint.settle();
			}
		}
		return this.to;
	}

	private void copy(int slot, int number) {
		this.to.slots.restore(number, this.from.slots.id(slot), this.from.slots.state(slot));
		this.to.space.ensureSlot(number);
		this.to.space.copy(this.from.space, slot, number);
		this.to.supports.ensureSlot(number);
		this.to.supports.restore(number, this.from.supports.rank(slot), this.from.supports.support(slot));
		this.to.links.ensureSlot(number);
		int level = this.from.links.level(slot);
		this.to.links.reset(number, level);
		for (int layer = 0; layer <= level; layer++) {
			int count = this.from.links.copy(slot, layer, this.row);
			for (int i = 0; i < count; i++) {
				this.row[i] = this.numbers[this.row[i]];
			}
			this.to.links.set(number, layer, this.row, count);
		}
	}

}

package io.github.hnswspring.index.graph;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.hnswspring.index.vector.IntRows;

/**
 * Keeps the incoming-link invariant: every node but the oldest has a link on layer 0 from
 * an older node. Counts such links for every node and refuses to give up the last one.
 * The counts may be too low for a moment, never too high. Thread-safe.
 */
final class Supports {

	private static final VarHandle INT = MethodHandles.arrayElementVarHandle(int[].class);

	/** Per slot: its rank (smaller is older) and its support. */
	private final IntRows rows = new IntRows(2);

	private final AtomicInteger nextRank = new AtomicInteger();

	void ensureSlot(int slot) {
		this.rows.ensureSlot(slot);
	}

	/** A new node: younger than all, without support. */
	void born(int slot) {
		rank(slot, this.nextRank.getAndIncrement());
	}

	/** Gives a rank and forgets the support. */
	void rank(int slot, int rank) {
		int[] chunk = this.rows.chunk(slot);
		int offset = this.rows.offset(slot);
		INT.setVolatile(chunk, offset + 1, 0);
		INT.setVolatile(chunk, offset, rank);
	}

	int rank(int slot) {
		return (int) INT.getVolatile(this.rows.chunk(slot), this.rows.offset(slot));
	}

	int support(int slot) {
		return (int) INT.getVolatile(this.rows.chunk(slot), this.rows.offset(slot) + 1);
	}

	/** Restores what a file says of a node; before other threads see the index. */
	void restore(int slot, int rank, int support) {
		int[] chunk = this.rows.chunk(slot);
		int offset = this.rows.offset(slot);
		chunk[offset] = rank;
		chunk[offset + 1] = support;
	}

	int nextRank() {
		return this.nextRank.get();
	}

	void nextRank(int rank) {
		this.nextRank.set(rank);
	}

	boolean isSupported(int slot) {
		return support(slot) > 0;
	}

	void linked(int from, int to, int layer) {
		if (layer == 0 && rank(from) < rank(to)) {
			INT.getAndAdd(this.rows.chunk(to), this.rows.offset(to) + 1, 1);
		}
	}

	/**
	 * Asks to drop a link.
	 * @return whether it may be dropped; then it has been counted off
	 */
	boolean release(int from, int to, int layer) {
		if (layer > 0 || rank(from) > rank(to)) {
			return true;
		}
		int[] chunk = this.rows.chunk(to);
		int index = this.rows.offset(to) + 1;
		while (true) {
			int support = (int) INT.getVolatile(chunk, index);
			if (support <= 1) {
				return false;
			}
			if (INT.compareAndSet(chunk, index, support, support - 1)) {
				return true;
			}
		}
	}

	/** Whether a link on layer 0 could be dropped now. */
	boolean isReleasable(int from, int to) {
		return rank(from) > rank(to) || support(to) > 1;
	}

	/**
	 * Counts off a link whose origin is going away.
	 * @return whether that leaves the target without support
	 */
	boolean withdraw(int from, int to) {
		if (rank(from) > rank(to)) {
			return false;
		}
		int[] chunk = this.rows.chunk(to);
		int index = this.rows.offset(to) + 1;
		int support = Math.max(0, (int) INT.getVolatile(chunk, index) - 1);
		INT.setVolatile(chunk, index, support);
		return support == 0;
	}

	long heapBytes() {
		return this.rows.bytes();
	}

}

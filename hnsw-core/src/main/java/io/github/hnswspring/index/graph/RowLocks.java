package io.github.hnswspring.index.graph;

import java.util.concurrent.locks.ReentrantLock;

/**
 * One lock for every few nodes; a writer that changes a node's links holds it. Never two
 * at a time. Thread-safe.
 */
final class RowLocks {

	/**
	 * Locks, a power of two: with a few dozen threads, two rarely want the same one. A
	 * judgment.
	 */
	private static final int COUNT = 1 << 10;

	private final ReentrantLock[] locks = new ReentrantLock[COUNT];

	RowLocks() {
		for (int i = 0; i < COUNT; i++) {
			this.locks[i] = new ReentrantLock();
		}
	}

	ReentrantLock of(int slot) {
		return this.locks[slot & (COUNT - 1)];
	}

}

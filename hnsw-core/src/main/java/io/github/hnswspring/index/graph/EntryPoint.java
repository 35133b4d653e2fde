package io.github.hnswspring.index.graph;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Where every search begins: a node of the top layer. Thread-safe; slot and level are
 * read and written as one.
 */
final class EntryPoint {

	private static final long EMPTY = -1;

	private final ReentrantLock lock = new ReentrantLock();

	private volatile long packed = EMPTY;

	/** The entry point that {@link GraphRepair#makeReachable} last started from. */
	private volatile long settled = EMPTY;

	/** Held by a writer that raises the top layer. */
	ReentrantLock lock() {
		return this.lock;
	}

	/** The entry point, for the static methods here. */
	long get() {
		return this.packed;
	}

	void set(int slot, int level) {
		this.packed = ((long) level << 32) | slot;
	}

	void clear() {
		this.packed = EMPTY;
	}

	/** Whether ranks still count from an earlier entry point. */
	boolean isNew() {
		return this.packed != this.settled;
	}

	void settle() {
		this.settled = this.packed;
	}

	static boolean isEmpty(long packed) {
		return packed == EMPTY;
	}

	static int slot(long packed) {
		return (int) packed;
	}

	/** The top layer, or -1 if there is none. */
	static int level(long packed) {
		return (int) (packed >> 32);
	}

}

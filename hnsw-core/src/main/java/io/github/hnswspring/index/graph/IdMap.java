package io.github.hnswspring.index.graph;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.StampedLock;
import java.util.function.IntPredicate;

import io.github.hnswspring.index.vector.LongRows;
import io.github.hnswspring.index.vector.SplitMix64;

/**
 * Ids to slots: open addressing with linear probing, 4 bytes per entry at a load of at
 * most 2/3, since the id of a slot is kept elsewhere. Thread-safe: readers are optimistic
 * and wait only if a writer changed the map while they looked.
 */
final class IdMap {

	/** What {@link #get} and {@link #remove} return for "none". */
	static final int NONE = -1;

	/**
	 * Slots that are entered after having been touched together, so that their cache
	 * misses overlap. A judgment.
	 */
	private static final int BATCH = 64;

	private static final VarHandle INT = MethodHandles.arrayElementVarHandle(int[].class);

	private final StampedLock lock = new StampedLock();

	/** The id of each slot. */
	private final LongRows ids;

	/**
	 * Slot + 1, so that 0 means empty. Written with release semantics and read with
	 * acquire, so that an optimistic reader that meets a slot may read its id.
	 */
	private int[] entries = new int[64];

	/** Keeps the compiler from leaving out what {@link #touch} reads. */
	private int touched;

	/** Changed under the write lock, read without. */
	private volatile int size;

	/**
	 * Creates an empty map.
	 * @param ids one per slot, there before the slot is {@link #put} and as long as it is
	 * in here
	 */
	IdMap(LongRows ids) {
		this.ids = ids;
	}

	int get(long id) {
		long stamp = this.lock.tryOptimisticRead();
		if (stamp != 0) {
			int slot = find(id);
			if (this.lock.validate(stamp)) {
				return slot;
			}
		}
		stamp = this.lock.readLock();
		try {
			return find(id);
		}
		finally {
			this.lock.unlockRead(stamp);
		}
	}

	private int find(long id) {
		// Read once: a resize in between is caught by the stamp, but must not make us run
		// past an end or without end.
		int[] entries = this.entries;
		int mask = entries.length - 1;
		int i = spread(id) & mask;
		for (int probes = 0; probes <= mask; probes++) {
			int slot = (int) INT.getAcquire(entries, i) - 1;
			if (slot == NONE || this.ids.get(slot) == id) {
				return slot;
			}
			i = (i + 1) & mask;
		}
		return NONE;
	}

	void put(long id, int slot) {
		long stamp = this.lock.writeLock();
		try {
			if (3L * (this.size + 1) > 2L * this.entries.length) {
				resize(this.entries.length * 2);
			}
			int i = position(id);
			if (this.entries[i] == 0) {
				this.size = this.size + 1;
			}
			INT.setRelease(this.entries, i, slot + 1);
		}
		finally {
			this.lock.unlockWrite(stamp);
		}
	}

	/**
	 * Fills an empty map whose capacity has been ensured.
	 * @param slots how many there are
	 * @param wanted which of the slots to enter
	 * @return the first slot whose id is there already, or {@link #NONE}
	 */
	int fill(int slots, IntPredicate wanted) {
		long stamp = this.lock.writeLock();
		try {
			int entered = 0;
			for (int slot = 0; slot < slots; slot++) {
				if (slot % BATCH == 0) {
					touch(slot, Math.min(slots, slot + BATCH));
				}
				if (wanted.test(slot)) {
					if (!enter(slot)) {
						return slot;
					}
					entered++;
				}
			}
			this.size = entered;
			return NONE;
		}
		finally {
			this.lock.unlockWrite(stamp);
		}
	}

	/** Reads where some slots will go: their cache misses overlap. */
	private void touch(int from, int to) {
		int mask = this.entries.length - 1;
		int sum = 0;
		for (int slot = from; slot < to; slot++) {
			sum += this.entries[spread(this.ids.get(slot)) & mask];
		}
		this.touched = sum;
	}

	private boolean enter(int slot) {
		int i = position(this.ids.get(slot));
		if (this.entries[i] != 0) {
			return false;
		}
		INT.setRelease(this.entries, i, slot + 1);
		return true;
	}

	int remove(long id) {
		long stamp = this.lock.writeLock();
		try {
			int i = position(id);
			int old = this.entries[i] - 1;
			if (old != NONE) {
				this.size = this.size - 1;
				closeGap(i);
			}
			return old;
		}
		finally {
			this.lock.unlockWrite(stamp);
		}
	}

	int size() {
		return this.size;
	}

	void ensureCapacity(int size) {
		long stamp = this.lock.writeLock();
		try {
			int length = this.entries.length;
			while (3L * size > 2L * length && length < 1 << 30) {
				length *= 2;
			}
			if (length != this.entries.length) {
				resize(length);
			}
		}
		finally {
			this.lock.unlockWrite(stamp);
		}
	}

	long bytes() {
		return 4L * this.entries.length + 16;
	}

	/** Where the id is, or where it would go. */
	private int position(long id) {
		int mask = this.entries.length - 1;
		int i = spread(id) & mask;
		while (this.entries[i] != 0 && this.ids.get(this.entries[i] - 1) != id) {
			i = (i + 1) & mask;
		}
		return i;
	}

	/** Moves later entries of the cluster back, so that no tombstones are needed. */
	private void closeGap(int gap) {
		int mask = this.entries.length - 1;
		int i = gap;
		while (true) {
			i = (i + 1) & mask;
			int entry = this.entries[i];
			if (entry == 0) {
				break;
			}
			int home = spread(this.ids.get(entry - 1)) & mask;
			if (((i - home) & mask) >= ((i - gap) & mask)) {
				INT.setRelease(this.entries, gap, entry);
				gap = i;
			}
		}
		INT.setRelease(this.entries, gap, 0);
	}

	private void resize(int length) {
		int[] old = this.entries;
		int[] grown = new int[length];
		int mask = length - 1;
		for (int entry : old) {
			if (entry != 0) {
				int i = spread(this.ids.get(entry - 1)) & mask;
				while (grown[i] != 0) {
					i = (i + 1) & mask;
				}
				grown[i] = entry;
			}
		}
		// As a release of all of them: a reader may look before the lock is released.
		VarHandle.releaseFence();
		this.entries = grown;
	}

	private static int spread(long id) {
		return (int) SplitMix64.mix(id + SplitMix64.INCREMENT);
	}

}

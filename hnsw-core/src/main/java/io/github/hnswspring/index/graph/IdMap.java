package io.github.hnswspring.index.graph;

import java.util.concurrent.locks.StampedLock;
import java.util.function.IntPredicate;

import io.github.hnswspring.index.vector.SplitMix64;

/**
 * Ids to slots: open addressing with linear probing, 12 bytes an entry at a load of at
 * most 2/3. Thread-safe: readers are optimistic and wait only if a writer got between.
 */
final class IdMap {

	/** What {@link #get}, {@link #put} and {@link #remove} return for "none". */
	static final int NONE = -1;

	private final StampedLock lock = new StampedLock();

	private long[] keys = new long[64];

	/** Slot + 1, so that 0 means empty. */
	private int[] values = new int[64];

	/** Changed under the write lock, read without. */
	private volatile int size;

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
		// Both arrays are read once; a resize in between is caught by the stamp, but must
		// not make us run past an end or for ever.
		long[] keys = this.keys;
		int[] values = this.values;
		if (values.length != keys.length) {
			return NONE;
		}
		int mask = keys.length - 1;
		int i = spread(id) & mask;
		for (int probes = 0; probes <= mask && values[i] != 0; probes++) {
			if (keys[i] == id) {
				return values[i] - 1;
			}
			i = (i + 1) & mask;
		}
		return NONE;
	}

	int put(long id, int slot) {
		long stamp = this.lock.writeLock();
		try {
			if (3L * (this.size + 1) > 2L * this.keys.length) {
				resize(this.keys.length * 2);
			}
			int i = position(id);
			int old = this.values[i] - 1;
			if (old == NONE) {
				this.keys[i] = id;
				this.size = this.size + 1;
			}
			this.values[i] = slot + 1;
			return old;
		}
		finally {
			this.lock.unlockWrite(stamp);
		}
	}

	/**
	 * Fills an empty map.
	 * @param ids one a slot
	 * @param wanted which of the slots to enter
	 * @return the first slot whose id is there already, or {@link #NONE}
	 */
	int fill(long[] ids, IntPredicate wanted) {
		long stamp = this.lock.writeLock();
		try {
			int entered = 0;
			for (int slot = 0; slot < ids.length; slot++) {
				if (wanted.test(slot)) {
					int i = position(ids[slot]);
					if (this.values[i] != 0) {
						return slot;
					}
					this.keys[i] = ids[slot];
					this.values[i] = slot + 1;
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

	int remove(long id) {
		long stamp = this.lock.writeLock();
		try {
			int i = position(id);
			int old = this.values[i] - 1;
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

	void ensureCapacity(int entries) {
		long stamp = this.lock.writeLock();
		try {
			int length = this.keys.length;
			while (3L * entries > 2L * length && length < 1 << 30) {
				length *= 2;
			}
			if (length != this.keys.length) {
				resize(length);
			}
		}
		finally {
			this.lock.unlockWrite(stamp);
		}
	}

	long bytes() {
		return 12L * this.keys.length + 32;
	}

	/** Where the id is, or where it would go. */
	private int position(long id) {
		int mask = this.keys.length - 1;
		int i = spread(id) & mask;
		while (this.values[i] != 0 && this.keys[i] != id) {
			i = (i + 1) & mask;
		}
		return i;
	}

	/** Moves later entries of the cluster back, so that no tombstones are needed. */
	private void closeGap(int gap) {
		int mask = this.keys.length - 1;
		int i = gap;
		while (true) {
			i = (i + 1) & mask;
			if (this.values[i] == 0) {
				break;
			}
			int home = spread(this.keys[i]) & mask;
			if (((i - home) & mask) >= ((i - gap) & mask)) {
				this.keys[gap] = this.keys[i];
				this.values[gap] = this.values[i];
				gap = i;
			}
		}
		this.values[gap] = 0;
	}

	private void resize(int length) {
		long[] oldKeys = this.keys;
		int[] oldValues = this.values;
		// Both or none: there may be no memory for the second.
		long[] newKeys = new long[length];
		int[] newValues = new int[length];
		this.keys = newKeys;
		this.values = newValues;
		for (int i = 0; i < oldKeys.length; i++) {
			if (oldValues[i] != 0) {
				int to = position(oldKeys[i]);
				this.keys[to] = oldKeys[i];
				this.values[to] = oldValues[i];
			}
		}
	}

	private static int spread(long id) {
		return (int) SplitMix64.mix(id + SplitMix64.INCREMENT);
	}

}

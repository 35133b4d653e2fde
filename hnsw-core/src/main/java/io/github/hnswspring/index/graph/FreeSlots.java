package io.github.hnswspring.index.graph;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Slots that hold nothing any more, and those of them that may be used again: epoch-based
 * reclamation. What is freed at a time waits until every operation that began before that
 * time has ended, since any of them may still hold the slot's number. Guarded by the lock
 * of {@link Slots}; {@link #count} may be asked without.
 */
final class FreeSlots {

	/** Waiting, the oldest first, and beside them when they were freed. */
	private final ArrayDeque<int[]> freed = new ArrayDeque<>();

	private final ArrayDeque<Long> freedAt = new ArrayDeque<>();

	private int freedCount;

	private int[] reusable = new int[0];

	private int reusableCount;

	/** How many there are, waiting or not. */
	int count() {
		return this.reusableCount + this.freedCount;
	}

	/** Whether some wait. */
	boolean anyWaiting() {
		return this.freedCount > 0;
	}

	/**
	 * Takes in slots that no link leads to any more.
	 * @param at the time; operations that begin from now on do not meet them
	 */
	void add(int[] slots, long at) {
		this.freed.add(slots);
		this.freedAt.add(at);
		this.freedCount += slots.length;
	}

	/** Whether no slot may be used yet and {@link #reuse} may find some. */
	boolean isReuseDue() {
		return this.reusableCount == 0 && !this.freed.isEmpty();
	}

	/**
	 * Lets those be used again that have waited longest, if they have waited long enough.
	 * @param oldestStart when the oldest running operation began
	 * @return whether that was so
	 */
	boolean reuse(long oldestStart) {
		if (this.freedAt.peekFirst() <= oldestStart) {
			this.freedAt.pollFirst();
			this.reusable = this.freed.pollFirst();
			this.reusableCount = this.reusable.length;
			this.freedCount -= this.reusableCount;
			return true;
		}
		return false;
	}

	/** The slot to use next, or -1 if none may be used; it stays here until taken. */
	int next() {
		return (this.reusableCount > 0) ? this.reusable[this.reusableCount - 1] : -1;
	}

	/** Takes {@link #next} out. */
	void take() {
		this.reusableCount--;
	}

	/** Restores a slot that a file calls free. */
	void restore(int slot) {
		if (this.reusableCount == this.reusable.length) {
			this.reusable = Arrays.copyOf(this.reusable, Math.max(64, 2 * this.reusableCount));
		}
		this.reusable[this.reusableCount++] = slot;
	}

	/** Ends {@link #restore}. */
	void restored() {
		this.reusable = Arrays.copyOf(this.reusable, this.reusableCount);
	}

	long heapBytes() {
		return (long) Integer.BYTES * count();
	}

}

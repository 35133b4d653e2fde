package io.github.hnswspring.index.graph;

import java.util.Arrays;

/**
 * The ef nearest nodes seen so far, sorted, with a cursor on the nearest one not yet
 * expanded: candidate list and result list of Algorithm 2 in one. For the ef of practice
 * it beats two heaps, because one comparison refuses most nodes.
 * <p>
 * An entry packs a node into one long: the distance as a sortable integer in the upper 32
 * bits, the slot in bits 1 to 31, and in bit 0 whether the node has been expanded.
 * Confined to one thread at a time.
 */
final class CandidatePool {

	private long[] entries = new long[64];

	private int size;

	private int capacity;

	private int cursor;

	static long pack(float distance, int slot) {
		int bits = Float.floatToRawIntBits(distance);
		int sortable = bits ^ ((bits >> 31) & 0x7fffffff);
		return ((long) sortable << 32) | ((long) slot << 1);
	}

	static int slot(long entry) {
		return ((int) entry) >>> 1;
	}

	static float distance(long entry) {
		int sortable = (int) (entry >> 32);
		return Float.intBitsToFloat(sortable ^ ((sortable >> 31) & 0x7fffffff));
	}

	void reset(int capacity) {
		if (this.entries.length <= capacity) {
			this.entries = new long[capacity + 1];
		}
		this.size = 0;
		this.capacity = capacity;
		this.cursor = 0;
	}

	int size() {
		return this.size;
	}

	boolean isFull() {
		return this.size == this.capacity;
	}

	int slotAt(int index) {
		return slot(this.entries[index]);
	}

	float distanceAt(int index) {
		return distance(this.entries[index]);
	}

	/**
	 * The distance a node must be nearer than to get in.
	 * @return infinity while there is room
	 */
	float worstDistance() {
		return isFull() ? distance(this.entries[this.size - 1]) : Float.POSITIVE_INFINITY;
	}

	/**
	 * Offers a node.
	 * @return whether it is among the nearest seen so far
	 */
	boolean offer(float distance, int slot) {
		long entry = pack(distance, slot);
		long[] array = this.entries;
		int end = this.size;
		if (end == this.capacity) {
			if (entry >= array[end - 1]) {
				return false;
			}
			end--;
		}
		int low = 0;
		// One variable changes under the condition: a conditional move, not a branch that
		// is mispredicted every other time.
		for (int length = end; length > 0;) {
			int half = (length + 1) >>> 1;
			low = (array[low + half - 1] < entry) ? low + half : low;
			length -= half;
		}
		System.arraycopy(array, low, array, low + 1, end - low);
		array[low] = entry;
		this.size = end + 1;
		if (low < this.cursor) {
			this.cursor = low;
		}
		return true;
	}

	/**
	 * Marks the nearest node not yet expanded as expanded.
	 * @return its slot, or -1 if all are
	 */
	int nextToExpand() {
		long[] array = this.entries;
		int i = this.cursor;
		int n = this.size;
		while (i < n && (array[i] & 1) != 0) {
			i++;
		}
		if (i == n) {
			this.cursor = i;
			return -1;
		}
		long entry = array[i];
		array[i] = entry | 1;
		this.cursor = i + 1;
		return slot(entry);
	}

	/** The distance of the node that {@link #nextToExpand} gave last. */
	float expandedDistance() {
		return distance(this.entries[this.cursor - 1]);
	}

	/**
	 * Adds a node without regard to order or capacity; {@link #sort} must follow.
	 */
	void append(float distance, int slot) {
		if (this.size == this.entries.length) {
			this.entries = Arrays.copyOf(this.entries, this.size * 2);
		}
		this.entries[this.size++] = pack(distance, slot);
		this.capacity = Math.max(this.capacity, this.size);
	}

	void sort() {
		Arrays.sort(this.entries, 0, this.size);
	}

	/** Bytes kept between searches. */
	long retainedBytes() {
		return 8L * this.entries.length;
	}

}

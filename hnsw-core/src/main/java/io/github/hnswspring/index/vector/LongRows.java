package io.github.hnswspring.index.vector;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * A table of {@code long} rows of one width that grows by whole chunks and never moves a
 * row. Grown by one thread at a time; readers need no lock, because a slot is published
 * after its chunk (see the acquire fence in the graph's search).
 */
public final class LongRows {

	/** Readable words behind the last row, so that vector instructions need no mask. */
	static final int PADDING = 7;

	/** Words in a cache line. */
	private static final int LINE = 8;

	private final int width;

	private final int shift;

	private final int mask;

	private long[][] chunks = new long[0][];

	private int allocated;

	public LongRows(int width) {
		this.width = width;
		this.shift = Chunking.shift((long) width * Long.BYTES);
		this.mask = (1 << this.shift) - 1;
	}

	public int width() {
		return this.width;
	}

	/**
	 * Makes room for a slot.
	 * @param slot the slot
	 */
	public void ensureSlot(int slot) {
		int index = slot >>> this.shift;
		long[][] grown = this.chunks;
		if (index < grown.length && grown[index] != null) {
			return;
		}
		if (index >= grown.length) {
			grown = Arrays.copyOf(grown, index + 1 + (grown.length >> 1));
		}
		grown[index] = new long[(this.width << this.shift) + PADDING];
		this.chunks = grown;
		this.allocated++;
	}

	/**
	 * The array a slot's row lies in.
	 * @param slot the slot
	 * @return the chunk; the row starts at {@link #offset}
	 */
	public long[] chunk(int slot) {
		return this.chunks[slot >>> this.shift];
	}

	/**
	 * As {@link #chunk} for tables that have rows of some slots only.
	 * @param slot the slot
	 * @return the chunk, or null if no room was made for it, as far as this thread sees
	 */
	public long @Nullable [] chunkOrNull(int slot) {
		long[][] chunks = this.chunks;
		int index = slot >>> this.shift;
		return (index < chunks.length) ? chunks[index] : null;
	}

	public int offset(int slot) {
		return (slot & this.mask) * this.width;
	}

	/**
	 * Reads one word of every cache line of some rows, and does nothing with them: their
	 * cache misses overlap, as with the prefetch instructions that Java does not have. A
	 * loop that computes much for a row meets the misses one after the other.
	 * @param slots the rows
	 * @param count how many of them
	 * @return something the caller keeps, so that the compiler cannot leave out the rest
	 */
	long touch(int[] slots, int count) {
		long touched = 0;
		for (int i = 0; i < count; i++) {
			long[] chunk = chunk(slots[i]);
			int start = offset(slots[i]);
			int last = start + this.width - 1;
			touched ^= chunk[last];
			for (int word = start; word < last; word += LINE) {
				touched ^= chunk[word];
			}
		}
		return touched;
	}

	/**
	 * The only value of a row of width 1, or the first one of a wider row.
	 * @param slot the slot
	 * @return the value
	 */
	public long get(int slot) {
		return chunk(slot)[offset(slot)];
	}

	public void set(int slot, long value) {
		chunk(slot)[offset(slot)] = value;
	}

	public long bytes() {
		return (long) this.allocated * ((long) ((this.width << this.shift) + PADDING) * Long.BYTES + 16);
	}

}

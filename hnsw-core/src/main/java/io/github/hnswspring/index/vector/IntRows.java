package io.github.hnswspring.index.vector;

import java.util.Arrays;

/**
 * A table of {@code int} rows of one width that grows by whole chunks and never moves a
 * row. Grown by one thread at a time; readers need no lock, because a slot is published
 * after its chunk (see the acquire fence in the graph's search).
 */
public final class IntRows {

	private final int width;

	private final int shift;

	private final int mask;

	private int[][] chunks = new int[0][];

	private int allocated;

	public IntRows(int width) {
		this.width = width;
		this.shift = Chunking.shift((long) width * Integer.BYTES);
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
		int[][] grown = this.chunks;
		if (index < grown.length && grown[index] != null) {
			return;
		}
		if (index >= grown.length) {
			grown = Arrays.copyOf(grown, index + 1 + (grown.length >> 1));
		}
		grown[index] = new int[this.width << this.shift];
		this.chunks = grown;
		this.allocated++;
	}

	/**
	 * The array a slot's row lies in.
	 * @param slot the slot
	 * @return the chunk; the row starts at {@link #offset}
	 */
	public int[] chunk(int slot) {
		return this.chunks[slot >>> this.shift];
	}

	public int offset(int slot) {
		return (slot & this.mask) * this.width;
	}

	/**
	 * The only value of a row of width 1, or the first one of a wider row.
	 * @param slot the slot
	 * @return the value
	 */
	public int get(int slot) {
		return chunk(slot)[offset(slot)];
	}

	public void set(int slot, int value) {
		chunk(slot)[offset(slot)] = value;
	}

	public long bytes() {
		return (long) this.allocated * ((long) (this.width << this.shift) * Integer.BYTES + 16);
	}

}

package io.github.hnswspring.index.graph;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

import io.github.hnswspring.index.vector.IntRows;

import org.jspecify.annotations.Nullable;

/**
 * The links of every node on every layer. A row is {@code [count, slot, slot, ...]}:
 * {@code 2 M} slots on layer 0, where all nodes are, and M on each layer above, where
 * only one node in M is.
 * <p>
 * Readers take no lock: a slot in a row is always a whole int naming an occupied slot, so
 * a row read while it changes is a mixture of two valid rows. They must issue an acquire
 * fence between reading a row and touching the nodes it names. Writers hold the node's
 * lock (see {@link RowLocks}) and publish with release semantics.
 */
final class Links {

	private static final VarHandle INT = MethodHandles.arrayElementVarHandle(int[].class);

	/**
	 * Slots in a chunk of the table of upper rows, as a power of two. A judgment:
	 * references to 16,384 take 64 KB.
	 */
	private static final int UPPER_SHIFT = 14;

	private static final int UPPER_MASK = (1 << UPPER_SHIFT) - 1;

	private final int maxDegree;

	private final int upperStride;

	private final IntRows base;

	/**
	 * Per slot, the rows of layers 1 and up one after the other; null on layer 0 only.
	 */
	private int[][] @Nullable [] upper = new int[0][][];

	/** Total length of the arrays in {@code upper}. */
	private final LongAdder upperInts = new LongAdder();

	Links(int m) {
		this.maxDegree = m;
		this.upperStride = m + 1;
		this.base = new IntRows(2 * m + 1);
	}

	/**
	 * Most links of a node on a layer.
	 * @param layer the layer
	 * @return M, or 2 M on layer 0
	 */
	int maxDegree(int layer) {
		return (layer == 0) ? 2 * this.maxDegree : this.maxDegree;
	}

	void ensureSlot(int slot) {
		this.base.ensureSlot(slot);
		int needed = (slot >>> UPPER_SHIFT) + 1;
		if (needed > this.upper.length) {
			int old = this.upper.length;
			int[][] @Nullable [] grown = Arrays.copyOf(this.upper, needed);
			for (int i = old; i < needed; i++) {
				grown[i] = new int[1 << UPPER_SHIFT][];
			}
			this.upper = grown;
		}
	}

	/**
	 * Gives a slot that is not published yet empty rows on layers 0 to {@code level}.
	 */
	void reset(int slot, int level) {
		this.base.chunk(slot)[this.base.offset(slot)] = 0;
		int[] @Nullable [] chunk = this.upper[slot >>> UPPER_SHIFT];
		int @Nullable [] old = chunk[slot & UPPER_MASK];
		int[] rows = (level > 0) ? new int[level * this.upperStride] : null;
		chunk[slot & UPPER_MASK] = rows;
		if (rows != old) {
			this.upperInts.add(((rows != null) ? rows.length + 4 : 0) - ((old != null) ? old.length + 4 : 0));
		}
	}

	int level(int slot) {
		int[] rows = upperRows(slot);
		return (rows != null) ? rows.length / this.upperStride : 0;
	}

	private int @Nullable [] upperRows(int slot) {
		return this.upper[slot >>> UPPER_SHIFT][slot & UPPER_MASK];
	}

	/**
	 * The array a node's row lies in; it starts at {@link #offset}.
	 */
	int[] row(int slot, int layer) {
		if (layer == 0) {
			return this.base.chunk(slot);
		}
		int[] rows = upperRows(slot);
		if (rows == null) {
			throw new IllegalStateException("slot " + slot + " is not on layer " + layer);
		}
		return rows;
	}

	int offset(int slot, int layer) {
		return (layer == 0) ? this.base.offset(slot) : (layer - 1) * this.upperStride;
	}

	int degree(int slot, int layer) {
		return (int) INT.getOpaque(row(slot, layer), offset(slot, layer));
	}

	/**
	 * Copies a row as it is at this moment and fences, so that the nodes may be touched.
	 * @param target at least {@link #maxDegree} long
	 * @return the number of links
	 */
	int copy(int slot, int layer, int[] target) {
		int[] row = row(slot, layer);
		int offset = offset(slot, layer);
		// Acquire: no entry older than the count, so none that a shorter row left behind.
		int count = (int) INT.getAcquire(row, offset);
		for (int i = 0; i < count; i++) {
			target[i] = (int) INT.getOpaque(row, offset + 1 + i);
		}
		VarHandle.acquireFence();
		return count;
	}

	/** Adds a link at the end of a row that has room, under the node's lock. */
	void append(int slot, int layer, int neighbor) {
		int[] row = row(slot, layer);
		int offset = offset(slot, layer);
		int count = row[offset];
		INT.setRelease(row, offset + 1 + count, neighbor);
		INT.setRelease(row, offset, count + 1);
	}

	/** Puts a neighbour in the place of another, under the node's lock. */
	void replace(int slot, int layer, int old, int neighbor) {
		int[] row = row(slot, layer);
		int first = offset(slot, layer) + 1;
		for (int i = first; i < first + row[first - 1]; i++) {
			if (row[i] == old) {
				INT.setRelease(row, i, neighbor);
				return;
			}
		}
	}

	/** Replaces a row under the node's lock, or of a node that is not published yet. */
	void set(int slot, int layer, int[] neighbors, int count) {
		int[] row = row(slot, layer);
		int offset = offset(slot, layer);
		for (int i = 0; i < count; i++) {
			INT.setRelease(row, offset + 1 + i, neighbors[i]);
		}
		INT.setRelease(row, offset, count);
	}

	long heapBytes() {
		return this.base.bytes() + this.upperInts.sum() * 4 + this.upper.length * (4L << UPPER_SHIFT);
	}

	IntRows base() {
		return this.base;
	}

}

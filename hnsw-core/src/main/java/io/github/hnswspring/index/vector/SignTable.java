package io.github.hnswspring.index.vector;

import java.util.Arrays;

/**
 * The first planes of all codes once more, transposed, so that a scan over everything
 * compares many vectors at once: in a block of {@value #BLOCK} vectors lie the first
 * words of all of them, then the second words, and so on. Beside them lie the numbers
 * that turn an inner product into an estimate, and the standard error of that estimate:
 * <pre>
 *  planes   per block: words * int64[256]
 *  numbers  per block: float32[256] additive term, [256] factor, [256] ones, [256] error
 *           of the inner product for a query of length 1
 * </pre> It takes 64 bytes for a vector of 384 dimensions, and a fourth of the time that
 * reading codes one after the other takes. Grown by one thread at a time; a slot is
 * written by one thread before it is published, and searches that may read it at the same
 * time ask afterwards whether they may see it.
 */
public final class SignTable {

	/**
	 * Vectors in a block: enough for loops over them to be worth vector instructions, a
	 * power of two.
	 */
	public static final int BLOCK = 256;

	/** Blocks in a chunk: see {@link Chunking} for why chunks are small. */
	private final int shift;

	private final int words;

	private long[][] planes = new long[0][];

	private float[][] numbers = new float[0][];

	private int allocated;

	SignTable(int words) {
		this.words = words;
		this.shift = Chunking.shift((long) words * BLOCK * Long.BYTES);
	}

	void ensureSlot(int slot) {
		int index = (slot / BLOCK) >>> this.shift;
		if (index < this.planes.length && this.planes[index] != null) {
			return;
		}
		if (index >= this.planes.length) {
			int length = index + 1 + (this.planes.length >> 1);
			this.planes = Arrays.copyOf(this.planes, length);
			this.numbers = Arrays.copyOf(this.numbers, length);
		}
		int blocks = 1 << this.shift;
		this.numbers[index] = new float[4 * BLOCK * blocks];
		this.planes[index] = new long[this.words * BLOCK * blocks];
		this.allocated++;
	}

	long[] planes(int block) {
		return this.planes[block >>> this.shift];
	}

	int planesOffset(int block) {
		return (block & ((1 << this.shift) - 1)) * this.words * BLOCK;
	}

	float[] numbers(int block) {
		return this.numbers[block >>> this.shift];
	}

	int numbersOffset(int block) {
		return (block & ((1 << this.shift) - 1)) * 4 * BLOCK;
	}

	/**
	 * Writes what is known of a vector.
	 * @param signs where its plane lies
	 * @param from where it starts
	 */
	void set(int slot, long[] signs, int from, float additive, float factor, int ones, float error) {
		int block = slot / BLOCK;
		int lane = slot % BLOCK;
		long[] target = planes(block);
		int at = planesOffset(block) + lane;
		for (int w = 0; w < this.words; w++) {
			target[at + w * BLOCK] = signs[from + w];
		}
		float[] values = numbers(block);
		int first = numbersOffset(block) + lane;
		values[first] = additive;
		values[first + BLOCK] = factor;
		values[first + 2 * BLOCK] = ones;
		values[first + 3 * BLOCK] = error;
	}

	/** Gives a slot what another one has, here or in a table of the same kind. */
	void copy(SignTable table, int from, int to) {
		long[] source = table.planes(from / BLOCK);
		int at = table.planesOffset(from / BLOCK) + from % BLOCK;
		long[] target = planes(to / BLOCK);
		int start = planesOffset(to / BLOCK) + to % BLOCK;
		for (int w = 0; w < this.words; w++) {
			target[start + w * BLOCK] = source[at + w * BLOCK];
		}
		for (int which = 0; which < 4; which++) {
			numbers(to / BLOCK)[numbersOffset(to / BLOCK) + which * BLOCK + to % BLOCK] = table.number(from, which);
		}
	}

	/** Copies the plane of a slot. */
	void signs(int slot, long[] target) {
		int block = slot / BLOCK;
		long[] source = planes(block);
		int at = planesOffset(block) + slot % BLOCK;
		for (int w = 0; w < this.words; w++) {
			target[w] = source[at + w * BLOCK];
		}
	}

	/** A number of a slot: 0 additive term, 1 factor, 2 ones, 3 error. */
	float number(int slot, int which) {
		return numbers(slot / BLOCK)[numbersOffset(slot / BLOCK) + which * BLOCK + slot % BLOCK];
	}

	long heapBytes() {
		return (long) this.allocated * (((long) this.words * Long.BYTES + 4 * Float.BYTES) * BLOCK << this.shift);
	}

}

package io.github.hnswspring.index.vector;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Where full-precision vectors lie, one per slot. Thread-safe for reading published
 * slots; one thread at a time makes room, and each slot is written by one thread before
 * it is published.
 */
public abstract class VectorTable implements Closeable {

	/** Makes room for a slot. */
	abstract void ensureSlot(int slot);

	abstract void set(int slot, float[] vector);

	abstract void get(int slot, float[] target);

	/**
	 * Makes a vector readable at {@code chunks[lane]} from {@code offsets[lane]} on:
	 * where it lies, or a copy in {@code copies[lane]}.
	 */
	abstract void locate(int slot, int lane, float[][] chunks, int[] offsets, float[][] copies);

	/** Whether {@link #locate} copies, so that the copies must be there. */
	abstract boolean copies();

	/**
	 * The CRC-32C of a vector: equal vectors are found by it, and snapshots keep it of
	 * vectors that they do not contain, to recognise them again.
	 */
	public abstract int checksum(int slot);

	/** The bytes of a vector as files have them. */
	static byte[] bytes(float[] vector) {
		ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
		bytes.asFloatBuffer().put(vector);
		return bytes.array();
	}

	static int checksum(byte[] bytes) {
		CRC32C crc = new CRC32C();
		crc.update(bytes);
		return (int) crc.getValue();
	}

	abstract long heapBytes();

	abstract long mappedBytes();

	/** Makes what was written durable. */
	public abstract void force() throws IOException;

	/** Vectors on the heap. */
	static final class OnHeap extends VectorTable {

		private final int dimensions;

		private final FloatRows rows;

		private final IntRows checksums = new IntRows(1);

		OnHeap(int dimensions) {
			this.dimensions = dimensions;
			this.rows = new FloatRows(dimensions);
		}

		@Override
		void ensureSlot(int slot) {
			this.rows.ensureSlot(slot);
			this.checksums.ensureSlot(slot);
		}

		@Override
		void set(int slot, float[] vector) {
			System.arraycopy(vector, 0, this.rows.chunk(slot), this.rows.offset(slot), this.dimensions);
			this.checksums.set(slot, checksum(bytes(vector)));
		}

		void copy(OnHeap source, int from, int to) {
			System.arraycopy(source.rows.chunk(from), source.rows.offset(from), this.rows.chunk(to),
					this.rows.offset(to), this.dimensions);
			this.checksums.set(to, source.checksums.get(from));
		}

		@Override
		void get(int slot, float[] target) {
			System.arraycopy(this.rows.chunk(slot), this.rows.offset(slot), target, 0, this.dimensions);
		}

		@Override
		void locate(int slot, int lane, float[][] chunks, int[] offsets, float[][] copies) {
			chunks[lane] = this.rows.chunk(slot);
			offsets[lane] = this.rows.offset(slot);
		}

		@Override
		boolean copies() {
			return false;
		}

		@Override
		public int checksum(int slot) {
			return this.checksums.get(slot);
		}

		@Override
		long heapBytes() {
			return this.rows.bytes() + this.checksums.bytes();
		}

		@Override
		long mappedBytes() {
			return 0;
		}

		@Override
		public void force() {
		}

		@Override
		public void close() {
		}

	}

}

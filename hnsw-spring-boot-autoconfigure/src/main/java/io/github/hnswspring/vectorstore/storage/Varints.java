package io.github.hnswspring.vectorstore.storage;

import java.io.ByteArrayOutputStream;

import org.jspecify.annotations.Nullable;

/**
 * Numbers as SQLite writes them: seven bits per byte, the highest first, and the top bit
 * set in all bytes but the last. Confined to one thread.
 */
public final class Varints {

	private static final int LONGEST = 8;

	private final byte[] bytes;

	private int position;

	/**
	 * Reads numbers.
	 * @param bytes as they were written; of a damaged row there may be none
	 */
	public Varints(byte @Nullable [] bytes) {
		this.bytes = (bytes != null) ? bytes : new byte[0];
	}

	/**
	 * The next number.
	 * @return the number; 0 at the end
	 */
	public long next() {
		long value = 0;
		for (int i = 0; i < LONGEST && this.position < this.bytes.length; i++) {
			byte read = this.bytes[this.position++];
			value = value << 7 | read & 0x7f;
			if (read >= 0) {
				break;
			}
		}
		return value;
	}

	/**
	 * Writes numbers.
	 * @param values not negative, below 2^56
	 * @return their bytes
	 */
	public static byte[] write(long... values) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (long value : values) {
			int bits = Math.max(1, Long.SIZE - Long.numberOfLeadingZeros(value));
			for (int shift = (bits - 1) / 7 * 7; shift >= 0; shift -= 7) {
				bytes.write((int) (value >>> shift & 0x7f | ((shift > 0) ? 0x80 : 0)));
			}
		}
		return bytes.toByteArray();
	}

}

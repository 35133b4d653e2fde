package io.github.hnswspring.vectorstore.storage;

import java.nio.charset.StandardCharsets;

/**
 * The sum of a hash of every entry of a table or an index: two that hold the same entries
 * have the same sum, whatever their order (the additive multiset hash of Clarke et al.,
 * Incremental Multiset Hash Functions and Their Application to Memory Integrity Checking,
 * 2003, without a key: it is to find accidents). Confined to one thread.
 */
public final class EntrySum {

	private static final long FNV_OFFSET = 0xcbf29ce484222325L;

	private static final long FNV_PRIME = 0x100000001b3L;

	private long sum;

	/**
	 * Adds an entry.
	 * @param key its row's key
	 * @param fields what else it consists of: numbers, texts and bytes
	 */
	public void add(long key, Object... fields) {
		long hash = mix(FNV_OFFSET ^ key);
		for (Object field : fields) {
			hash = mix(hash ^ hash(field));
		}
		this.sum += hash;
	}

	private static long hash(Object field) {
		if (field instanceof String text) {
			return hash(text.getBytes(StandardCharsets.UTF_8)) + 1;
		}
		if (field instanceof byte[] bytes) {
			return hash(bytes);
		}
		Number number = canonical((Number) field);
		return (number instanceof Double real) ? mix(Double.doubleToLongBits(real)) + 3 : mix(number.longValue()) + 2;
	}

	/**
	 * Numbers that SQLite takes for equal, as its indexes do, become equal objects.
	 * @param number an integer or a Double
	 * @return a Long, or a Double that no Long is equal to
	 */
	public static Number canonical(Number number) {
		if (!(number instanceof Double real)) {
			return number.longValue();
		}
		boolean integer = real == Math.rint(real) && real >= -0x1p63 && real < 0x1p63;
		return integer ? (Number) real.longValue() : real;
	}

	/** FNV-1a of 64 bits. */
	private static long hash(byte[] bytes) {
		long hash = FNV_OFFSET;
		for (byte b : bytes) {
			hash = (hash ^ (b & 0xff)) * FNV_PRIME;
		}
		return mix(hash);
	}

	/** The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
	private static long mix(long value) {
		long z = value + 0x9e3779b97f4a7c15L;
		z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
		z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
		return z ^ (z >>> 31);
	}

	/**
	 * Whether the same entries were added to both.
	 * @param other another sum
	 * @return {@code true} if so, but for one chance in 2^64
	 */
	public boolean isSameAs(EntrySum other) {
		return this.sum == other.sum;
	}

}

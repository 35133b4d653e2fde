package io.github.hnswspring.vectorstore.filter;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.BinaryOperator;
import java.util.function.LongConsumer;

import io.github.hnswspring.index.IdSet;
import org.roaringbitmap.BatchIterator;
import org.roaringbitmap.RoaringBitmap;

/**
 * A set of document keys. Thread-safe: immutable.
 * <p>
 * Keys count up from 1, so nearly always their upper 32 bits are the same and one 32-bit
 * Roaring bitmap holds them all; {@code contains} then costs no search, no boxing and
 * touches no cached state, unlike Roaring's 64-bit maps.
 */
public final class KeySet implements IdSet {

	/** The set without keys. */
	public static final KeySet EMPTY = new KeySet(new int[0], new RoaringBitmap[0]);

	private static final int BATCH = 256;

	/** The upper 32 bits of the keys, ascending. */
	private final int[] uppers;

	/** For each upper half the lower halves, none empty. */
	private final RoaringBitmap[] lowers;

	private final long cardinality;

	private KeySet(int[] uppers, RoaringBitmap[] lowers) {
		this.uppers = uppers;
		this.lowers = lowers;
		this.cardinality = Arrays.stream(lowers).mapToLong(RoaringBitmap::getLongCardinality).sum();
	}

	/**
	 * A set of the given keys.
	 * @param keys document keys, not negative, in any order
	 * @return the set
	 */
	public static KeySet of(long... keys) {
		Builder builder = new Builder();
		for (long key : keys) {
			builder.add(key);
		}
		return builder.build();
	}

	/**
	 * The set of some keys.
	 * @param keys in any order, repeated or not
	 * @return the set
	 */
	public static KeySet of(Collection<Long> keys) {
		return of(keys.stream().mapToLong(Long::longValue).toArray());
	}

	@Override
	public boolean contains(long key) {
		int upper = (int) (key >>> 32);
		if (this.uppers.length == 1) {
			return this.uppers[0] == upper && this.lowers[0].contains((int) key);
		}
		int position = Arrays.binarySearch(this.uppers, upper);
		return position >= 0 && this.lowers[position].contains((int) key);
	}

	@Override
	public long cardinality() {
		return this.cardinality;
	}

	/**
	 * Hands over the keys in ascending order. By batches: Roaring's own {@code forEach}
	 * (1.3.0) silently leaves out a run of values that begins right at 2^31.
	 */
	@Override
	public void forEach(LongConsumer consumer) {
		int[] batch = new int[BATCH];
		for (int i = 0; i < this.uppers.length; i++) {
			long upper = (long) this.uppers[i] << 32;
			BatchIterator iterator = this.lowers[i].getBatchIterator();
			while (iterator.hasNext()) {
				int count = iterator.nextBatch(batch);
				for (int j = 0; j < count; j++) {
					consumer.accept(upper | Integer.toUnsignedLong(batch[j]));
				}
			}
		}
	}

	/**
	 * The keys in ascending order.
	 * @return a new array
	 */
	public long[] toArray() {
		long[] keys = new long[Math.toIntExact(this.cardinality)];
		int[] next = { 0 };
		forEach((key) -> keys[next[0]++] = key);
		return keys;
	}

	boolean isEmpty() {
		return this.uppers.length == 0;
	}

	long sizeInBytes() {
		return 64 + Arrays.stream(this.lowers).mapToLong(RoaringBitmap::getLongSizeInBytes).sum();
	}

	/**
	 * Those of the keys that are wanted.
	 * @param wanted decides
	 * @return the smaller set
	 */
	public KeySet among(IdSet wanted) {
		Builder keys = new Builder();
		forEach((key) -> {
			if (wanted.contains(key)) {
				keys.add(key);
			}
		});
		return keys.build();
	}

	KeySet and(KeySet other) {
		return combine(other, (left, right) -> RoaringBitmap.and(left, right), false, false);
	}

	/**
	 * The keys of both.
	 * @param other another set
	 * @return the larger set
	 */
	public KeySet or(KeySet other) {
		return combine(other, (left, right) -> RoaringBitmap.or(left, right), true, true);
	}

	/**
	 * The keys without some.
	 * @param other those to leave out
	 * @return the smaller set
	 */
	public KeySet andNot(KeySet other) {
		return combine(other, (left, right) -> RoaringBitmap.andNot(left, right), true, false);
	}

	/** Merges two ascending lists of chunks. */
	private KeySet combine(KeySet other, BinaryOperator<RoaringBitmap> operation, boolean keepLeft, boolean keepRight) {
		Chunks chunks = new Chunks(this.uppers.length + other.uppers.length);
		int left = 0;
		int right = 0;
		while (left < this.uppers.length || right < other.uppers.length) {
			int order = (left == this.uppers.length) ? 1
					: (right == other.uppers.length) ? -1 : Integer.compare(this.uppers[left], other.uppers[right]);
			if (order == 0) {
				chunks.add(this.uppers[left], operation.apply(this.lowers[left++], other.lowers[right++]));
			}
			else if (order < 0) {
				chunks.addIf(keepLeft, this.uppers[left], this.lowers[left++]);
			}
			else {
				chunks.addIf(keepRight, other.uppers[right], other.lowers[right++]);
			}
		}
		return chunks.toSet();
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof KeySet set && Arrays.equals(this.uppers, set.uppers)
				&& Arrays.equals(this.lowers, set.lowers);
	}

	@Override
	public int hashCode() {
		// Not of the bitmaps: equal ones hash differently when compressed differently.
		return 31 * Arrays.hashCode(this.uppers) + Long.hashCode(this.cardinality);
	}

	/** Names the size only: a set may have millions of keys. */
	@Override
	public String toString() {
		return "KeySet[cardinality=" + this.cardinality + "]";
	}

	/** Collects the chunks of a set in ascending order. Confined to one call. */
	private static final class Chunks {

		private final int[] uppers;

		private final RoaringBitmap[] lowers;

		private int size;

		Chunks(int capacity) {
			this.uppers = new int[capacity];
			this.lowers = new RoaringBitmap[capacity];
		}

		void addIf(boolean keep, int upper, RoaringBitmap lower) {
			if (keep) {
				add(upper, lower);
			}
		}

		void add(int upper, RoaringBitmap lower) {
			if (!lower.isEmpty()) {
				this.uppers[this.size] = upper;
				this.lowers[this.size++] = lower;
			}
		}

		KeySet toSet() {
			return (this.size == 0) ? EMPTY
					: new KeySet(Arrays.copyOf(this.uppers, this.size), Arrays.copyOf(this.lowers, this.size));
		}

	}

	/**
	 * Collects keys in any order, fastest in ascending order. Confined to one thread.
	 */
	static final class Builder {

		private int[] uppers = new int[1];

		private RoaringBitmap[] lowers = new RoaringBitmap[1];

		private int size;

		private int current = -1;

		void add(long key) {
			int upper = (int) (key >>> 32);
			if (this.current < 0 || this.uppers[this.current] != upper) {
				this.current = chunk(upper);
			}
			this.lowers[this.current].add((int) key);
		}

		private int chunk(int upper) {
			int position = Arrays.binarySearch(this.uppers, 0, this.size, upper);
			if (position >= 0) {
				return position;
			}
			int insertion = -position - 1;
			this.uppers = Arrays.copyOf(this.uppers, this.size + 1);
			this.lowers = Arrays.copyOf(this.lowers, this.size + 1);
			System.arraycopy(this.uppers, insertion, this.uppers, insertion + 1, this.size - insertion);
			System.arraycopy(this.lowers, insertion, this.lowers, insertion + 1, this.size - insertion);
			this.uppers[insertion] = upper;
			this.lowers[insertion] = new RoaringBitmap();
			this.size++;
			return insertion;
		}

		KeySet build() {
			if (this.size == 0) {
				return EMPTY;
			}
			int[] uppers = Arrays.copyOf(this.uppers, this.size);
			RoaringBitmap[] lowers = Arrays.copyOf(this.lowers, this.size);
			for (RoaringBitmap lower : lowers) {
				lower.runOptimize();
			}
			return new KeySet(uppers, lowers);
		}

	}

}

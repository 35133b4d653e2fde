package io.github.hnswspring.vectorstore.filter;

import java.util.function.LongConsumer;
import java.util.function.Supplier;

import io.github.hnswspring.index.IdSet;

/**
 * All documents that were live at one moment, but some. Thread-safe: it never changes,
 * and listing the keys twice at once is harmless.
 * <p>
 * Keys are given in ascending order and never again, so a key above the last one of that
 * moment belongs to a document the filter has not seen: it is not in the set, whatever
 * its metadata. A key deleted since may be in the set; the index does not return it.
 */
final class ComplementKeySet implements IdSet {

	private final KeySet excluded;

	private final LiveBounds bounds;

	private final Supplier<KeySet> liveKeys;

	ComplementKeySet(KeySet excluded, LiveBounds bounds, Supplier<KeySet> liveKeys) {
		this.excluded = excluded;
		this.bounds = bounds;
		this.liveKeys = liveKeys;
	}

	@Override
	public boolean contains(long key) {
		return key <= this.bounds.lastKey() && !this.excluded.contains(key);
	}

	@Override
	public long cardinality() {
		return this.bounds.count() - this.excluded.cardinality();
	}

	@Override
	public void forEach(LongConsumer consumer) {
		this.liveKeys.get().andNot(this.excluded).forEach((key) -> {
			if (key <= this.bounds.lastKey()) {
				consumer.accept(key);
			}
		});
	}

	@Override
	public String toString() {
		return "ComplementKeySet[cardinality=" + cardinality() + "]";
	}

	/**
	 * How many documents were live at one moment.
	 *
	 * @param count their number
	 * @param lastKey the greatest of their keys, 0 without any
	 */
	record LiveBounds(long count, long lastKey) {
	}

}

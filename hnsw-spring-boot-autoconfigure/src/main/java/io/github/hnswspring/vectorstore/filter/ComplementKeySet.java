package io.github.hnswspring.vectorstore.filter;

import java.sql.SQLException;
import java.util.function.LongConsumer;

import io.github.hnswspring.index.IdSet;

/**
 * All documents that are live in one transaction, except some. {@code contains} and
 * {@code cardinality} are thread-safe; {@code forEach} is confined to the transaction: it
 * reads the live keys through it, since those of any other moment would lack documents
 * replaced in between.
 * <p>
 * Keys are given in ascending order and never again, so a key above the last one of that
 * transaction belongs to a document the filter has not seen: it is not in the set,
 * whatever its metadata. A key deleted before may be in the set; its row is not there.
 */
final class ComplementKeySet implements IdSet {

	private final KeySet excluded;

	private final LiveBounds bounds;

	private final LiveKeys liveKeys;

	ComplementKeySet(KeySet excluded, LiveBounds bounds, LiveKeys liveKeys) {
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
		try {
			this.liveKeys.load().andNot(this.excluded).forEach((key) -> {
				if (key <= this.bounds.lastKey()) {
					consumer.accept(key);
				}
			});
		}
		catch (SQLException ex) {
			throw new FilterQueryException(ex);
		}
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

	/** Reads the live keys of the transaction. */
	@FunctionalInterface
	interface LiveKeys {

		KeySet load() throws SQLException;

	}

}

package io.github.hnswspring.replica;

import io.github.hnswspring.vectorstore.StoredChange;
import io.github.hnswspring.vectorstore.StoredRow;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a {@link KeyedTruth} has, all of one moment. Confined to the thread that
 * follows.
 */
public interface StoredSink {

	/**
	 * Called first.
	 * @param position where the replica is once all of it is applied
	 * @param resync why all that differs follows, or {@code null} if changes do
	 */
	void begin(Position position, @Nullable ResyncReason resync);

	/**
	 * Tells what the replica has, to find what differs.
	 * @param visitor is given each row, in the order of their keys
	 */
	void digests(StoredRow.DigestVisitor visitor);

	/**
	 * Called at any time before the last parts, if many rows are still to come.
	 * @param rows how many
	 */
	default void expect(long rows) {
	}

	/**
	 * Called for each part.
	 * @param change rows as they are, and keys that are not there any more
	 */
	void take(StoredChange change);

}

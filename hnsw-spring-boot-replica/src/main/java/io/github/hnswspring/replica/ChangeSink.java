package io.github.hnswspring.replica;

import java.util.List;
import java.util.Map;

import io.github.hnswspring.vectorstore.ReplicaRow;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a truth has, all of one moment. Confined to the thread that follows.
 */
public interface ChangeSink {

	/**
	 * Called first.
	 * @param position where the replica is once all of it is applied
	 * @param resync why all there is follows, or {@code null} if changes do
	 */
	void begin(Position position, @Nullable ResyncReason resync);

	/**
	 * Called now and then before {@link #begin}, while others read all there is and this
	 * one has to wait; may throw to give up.
	 */
	default void waiting() {
	}

	/**
	 * Called for each part.
	 * @param rows documents as they are
	 * @param removed ids of documents that are not there any more
	 * @param unreadable ids of documents that are there but cannot be read, and why; a
	 * replica leaves them out
	 */
	void take(List<ReplicaRow> rows, List<String> removed, Map<String, String> unreadable);

}

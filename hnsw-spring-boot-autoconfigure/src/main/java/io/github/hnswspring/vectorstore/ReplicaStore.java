package io.github.hnswspring.vectorstore;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A store that is a replica of a {@link StoreTruth}: what is changed through its doors is
 * changed there first, and what others change there is applied to it. What it holds can
 * be made from the truth again. What a truth has no place for is refused with an
 * {@link UnsupportedOperationException} that says what to do instead: sources, changes of
 * metadata alone, forgetting, imports, migrations, and changes within a scope. For
 * {@code hnsw-spring-boot-replica}, which looks after both; applications use what that
 * makes. Thread-safe.
 */
public interface ReplicaStore extends LocalReplica {

	/**
	 * Makes a replica.
	 * @param builder describes the store
	 * @param truth where it writes first
	 * @return the replica, not open yet
	 */
	static ReplicaStore of(HnswVectorStore.Builder builder, StoreTruth truth) {
		return new EmbeddedReplicaStore(builder, truth);
	}

	/**
	 * Follows the truth, in one transaction. What was embedded here stays known as long
	 * as text and vector are the same.
	 * @param rows documents to store, no id twice
	 * @param removed ids of documents to remove, none of those
	 * @param position how far that is, kept with the documents; {@code null} to leave it
	 * @return documents that a store cannot have, and why: they are removed
	 */
	Map<String, String> apply(List<ReplicaRow> rows, Collection<String> removed, @Nullable String position);

	/**
	 * Begins to follow by looking at all that the truth has.
	 * @return takes all of it
	 */
	ReplicaResync resync();

}

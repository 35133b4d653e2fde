package io.github.hnswspring.vectorstore;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.springframework.ai.vectorstore.filter.Filter;

/**
 * Where a {@link ReplicaStore} writes first: what is changed through the store is durable
 * there before the replica shows it. Each method either fails, and then nothing was
 * changed, or calls back to have the replica follow, unless that knows of the change or
 * of a later one already. Implementations are thread-safe. For
 * {@code hnsw-spring-boot-replica}.
 */
public interface StoreTruth extends PositionGate {

	/**
	 * Stores documents, in the place of those with the same ids, all of them or none.
	 * @param rows the documents, no id twice
	 * @param locally has the replica store them as the truth has them now
	 */
	void put(List<ReplicaRow> rows, Consumer<List<ReplicaRow>> locally);

	/**
	 * Removes documents; unknown ids are ignored.
	 * @param ids their ids
	 * @param locally has the replica remove them
	 */
	void delete(List<String> ids, Runnable locally);

	/**
	 * Puts documents in the place of those a filter matches, all at once.
	 * @param filter matches the documents to remove
	 * @param rows the documents to store, no id twice; may be none
	 * @param locally has the replica remove those ids and store those documents
	 */
	void replace(Filter.Expression filter, List<ReplicaRow> rows, BiConsumer<List<String>, List<ReplicaRow>> locally);

}

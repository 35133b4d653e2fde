package io.github.hnswspring.replica;

import java.util.List;
import java.util.function.UnaryOperator;

import io.github.hnswspring.vectorstore.ReplicaRow;
import org.jspecify.annotations.Nullable;

/**
 * A truth that was there before and that others write to as well: it has documents by
 * their ids, with text, metadata and vector, and nothing else of what a store keeps.
 * Thread-safe.
 */
public interface TableTruth extends Truth {

	/**
	 * Hands out what has changed, or all there is if that cannot be told.
	 * @param from how far the replica is, or {@code null} for all there is
	 * @param sink takes it; what it throws ends the call
	 * @return what that was
	 */
	Followed follow(@Nullable Position from, ChangeSink sink);

	/**
	 * Stores documents, in the place of those with the same ids, in one transaction.
	 * @param rows the documents, no id twice
	 * @return the documents as they are there now
	 */
	Written put(List<ReplicaRow> rows);

	/**
	 * Removes documents, in one transaction; unknown ids are ignored.
	 * @param ids their ids
	 * @return what that was
	 */
	Written delete(List<String> ids);

	/**
	 * Removes documents and stores others, in one transaction.
	 * @param candidates ids of documents that may have to go; nobody else changes them
	 * until the end of the transaction
	 * @param still called once that is so: which of them have to go
	 * @param rows the documents to store, no id twice
	 * @return what that was
	 */
	Written replace(List<String> candidates, UnaryOperator<List<String>> still, List<ReplicaRow> rows);

}

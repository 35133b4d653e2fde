package io.github.hnswspring.vectorstore;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Takes everything the truth of a {@link ReplicaStore} has, of one moment. Confined to
 * one thread.
 */
public interface ReplicaResync extends AutoCloseable {

	/**
	 * Applies some of it, in one transaction; what is the same is not touched.
	 * @param rows documents of the truth, no id twice
	 * @param skipped ids of documents of the truth that are newer here
	 * @return documents that a store cannot have, and why: they are removed at the end
	 */
	Map<String, String> put(List<ReplicaRow> rows, Collection<String> skipped);

	/**
	 * Removes what was not among it, in one transaction.
	 * @param kept ids of documents that stay all the same
	 * @param position how far that is, kept with the documents
	 * @return how many were removed
	 */
	long end(Collection<String> kept, String position);

	/**
	 * To be called at the end, whether it was reached or not: then the indexes are built,
	 * in the background, if so much was missing that it was stored past them.
	 */
	@Override
	void close();

}

package io.github.hnswspring.replica;

import java.util.Collection;
import java.util.Map;

import io.github.hnswspring.vectorstore.StoredRow;

/**
 * Rows of a {@link KeyedTruth} as they are at one moment. Confined to one thread.
 */
public interface TruthRows {

	/**
	 * Reads rows.
	 * @param keys of rows
	 * @return the rows by their keys; without those that are not there
	 */
	Map<Long, StoredRow> rows(Collection<Long> keys);

	/**
	 * Reads rows.
	 * @param ids of documents
	 * @return the rows by the ids of their documents; without those that are not there
	 */
	Map<String, StoredRow> rowsById(Collection<String> ids);

}

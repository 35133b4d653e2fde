package io.github.hnswspring.vectorstore;

import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a transaction does to the rows of a store.
 *
 * @param rows rows as they are after it, no key twice
 * @param removed keys of rows that are not there any more, none of those
 * @param lastKey the largest key ever given out, so that none is given out twice
 * @param dimensions of all embeddings of the store, 0 as long as that is not known
 * @param model the embedding model of the store, or {@code null} if it has no name
 */
public record StoredChange(List<StoredRow> rows, Collection<Long> removed, long lastKey, int dimensions,
		@Nullable String model) {

}

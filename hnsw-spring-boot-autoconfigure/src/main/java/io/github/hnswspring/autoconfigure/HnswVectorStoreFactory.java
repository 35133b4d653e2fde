package io.github.hnswspring.autoconfigure;

import io.github.hnswspring.vectorstore.HnswVectorStore;

/**
 * Makes the auto-configured store of what is configured, where that is more than
 * {@link HnswVectorStore.Builder#build()}: {@code hnsw-spring-boot-replica} has one.
 * Stores that are declared by name are made without it.
 */
@FunctionalInterface
public interface HnswVectorStoreFactory {

	/**
	 * Makes the store.
	 * @param builder has the {@code hnsw.*} properties and the embedding model
	 * @return the store, not open yet
	 */
	HnswVectorStore create(HnswVectorStore.Builder builder);

}

package io.github.hnswspring.vectorstore;

import java.time.Duration;

/**
 * Told how long the operations of a store take, for metrics. Called from the threads that
 * use the store, after the operation: be quick, and safe to call from several at once.
 */
public interface StoreListener {

	/**
	 * A search has ended; the embedding of its query is part of it.
	 * @param duration how long it took
	 * @param success {@code false} if it threw an exception
	 */
	default void onSearch(Duration duration, boolean success) {
	}

	/**
	 * A call that stores documents - add or replace - has ended; their embeddings are
	 * part of it.
	 * @param duration how long it took
	 * @param success {@code false} if it threw an exception, even if a part is stored
	 */
	default void onAdd(Duration duration, boolean success) {
	}

}

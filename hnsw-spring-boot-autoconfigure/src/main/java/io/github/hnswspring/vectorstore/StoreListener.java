package io.github.hnswspring.vectorstore;

import java.time.Duration;

/**
 * Told how long the operations of a store take, for metrics, and how far those are that
 * take long. Called from the threads that use the store, after the operation: be quick,
 * and safe to call from several at once.
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
	 * A call that stores documents - add, replace or sync - has ended; their embeddings
	 * are part of it.
	 * @param duration how long it took
	 * @param success {@code false} if it threw an exception, even if a part is stored
	 */
	default void onAdd(Duration duration, boolean success) {
	}

	/**
	 * Something that takes its time has got on, or has ended: documents being added, an
	 * import, a rebuild of the index. Told at most once a second, at its end, and when it
	 * has not got on for a minute; what {@link StoreStatus#activities()} has are all that
	 * are under way.
	 * @param progress how far it is
	 */
	default void onProgress(StoreProgress progress) {
	}

}

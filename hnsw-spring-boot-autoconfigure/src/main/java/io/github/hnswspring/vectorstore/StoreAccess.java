package io.github.hnswspring.vectorstore;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/** Lends the open store; it is not closed while it is lent. */
interface StoreAccess {

	/**
	 * Uses the open store.
	 * @throws StoreClosedException if it is stopped
	 */
	<T extends @Nullable Object> T use(Function<StoreSession, T> work);

}

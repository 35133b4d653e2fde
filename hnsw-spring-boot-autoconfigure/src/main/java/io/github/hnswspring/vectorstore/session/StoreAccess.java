package io.github.hnswspring.vectorstore.session;

import java.util.function.Consumer;
import java.util.function.Function;

import io.github.hnswspring.vectorstore.StoreClosedException;
import org.jspecify.annotations.Nullable;

/** Lends the open store; it is not closed while it is lent. */
public interface StoreAccess {

	/**
	 * Uses the open store.
	 * @throws StoreClosedException if it is stopped
	 */
	<T extends @Nullable Object> T use(Function<StoreSession, T> work);

	/**
	 * Uses the open store for work that returns nothing.
	 * @throws StoreClosedException if it is stopped
	 */
	default void run(Consumer<StoreSession> work) {
		use((session) -> {
			work.accept(session);
			return session;
		});
	}

}

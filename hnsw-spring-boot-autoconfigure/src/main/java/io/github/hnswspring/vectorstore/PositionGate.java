package io.github.hnswspring.vectorstore;

import java.time.Duration;

/**
 * Has searches of a replica wait until it has followed far enough. For
 * {@code hnsw-spring-boot-replica}. Implementations are thread-safe, and are called
 * without any lock of the store.
 */
public interface PositionGate {

	/**
	 * Returns once the replica has what a position names.
	 * @param position names a state of what the replica follows
	 * @param timeout how long to wait at most
	 * @throws PositionNotReachedException if that took too long
	 * @throws UnknownPositionException if it is no position, or one of something else
	 */
	void await(String position, Duration timeout);

}

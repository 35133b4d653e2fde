package io.github.hnswspring.vectorstore;

import java.nio.file.Path;

import io.github.hnswspring.index.Metric;
import org.jspecify.annotations.Nullable;

/**
 * A store that is made from something else, and can be made from it again. For
 * {@code hnsw-spring-boot-replica}, which looks after it; applications use what that
 * makes. Thread-safe.
 */
public interface LocalReplica extends HnswVectorStore {

	/**
	 * Where it lies, as it is configured.
	 * @return the directory, or {@code null} for a temporary one
	 */
	@Nullable Path directory();

	/**
	 * How vectors are compared.
	 * @return the metric
	 */
	Metric metric();

	/**
	 * How far it has followed.
	 * @return what the last change had with it, or {@code null} if none had anything
	 */
	@Nullable String position();

	/**
	 * Notes how far it has followed, without any change.
	 * @param position kept with the documents
	 */
	void position(String position);

}

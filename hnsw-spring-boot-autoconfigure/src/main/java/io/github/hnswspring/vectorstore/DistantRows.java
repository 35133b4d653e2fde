package io.github.hnswspring.vectorstore;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Rows that a {@link SharedReplica} has not got yet, of which the vectors are at hand:
 * what compares vectors alone can be answered from them, exactly and at once, while the
 * rows are on their way. Implementations are thread-safe. For
 * {@code hnsw-spring-boot-replica}.
 */
public interface DistantRows {

	/**
	 * Asks for what there is at one moment, which is not before this call.
	 * @param <T> what is answered
	 * @param question is given that moment, of which nothing may be kept
	 * @return its answer
	 * @throws RuntimeException if the rows cannot be reached in time, or what the
	 * question throws
	 */
	<T> T atOneMoment(Function<Moment, T> question);

	/**
	 * All rows as they are at one moment. Confined to one thread, which starts others.
	 */
	interface Moment {

		/**
		 * Shows every vector whose document has not ended once, by several threads.
		 * @param <V> what looks at them
		 * @param now what has ended by then is left out; in milliseconds since 1970
		 * @param visitors makes one for each thread
		 * @return those that were made
		 */
		<V extends VectorVisitor> List<V> scan(long now, Supplier<V> visitors);

		/**
		 * Fetches rows by their keys.
		 * @param keys of rows
		 * @return the rows by their keys; without those that are not there
		 */
		Map<Long, StoredRow> rows(Collection<Long> keys);

		/**
		 * Fetches rows by the ids of their documents.
		 * @param ids of documents
		 * @return the rows by their ids; without those that are not there
		 */
		Map<String, StoredRow> rowsById(Collection<String> ids);

	}

	/** Looks at vectors. Confined to one thread. */
	@FunctionalInterface
	interface VectorVisitor {

		/**
		 * Looks at one.
		 * @param key of its row
		 * @param vector {@code float[dimensions]}; not to be kept, for the next one comes
		 * in the same array
		 */
		void visit(long key, float[] vector);

	}

}

package io.github.hnswspring.replica;

import java.util.Collection;

import org.jspecify.annotations.Nullable;

/**
 * Takes the vectors of a {@link KeyedTruth}, all of one moment. Confined to one thread.
 */
public interface VectorSink {

	/**
	 * Called first.
	 * @param position what is taken once all of it is
	 * @param documents how many there are, those without a vector included
	 * @param dimensions of the vectors
	 * @param model what they come from, or {@code null} if that has no name
	 */
	void begin(Position position, long documents, int dimensions, @Nullable String model);

	/**
	 * Called for documents that are not there any more.
	 * @param keys of their rows
	 */
	void remove(Collection<Long> keys);

	/**
	 * Called for each document that is new or has changed.
	 * @param key of its row
	 * @param expires when it ends, in milliseconds since 1970, or {@code null}
	 * @param vector 32-bit floats, the lowest byte of each first; {@code null} if it has
	 * none yet
	 */
	void take(long key, @Nullable Long expires, byte @Nullable [] vector);

}

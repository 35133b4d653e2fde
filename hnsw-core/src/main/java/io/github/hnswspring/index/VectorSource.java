package io.github.hnswspring.index;

import org.jspecify.annotations.Nullable;

/**
 * Where an index whose vectors lie in a file of their own gets those that turn out to be
 * missing or damaged. Called from any thread that searches or writes.
 */
@FunctionalInterface
public interface VectorSource {

	/**
	 * Looks a vector up.
	 * @param id the id it was added with
	 * @return {@code float[dimensions]}, or {@code null} if the id is gone. Another
	 * vector than the index was saved with counts as gone, too: the id has to be added
	 * again
	 */
	float @Nullable [] vector(long id);

}

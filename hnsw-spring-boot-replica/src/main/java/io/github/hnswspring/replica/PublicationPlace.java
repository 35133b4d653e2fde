package io.github.hnswspring.replica;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collection;

import org.jspecify.annotations.Nullable;

/**
 * A place that instances share, in which copies of a replica lie, each a few files under
 * a name of its own, and a text that says which of them counts. Whoever reads while
 * another copy begins to count sees one or the other. Confined to one call.
 */
public interface PublicationPlace {

	/**
	 * What messages call it.
	 * @return the end of a phrase, such as "in the database"
	 */
	String where();

	/**
	 * What to do if nothing can be published there.
	 * @return a sentence without its full stop
	 */
	String remedy();

	/**
	 * Publishes, unless another instance is about to.
	 * @param work publishes
	 * @return whether it did
	 * @throws IOException if the place cannot be reached, or the work throws it
	 */
	boolean exclusively(Work work) throws IOException;

	/**
	 * Which copy counts.
	 * @return the text, or {@code null} if nothing is published
	 * @throws IOException if the place cannot be reached
	 */
	@Nullable String manifest() throws IOException;

	/**
	 * Where a copy is to be written before its files are stored one by one.
	 * @param copy its name
	 * @return a directory that does not exist
	 * @throws IOException if there is none
	 */
	Path staging(String copy) throws IOException;

	/**
	 * Stores a file.
	 * @param copy its name
	 * @param file the name of the file in it
	 * @return takes its bytes; stored when it is closed
	 * @throws IOException if that fails
	 */
	OutputStream store(String copy, String file) throws IOException;

	/**
	 * Reads a file.
	 * @param copy its name
	 * @param file the name of the file in it
	 * @return its bytes; those that are missing are left out
	 * @throws IOException if that fails
	 */
	InputStream read(String copy, String file) throws IOException;

	/**
	 * Has a copy count, all of whose files were stored.
	 * @param copy its name
	 * @param manifest what {@link #manifest()} returns from then on
	 * @throws IOException if that fails; then the one before it counts
	 */
	void count(String copy, String manifest) throws IOException;

	/**
	 * Removes all other copies, and what a publisher left that was killed.
	 * @param copies names of those that stay
	 * @throws IOException if that fails
	 */
	void retain(Collection<String> copies) throws IOException;

	/** Publishes. */
	@FunctionalInterface
	interface Work {

		/**
		 * Publishes.
		 * @return whether it did
		 * @throws IOException if that failed
		 */
		boolean run() throws IOException;

	}

}

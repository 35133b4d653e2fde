package io.github.hnswspring.replica;

/**
 * How far a replica has followed its truth. Immutable.
 */
public interface Position {

	/**
	 * As a text that is kept with the documents.
	 * @return what {@link Truth#position} reads
	 */
	String encode();

	/**
	 * Whether a change is among what was followed.
	 * @param change the number the truth gave it
	 * @return {@code true} if the replica has it, or a later one of the same documents
	 */
	boolean includes(long change);

	/**
	 * A number for charts, to compare instances by.
	 * @return what grows from one position of an identity to the next, 0 or more
	 */
	long number();

	/**
	 * Where its numbers mean something: a truth that was restored, or made anew, has
	 * another one.
	 * @return a text of any length
	 */
	String identity();

	/**
	 * How far that is, without the identity, for {@link #covers}: in what applications
	 * pass on, so it is short.
	 * @return a text of at most 600 characters of ASCII
	 */
	String extent();

	/**
	 * Whether all that another position stands for is among what was followed.
	 * @param extent of a position of the same identity
	 * @return {@code true} if so
	 * @throws IllegalArgumentException if that is no extent
	 */
	boolean covers(String extent);

}

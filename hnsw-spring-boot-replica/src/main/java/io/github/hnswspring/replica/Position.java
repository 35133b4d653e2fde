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

}

package io.github.hnswspring.index.vector;

/**
 * Which ids the vectors in slots belong to, for fetching one that its file has lost:
 * several slots may have been given the same vector, and the first of them may still be
 * there though its own id is gone. Thread-safe.
 */
public interface SlotOwners {

	/** The id a slot was given. */
	long id(int slot);

	/**
	 * The first of the slots that were given this one's vector: itself if it is alone.
	 */
	int leaderOf(int slot);

	/**
	 * The next slot of the leader's vector whose id still has it, or a negative number.
	 */
	int nextAlive(int slot);

}

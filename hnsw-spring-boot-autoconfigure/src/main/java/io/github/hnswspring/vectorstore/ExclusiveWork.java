package io.github.hnswspring.vectorstore;

/**
 * A store that several instances have, and that knows which of them does what only one of
 * them is to do, such as reading folders into it. Thread-safe.
 */
public interface ExclusiveWork {

	/**
	 * Has this instance do some work, unless another one does it. It is this instance's
	 * until it is let go of, or the store is stopped; if the instance ends without that,
	 * another one has it half a minute later. To be asked again from time to time, as it
	 * may be lost while what they share cannot be reached.
	 * @param work its name
	 * @return whether this instance is the one
	 * @throws StoreException if what they share cannot be reached
	 */
	boolean tryTake(String work);

	/**
	 * Lets another instance do it; what this one does not have is ignored.
	 * @param work its name
	 */
	void letGo(String work);

}

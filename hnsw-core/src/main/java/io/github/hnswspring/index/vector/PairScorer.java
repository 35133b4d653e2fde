package io.github.hnswspring.index.vector;

/**
 * Compares vectors of the index with each other, as choosing neighbours needs. Confined
 * to one thread at a time.
 */
public abstract class PairScorer extends Scorer {

	/**
	 * Takes the vector in a slot as the query.
	 * @param slot an occupied slot
	 */
	public abstract void query(int slot);

}

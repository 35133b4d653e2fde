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

	/**
	 * Whether one of some slots scores less than a bound.
	 * @param slots the slots
	 * @param count how many of them
	 * @param bound a score
	 * @return {@code true} if so
	 */
	public abstract boolean isAnyNearer(int[] slots, int count, float bound);

	/**
	 * The least score above all that rounding cannot tell from a given one.
	 * @param score a score
	 * @return a larger score
	 */
	public abstract float tied(float score);

	/**
	 * The score of two equal vectors.
	 * @return that score, or minus infinity where equal vectors have none in common
	 */
	public abstract float least();

}

package io.github.hnswspring.index.vector;

/**
 * Compares vectors of the index with each other, as choosing neighbours needs. Confined
 * to one thread at a time.
 */
public abstract class PairDistanceComputer extends DistanceComputer {

	/**
	 * Takes the vector in a slot as the query.
	 * @param slot an occupied slot
	 */
	public abstract void query(int slot);

	/**
	 * Whether one of some slots is nearer than a bound.
	 * @param slots the slots
	 * @param count how many of them
	 * @param bound a reduced distance
	 * @return {@code true} if so
	 */
	public abstract boolean isAnyNearer(int[] slots, int count, float bound);

	/**
	 * The least distance above all that rounding cannot tell from a given one.
	 * @param distance a reduced distance
	 * @return a larger one
	 */
	public abstract float tied(float distance);

	/**
	 * The reduced distance of two equal vectors.
	 * @return that distance, or minus infinity where equal vectors have none in common
	 */
	public abstract float least();

}

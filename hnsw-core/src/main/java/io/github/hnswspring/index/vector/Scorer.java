package io.github.hnswspring.index.vector;

/**
 * Compares one query with vectors in slots. A score is smaller for nearer vectors and
 * ordered like the distance, though it need not equal it. Confined to one thread at a
 * time.
 */
public abstract class Scorer {

	/**
	 * Scores one slot.
	 * @param slot an occupied slot
	 * @return the score
	 */
	public abstract float score(int slot);

	/**
	 * Scores many slots.
	 * @param slots the slots
	 * @param count how many of them
	 * @param out receives {@code count} scores
	 */
	public abstract void score(int[] slots, int count, float[] out);

}

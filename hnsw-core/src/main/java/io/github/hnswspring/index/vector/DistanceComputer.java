package io.github.hnswspring.index.vector;

/**
 * Compares one query with vectors in slots. What it gives is the <em>reduced</em>
 * distance, or an estimate of it: the squared distance under
 * {@link io.github.hnswspring.index.Metric#EUCLIDEAN}, the distance itself under the
 * other metrics. It puts vectors in the same order as the distance and takes no root.
 * Confined to one thread at a time.
 */
public abstract class DistanceComputer {

	/**
	 * Computes the distance of one slot.
	 * @param slot an occupied slot
	 * @return the reduced distance
	 */
	public abstract float distance(int slot);

	/**
	 * Computes the distances of many slots.
	 * @param slots the slots
	 * @param count how many of them
	 * @param out receives {@code count} reduced distances
	 */
	public abstract void distances(int[] slots, int count, float[] out);

}

package io.github.hnswspring.index.vector;

import io.github.hnswspring.index.ExactDistance;
import io.github.hnswspring.index.Metric;

/**
 * Distances from a vector to others that are in no index. Thread-safe: immutable, as long
 * as the vector is left alone.
 */
public final class KernelDistance implements ExactDistance {

	private final DistanceKernels kernels = DistanceKernels.best();

	private final Metric metric;

	private final float[] from;

	private final double squared;

	/**
	 * Describes distances.
	 * @param metric how they are computed
	 * @param from {@code float[dimensions]}; not copied
	 */
	public KernelDistance(Metric metric, float[] from) {
		this.metric = metric;
		this.from = from;
		this.squared = this.kernels.exactDot(from, 0, from, 0, from.length);
	}

	@Override
	public float to(float[] vector) {
		return this.kernels.exactDistance(this.metric, this.from, this.squared, vector, 0);
	}

}

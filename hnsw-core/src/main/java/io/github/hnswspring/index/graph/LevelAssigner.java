package io.github.hnswspring.index.graph;

import io.github.hnswspring.index.vector.SplitMix64;

/**
 * Gives every insertion its level: Algorithm 1, line 4. From a hash of seed and number,
 * so that it does not depend on which thread comes first. Thread-safe: immutable.
 */
final class LevelAssigner {

	/**
	 * No index is large enough for more: of 2^30 nodes with M = 2, the least M there is,
	 * about one reaches it. A file that claims more is refused.
	 */
	static final int MAX_LEVEL = 30;

	private final double factor;

	private final long seed;

	LevelAssigner(int m, long seed) {
		this.factor = 1 / Math.log(m);
		this.seed = seed;
	}

	/** The level of the n-th insertion. */
	int level(long sequence) {
		long h = SplitMix64.mix((this.seed * SplitMix64.INCREMENT) ^ sequence);
		double uniform = ((h >>> 11) + 1) * 0x1.0p-53;
		return (int) Math.min(MAX_LEVEL, -Math.log(uniform) * this.factor);
	}

}

package io.github.hnswspring.index.graph;

/**
 * Gives every insertion its level: Algorithm 1, line 4. From a hash of seed and number,
 * so that it does not depend on which thread comes first. Thread-safe: immutable.
 */
final class LevelAssigner {

	/** No index is large enough for more; a file that claims more is refused. */
	static final int MAX_LEVEL = 30;

	private final double factor;

	private final long seed;

	LevelAssigner(int m, long seed) {
		this.factor = 1 / Math.log(m);
		this.seed = seed;
	}

	/** The level of the n-th insertion. */
	int level(long sequence) {
		long h = (this.seed * 0x9e3779b97f4a7c15L) ^ sequence;
		h = (h ^ (h >>> 30)) * 0xbf58476d1ce4e5b9L;
		h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
		h ^= h >>> 31;
		double uniform = ((h >>> 11) + 1) * 0x1.0p-53;
		return (int) Math.min(MAX_LEVEL, -Math.log(uniform) * this.factor);
	}

}

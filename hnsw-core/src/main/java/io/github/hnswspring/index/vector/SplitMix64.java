package io.github.hnswspring.index.vector;

/**
 * The random numbers that must never change, because files depend on them: SplitMix64
 * (Steele, Lea &amp; Flood 2014). Thread-safe: stateless.
 */
public final class SplitMix64 {

	/** What the state grows by for each number. */
	public static final long INCREMENT = 0x9e3779b97f4a7c15L;

	private SplitMix64() {
	}

	/**
	 * Scatters a state over all 64 bits.
	 * @param state the state
	 * @return the number
	 */
	public static long mix(long state) {
		long h = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
		h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
		return h ^ (h >>> 31);
	}

}

package io.github.hnswspring.index.graph;

import io.github.hnswspring.index.vector.BitKernels;
import io.github.hnswspring.index.vector.DistanceKernels;
import io.github.hnswspring.index.vector.SignTable;

/**
 * What comparisons cost in this process, for choosing between ways to an answer. Which
 * way is taken never depends on costs where it could change what an index is built like.
 *
 * @param scannedNanosPerWord a vector of a scan over signs, for each 64 dimensions
 * @param comparedNanosPerDimension a vector at full precision, in order, from memory
 * rather than from a cache
 * @param walkedNanos a node of a walk, beside comparing it at full precision
 * @param small slots up to which a scan is the answer whatever it costs: it takes about
 * as long as a walk, and misses nothing
 */
record Costs(double scannedNanosPerWord, double comparedNanosPerDimension, double walkedNanos, int small) {

	/** The least that counts as small anywhere. */
	private static final int SMALL = 10_000;

	/** The same where vector instructions count bits. */
	private static final int SMALL_WHERE_FAST = 20_000;

	/** What a random access costs that no cache answers. */
	private static final double MISS_NANOS = 80;

	/** What a queue and a filter add to a node of a walk, times that node. */
	private static final double FILTERED = 2;

	/** Asking a filter whether an id passes. */
	private static final double ASKED_NANOS = 40;

	/** The same where several are asked for before the first is needed. */
	private static final double SHARED_MISS_NANOS = 25;

	/** Comparing by all planes: a miss or two, and for each 64 dimensions of a plane. */
	private static final double REFINED_NANOS = 20;

	private static final double REFINED_NANOS_PER_WORD = 1.5;

	/** Floats that fit no processor's nearer caches: 16 MB. */
	private static final int FLOATS = 4 << 20;

	/**
	 * Of the heap that is left measuring takes no more than a part, and this at least.
	 */
	private static final int LEAST_FLOATS = 1 << 16;

	/** A node of a walk on codes: the comparison is little beside lists and marks. */
	private static final double WALKED_NANOS = 45;

	/** What any scan over signs costs before and after the scan itself. */
	private static final double SCAN_START_NANOS = 12_000;

	/** How far from what is known of the kernels a processor may be. */
	private static final double LIKELY = 3;

	private static final Costs GUESS = guess();

	private static volatile Costs current = GUESS;

	private static volatile boolean measured;

	/** The costs of this process, measured when they are first asked for. */
	static Costs ofThisProcess() {
		return current;
	}

	/** Fixed costs, for tests. */
	static void fix(Costs costs) {
		measured = true;
		current = costs;
	}

	/** Before anything was measured: what is known of the kernels. */
	static Costs guess() {
		boolean fast = BitKernels.best().countsWideBits();
		boolean simd = DistanceKernels.best().isVectorized();
		return new Costs(fast ? 0.45 : 1.6, simd ? 0.25 : 0.4, WALKED_NANOS, fast ? SMALL_WHERE_FAST : SMALL);
	}

	/**
	 * Measures once in the process; a few milliseconds. Indexes call this when they grow
	 * to where there is something to choose.
	 */
	static void measure() {
		if (measured) {
			return;
		}
		measured = true;
		Costs guess = current;
		int words = 6;
		int blocks = 8;
		long[] planes = new long[blocks * words * SignTable.BLOCK];
		for (int i = 0; i < planes.length; i++) {
			planes[i] = i * 0x9e3779b97f4a7c15L;
		}
		long[] query = new long[BitKernels.SCAN_BITS * words];
		int[] sums = new int[SignTable.BLOCK];
		int dimensions = 512;
		int floats = floats() / dimensions * dimensions;
		float[] a = new float[floats];
		float[] b = new float[dimensions];
		double scan = Double.MAX_VALUE;
		double compare = Double.MAX_VALUE;
		float kept = 0;
		long end = System.nanoTime() + 20_000_000;
		while (System.nanoTime() < end) {
			long start = System.nanoTime();
			for (int block = 0; block < blocks; block++) {
				BitKernels.best().dotBlock(planes, block * words * SignTable.BLOCK, words, query, sums);
			}
			long middle = System.nanoTime();
			for (int i = 0; i < floats; i += dimensions) {
				kept += DistanceKernels.best().dot(b, 0, a, i, dimensions);
			}
			long done = System.nanoTime();
			scan = Math.min(scan, (double) (middle - start) / (blocks * SignTable.BLOCK * words));
			compare = Math.min(compare, (double) (done - middle) / floats);
		}
		// A JVM that has just begun has not compiled the loops yet: what it measures is
		// not what searches will take, and another index measures again.
		measured = isLikely(scan, GUESS.scannedNanosPerWord()) && isLikely(compare, GUESS.comparedNanosPerDimension());
		if (kept == 0) {
			current = new Costs(likely(scan, GUESS.scannedNanosPerWord()),
					likely(compare, GUESS.comparedNanosPerDimension()), guess.walkedNanos(), guess.small());
		}
	}

	private static boolean isLikely(double nanos, double guess) {
		return nanos == likely(nanos, guess);
	}

	private static double likely(double nanos, double guess) {
		return Math.min(LIKELY * guess, Math.max(guess / LIKELY, nanos));
	}

	private static int floats() {
		return (int) Math.min(FLOATS, Math.max(LEAST_FLOATS, Heap.free() / Float.BYTES / 16));
	}

	/**
	 * A scan over the signs of so many vectors.
	 * @param refined the share of them that is compared by all planes
	 * @param planes how many those are
	 * @param fetched the share of them that is compared at full precision
	 */
	double scan(int vectors, int dimensions, double refined, int planes, double fetched) {
		int words = (dimensions + 63) >>> 6;
		double signs = 0.6 + this.scannedNanosPerWord * words;
		double refining = REFINED_NANOS + REFINED_NANOS_PER_WORD * words * planes;
		double fetching = SHARED_MISS_NANOS + this.comparedNanosPerDimension * dimensions;
		return SCAN_START_NANOS + vectors * (signs + refined * refining + fetched * fetching);
	}

	/** Comparing so many vectors in order. */
	double compare(int vectors, int dimensions) {
		return vectors * (6 + this.comparedNanosPerDimension * dimensions);
	}

	/** Comparing so many ids at full precision, wherever their vectors lie. */
	double fetch(double ids, int dimensions) {
		return ids * (MISS_NANOS + this.comparedNanosPerDimension * dimensions);
	}

	/** Comparing so many ids by their signs, wherever those lie. */
	double lookUp(double ids) {
		return SCAN_START_NANOS + ids * (MISS_NANOS + this.walkedNanos);
	}

	/** Asking a filter about so many slots. */
	double ask(int slots) {
		return slots * ASKED_NANOS;
	}

	/** Comparing so many nodes on a walk. */
	double walk(double nodes, int dimensions, boolean onCodes, boolean filtered) {
		// Full vectors are missing from the caches more often than codes.
		double one = onCodes ? this.walkedNanos : 2 * this.walkedNanos + this.comparedNanosPerDimension * dimensions;
		return nodes * (filtered ? one + FILTERED * this.walkedNanos : one);
	}

}

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

	/**
	 * Slots that count as few anywhere: at 10,000 a scan took 37 microseconds with the
	 * Vector API, 89 on JDK 25 and 140 on JDK 17 without, and a walk with a list of 64
	 * took 46 to 70.
	 */
	private static final int SMALL = 10_000;

	/**
	 * The same where vector instructions count bits: at 20,000 a scan took 55
	 * microseconds and a walk 51.
	 */
	private static final int SMALL_WHERE_FAST = 20_000;

	/**
	 * Nanoseconds of a random access that no cache answers. Assumed: a usual latency of
	 * main memory, not measured here.
	 */
	private static final double MISS_NANOS = 80;

	/**
	 * What a queue and a filter add to a node of a walk, in times of
	 * {@link #walkedNanos}. A judgment.
	 */
	private static final double FILTERED = 2;

	/**
	 * Nanoseconds to ask a filter whether an id passes: reading the id and a look into a
	 * set. A judgment.
	 */
	private static final double ASKED_NANOS = 40;

	/**
	 * Nanoseconds of a random access where several are asked for before the first is
	 * needed. Assumed: about three of them overlap.
	 */
	private static final double SHARED_MISS_NANOS = 25;

	/**
	 * Nanoseconds to compare by all planes, whatever the dimensions: a cache miss or two
	 * that overlap with those of others. A judgment.
	 */
	private static final double REFINED_NANOS = 20;

	/**
	 * Nanoseconds it takes besides, for each 64 dimensions of a plane. A judgment between
	 * what was measured of 24 of them in the cache: 21 with the Vector API, 67 without.
	 */
	private static final double REFINED_NANOS_PER_WORD = 1.5;

	/**
	 * Floats to measure on: their 16 MB fit the nearer caches of no processor, so that
	 * reading them takes what reading vectors takes.
	 */
	private static final int FLOATS = 4 << 20;

	/** Floats to measure on at least, where little heap is left: 256 KB. */
	private static final int LEAST_FLOATS = 1 << 16;

	/**
	 * Nanoseconds of a node of a walk on codes, most of it for lists and marks: walks
	 * with a list of 64, which compare about 1,500 nodes, took 51 microseconds among
	 * 20,000 passages and 71 among 100,000, which is 34 and 48 per node.
	 */
	private static final double WALKED_NANOS = 45;

	/**
	 * Nanoseconds that any scan over signs takes before and after the scan itself: one
	 * over 1,000 vectors took 14,000, and each thousand more about 2,500.
	 */
	private static final double SCAN_START_NANOS = 12_000;

	/**
	 * By what factor a measurement may differ from what is known of the kernels and be
	 * believed. A JVM that has just begun measured a hundred times too much; processors
	 * differ less than threefold, by judgment.
	 */
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

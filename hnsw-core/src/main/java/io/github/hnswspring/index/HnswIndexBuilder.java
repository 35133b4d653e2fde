package io.github.hnswspring.index;

import java.nio.file.Path;

import io.github.hnswspring.index.graph.GraphIndex;
import io.github.hnswspring.index.graph.GraphParameters;

import org.jspecify.annotations.Nullable;

/**
 * Collects the parameters of a new {@link HnswIndex}. Confined to one thread.
 */
public final class HnswIndexBuilder {

	/** Links a node gets on each layer unless told otherwise. */
	public static final int DEFAULT_M = 16;

	/** The size of the candidate list while inserting unless told otherwise. */
	public static final int DEFAULT_EF_CONSTRUCTION = 200;

	/** The mean share of the true nearest that searches find unless told otherwise. */
	public static final double DEFAULT_TARGET_RECALL = 0.99;

	/** Queries kept in memory for audits unless told otherwise. */
	public static final int DEFAULT_RECENT_QUERIES = 64;

	/** What the graph is walked on unless told otherwise; see docs/benchmarks.md. */
	public static final Quantization DEFAULT_QUANTIZATION = Quantization.bits(4);

	/** Largest M. */
	public static final int MAX_M = 512;

	/** Largest efConstruction and efSearch. */
	public static final int MAX_EF = 1_000_000;

	private final int dimensions;

	private Metric metric = Metric.COSINE;

	private int m = DEFAULT_M;

	private int efConstruction = DEFAULT_EF_CONSTRUCTION;

	private int efSearch;

	private double targetRecall = Double.NaN;

	private long seed = 42;

	private int threads = Runtime.getRuntime().availableProcessors();

	private int recentQueries = DEFAULT_RECENT_QUERIES;

	private Quantization quantization = DEFAULT_QUANTIZATION;

	private @Nullable Path vectorFile;

	HnswIndexBuilder(int dimensions) {
		this.dimensions = inRange("dimensions", dimensions, HnswIndex.MAX_DIMENSIONS);
	}

	/**
	 * How distances are computed; cosine by default.
	 * @param metric the metric
	 * @return this builder
	 */
	public HnswIndexBuilder metric(Metric metric) {
		if (metric == null) {
			throw new IllegalArgumentException("metric must be COSINE, DOT_PRODUCT or EUCLIDEAN, but was null");
		}
		this.metric = metric;
		return this;
	}

	/**
	 * Links a new node gets on each layer, the paper's M; layer 0 keeps up to twice as
	 * many. {@value #DEFAULT_M} by default; 8 to 48 is usual.
	 * @param m 2 to 512
	 * @return this builder
	 */
	public HnswIndexBuilder m(int m) {
		if (m < 2) {
			throw new IllegalArgumentException("m must be between 2 and " + MAX_M + ", but was " + m);
		}
		this.m = inRange("m", m, MAX_M);
		return this;
	}

	/**
	 * The size of the candidate list while inserting: larger builds a better graph more
	 * slowly. {@value #DEFAULT_EF_CONSTRUCTION} by default.
	 * @param efConstruction at least 1
	 * @return this builder
	 */
	public HnswIndexBuilder efConstruction(int efConstruction) {
		this.efConstruction = inRange("efConstruction", efConstruction, MAX_EF);
		return this;
	}

	/**
	 * The share of the true k nearest that a search finds, as a mean over queries:
	 * {@value #DEFAULT_TARGET_RECALL} by default. The index learns from its own vectors
	 * how long a candidate list that takes, for every k and as it grows, and compares the
	 * query with everything where that is as fast.
	 * @param targetRecall above 0, at most 1
	 * @return this builder
	 */
	public HnswIndexBuilder targetRecall(double targetRecall) {
		this.targetRecall = checkedTarget(targetRecall);
		return this;
	}

	/**
	 * A fixed size of the candidate list while searching, instead of a
	 * {@link #targetRecall}: larger finds more of the true neighbours more slowly.
	 * @param efSearch at least 1
	 * @return this builder
	 */
	public HnswIndexBuilder efSearch(int efSearch) {
		this.efSearch = inRange("efSearch", efSearch, MAX_EF);
		return this;
	}

	/**
	 * Refuses what is no target.
	 * @param targetRecall the share
	 * @return the same
	 */
	public static double checkedTarget(double targetRecall) {
		if (!(targetRecall > 0 && targetRecall <= 1)) {
			throw new IllegalArgumentException(
					"targetRecall must be above 0 and at most 1, such as 0.99, but was " + targetRecall);
		}
		return targetRecall;
	}

	/**
	 * The seed of the layer assignment. With one build thread the same seed and the same
	 * order of operations give the same graph.
	 * @param seed any number
	 * @return this builder
	 */
	public HnswIndexBuilder seed(long seed) {
		this.seed = seed;
		return this;
	}

	/**
	 * Threads of a bulk load and a batch search; as many as there are cores by default.
	 * @param threads at least 1
	 * @return this builder
	 */
	public HnswIndexBuilder threads(int threads) {
		this.threads = inRange("threads", threads, 1024);
		return this;
	}

	/**
	 * Queries kept in memory, and never written anywhere, so that
	 * {@link HnswIndex#audit()} can tell how what is really asked is answered.
	 * {@value #DEFAULT_RECENT_QUERIES} by default.
	 * @param recentQueries at most, fewer where vectors are long; 0 to keep none, and to
	 * learn nothing from what is asked
	 * @return this builder
	 */
	public HnswIndexBuilder recentQueries(int recentQueries) {
		if (recentQueries < 0 || recentQueries > 10_000) {
			throw new IllegalArgumentException("recentQueries must be between 0 and 10000, but was " + recentQueries);
		}
		this.recentQueries = recentQueries;
		return this;
	}

	/**
	 * Bits per component kept for walking the graph, from the first few hundred vectors
	 * on, where there are 96 dimensions or more; 4 by default. Distances stay exact.
	 * @param quantization the quantization
	 * @return this builder
	 */
	public HnswIndexBuilder quantization(Quantization quantization) {
		if (quantization == null) {
			throw new IllegalArgumentException("quantization must be none or 1-bit to 8-bit, but was null");
		}
		this.quantization = quantization;
		return this;
	}

	/**
	 * The quantization chosen so far.
	 * @return the quantization
	 */
	public Quantization quantization() {
		return this.quantization;
	}

	/**
	 * Keeps the full-precision vectors in a memory-mapped file instead of on the heap;
	 * with {@link #quantization} on, the heap then holds codes and links only. The file
	 * is not part of what {@link HnswIndex#save} writes, but belongs to it.
	 * @param vectorFile a file that does not exist yet
	 * @return this builder
	 * @see HnswIndex#load(Path, Path, VectorSource)
	 */
	public HnswIndexBuilder vectorFile(Path vectorFile) {
		this.vectorFile = vectorFile;
		return this;
	}

	/**
	 * Creates the empty index.
	 * @return the index
	 * @throws java.io.UncheckedIOException if the vector file exists or cannot be created
	 */
	public HnswIndex build() {
		if (this.efSearch > 0 && !Double.isNaN(this.targetRecall)) {
			throw new IllegalArgumentException(
					"Both targetRecall (" + this.targetRecall + ") and efSearch (" + this.efSearch
							+ ") are set; set targetRecall alone, or efSearch alone for a list of fixed length");
		}
		double target = Double.isNaN(this.targetRecall) ? DEFAULT_TARGET_RECALL : this.targetRecall;
		GraphParameters parameters = new GraphParameters(this.dimensions, this.metric, this.m, this.efConstruction,
				this.efSearch, target, this.seed, this.threads, this.recentQueries, this.quantization);
		return (this.vectorFile != null) ? GraphIndex.withVectorFile(parameters, this.vectorFile)
				: new GraphIndex(parameters);
	}

	private static int inRange(String name, int value, int max) {
		if (value < 1 || value > max) {
			throw new IllegalArgumentException(name + " must be between 1 and " + max + ", but was " + value);
		}
		return value;
	}

}

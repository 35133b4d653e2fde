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

	/** The size of the candidate list of a search unless told otherwise. */
	public static final int DEFAULT_EF_SEARCH = 64;

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

	private int efSearch = DEFAULT_EF_SEARCH;

	private long seed = 42;

	private int threads = Runtime.getRuntime().availableProcessors();

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
	 * The size of the candidate list while searching: larger finds more of the true
	 * neighbours more slowly. {@value #DEFAULT_EF_SEARCH} by default.
	 * @param efSearch at least 1
	 * @return this builder
	 */
	public HnswIndexBuilder efSearch(int efSearch) {
		this.efSearch = inRange("efSearch", efSearch, MAX_EF);
		return this;
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
	 * Bits a component kept for walking the graph, from the first thousand vectors on; 4
	 * by default. Distances stay exact.
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
		GraphParameters parameters = new GraphParameters(this.dimensions, this.metric, this.m, this.efConstruction,
				this.efSearch, this.seed, this.threads, this.quantization);
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

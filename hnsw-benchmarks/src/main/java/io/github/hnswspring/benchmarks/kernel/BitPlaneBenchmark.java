package io.github.hnswspring.benchmarks.kernel;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.vector.BitKernels;
import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.CodeDistanceComputer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Nanoseconds for scoring one code in the cache, and for preparing a query: centring,
 * rotating, rounding.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BitPlaneBenchmark {

	/** Components of a vector. */
	@Param({ "384", "768", "1536" })
	public int dimensions;

	private BitKernels kernels = BitKernels.best();

	private long[] plane = new long[0];

	private long[] otherPlanes = new long[0];

	private long[] queryPlanes = new long[0];

	private long[] refinePlanes = new long[0];

	private int words;

	private float[] query = new float[0];

	private CodeDistanceComputer computer = codes(1).distanceComputer();

	/** Makes codes and queries. */
	@Setup(Level.Trial)
	public void fill() {
		SplittableRandom random = new SplittableRandom(3);
		int words = (this.dimensions + 63) / 64;
		this.kernels = BitKernels.best();
		this.words = words;
		this.plane = random.longs(words + 8).toArray();
		this.otherPlanes = random.longs(3 * words + 8).toArray();
		this.queryPlanes = arranged(random, BitKernels.QUERY_BITS);
		this.refinePlanes = arranged(random, BitKernels.refineBits(4));
		this.query = new float[this.dimensions];
		for (int i = 0; i < this.dimensions; i++) {
			this.query[i] = (float) random.nextGaussian();
		}
		this.computer = codes(this.dimensions).distanceComputer();
	}

	private long[] arranged(SplittableRandom random, int bits) {
		long[] arranged = new long[this.kernels.arrangedWords(this.words, bits)];
		this.kernels.arrange(random.longs((long) bits * this.words).toArray(), this.words, bits, arranged);
		return arranged;
	}

	private static BitPlaneCodes codes(int dimensions) {
		return new BitPlaneCodes(Metric.COSINE, 1, new float[dimensions], 1, true, BitKernels.best());
	}

	/**
	 * One bit plane against a query of four bits.
	 * @return the result
	 */
	@Benchmark
	public int bitPlaneDot() {
		return this.kernels.dot(this.plane, 0, this.words, this.queryPlanes);
	}

	/**
	 * All planes of a code of four bits against a query of eight bits.
	 * @return the result
	 */
	@Benchmark
	public long fourPlanesDot() {
		return this.kernels.dotAllPlanes(this.plane, 0, this.otherPlanes, 0, 4, this.words, this.refinePlanes);
	}

	/**
	 * What a search pays once for its query.
	 * @return the computer
	 */
	@Benchmark
	public CodeDistanceComputer prepareQuery() {
		this.computer.query(this.query, 1);
		return this.computer;
	}

}
